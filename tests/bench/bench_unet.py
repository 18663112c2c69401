#!/usr/bin/env python3
"""Opening UNets of real shapes and one pass through them, Quell against diffusers, in turns on one machine.

usage: bench_unet.py FOLDER [--families sd15,sd21,bk-tiny] [--sizes 256,512] [--dtype fp32|fp16] [--batch 1] [--passes 3] [--rounds 2]

FOLDER keeps the models (random weights, 0.6 to 3.5 GB each) from one call to the next. diffusers runs in both layouts, contiguous as from_pretrained leaves
a model and channels-last; its imports are not in its times, but in its memory. Prints a table for README.md.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import torch
from diffusers import UNet2DConditionModel

ROOT = pathlib.Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from random_models import SD14, SD21, TINY, write_random  # noqa: E402

FAMILIES = {"sd15": SD14, "sd21": SD21, "bk-tiny": TINY}
DTYPES = {"fp32": torch.float32, "fp16": torch.float16}
LAYOUTS = ("contiguous", "channels_last")

RIVAL = """
import json, statistics, sys, time
import torch
from diffusers import UNet2DConditionModel
torch.set_num_threads(2)
model, side, batch, passes, layout = sys.argv[1], int(sys.argv[2]) // 8, int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
began = time.perf_counter()
with torch.no_grad():
    unet = UNet2DConditionModel.from_pretrained(model, torch_dtype=torch.float32).eval()
    if layout == "channels_last":
        unet = unet.to(memory_format=torch.channels_last)
    opened = time.perf_counter() - began
    x = torch.randn(batch, unet.config.in_channels, side, side)
    hidden = torch.randn(batch, 77, unet.config.cross_attention_dim)
    unet(x, 500, hidden)
    first = time.perf_counter() - began
    times = []
    for _ in range(passes):
        start = time.perf_counter()
        unet(x, 500, hidden)
        times.append(time.perf_counter() - start)
peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024  # getrusage's would be the parent's where that was larger
print(json.dumps({"open_s": opened, "first_s": first, "pass_s": statistics.median(times) if times else 0, "peak_mib": peak}))
"""


def made(folder, family, dtype):
    model = folder / (family if dtype == "fp32" else f"{family}-{dtype}")
    if not (model / "config.json").exists():
        write_random(lambda: UNet2DConditionModel(**FAMILIES[family]), model, dtype=DTYPES[dtype])
    return model


def measured(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=pathlib.Path)
    ap.add_argument("--families", default="sd15,sd21,bk-tiny")
    ap.add_argument("--sizes", default="256,512")
    ap.add_argument("--dtype", choices=DTYPES, default="fp32", help="of the files; both sides compute in fp32")
    ap.add_argument("--batch", type=int, default=1)
    ap.add_argument("--passes", type=int, default=3)
    ap.add_argument("--rounds", type=int, default=2)
    a = ap.parse_args()
    print("| UNet | px | first, s | of contiguous | of channels-last | pass, s | times as fast as contiguous | as channels-last | peak, MiB | of contiguous | of channels-last |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for family in a.families.split(","):
        model = made(a.folder, family, a.dtype)
        for size in a.sizes.split(","):
            rival = [sys.executable, "-c", RIVAL, model, size, str(a.batch), str(a.passes)]
            commands = [[ROOT / "build/release/bin/bench_unet", model, size, str(a.batch), str(a.passes)], *([*rival, layout] for layout in LAYOUTS)]
            measured(commands[0])  # the file's pages are in memory for all
            rounds = [[measured(command) for command in commands] for _ in range(a.rounds)]
            ours, *theirs = ({key: statistics.median(row[key] for row in rows) for key in rows[0]} for rows in zip(*rounds))
            ratios = {key: [ours[key] / one[key] for one in theirs] for key in ours}
            cells = [f"{ours['first_s']:.2f}", *(f"{ratio:.2f}" for ratio in ratios["first_s"]), f"{ours['pass_s']:.2f}", *(f"{1 / ratio:.2f}" for ratio in ratios["pass_s"]),
                     f"{ours['peak_mib']:.0f}", *(f"{ratio:.2f}" for ratio in ratios["peak_mib"])]
            print(f"| {family} | {size} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
