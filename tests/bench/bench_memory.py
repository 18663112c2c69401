#!/usr/bin/env python3
"""What the engine says a run will take against what it takes: resident memory at its peak, in eight configurations.

usage: bench_memory.py [--engine build/release/bin/quell-engine] [--pictures build/starter-pictures/subset] [--count 24] [--work /tmp/quell-memory]
                       [--only NAME,NAME] [--gib 24]

Four runs with the starter's models, and four with a BK-SDM-tiny student (323 M parameters) under an SD 1.4 teacher (860 M) at 256 px, whose
weights are random (made once in --work, 3 GB). A run has --count of the pictures: an autoencoder of full size takes seconds for each. Runs whose estimate exceeds --gib are left out, and said so. A run has two
steps with both levels and goes to its end, so that the figure compared is the one that is printed: the most of all phases, among them the probe's, the checkpoint's and the
student's. No pictures are drawn, and the engine's estimate then has none.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from random_models import SD14, TINY, VAE, write_random  # noqa: E402
STARTER = ROOT / "resources/starter"
LEAN = {"optimizer_state": "8bit", "checkpointing": True}  # in fp32: bf16 takes hours on a processor without it

# name: (models, pixels, batch, precision, training)
RUNS = {
    "starter": ("starter", 128, 16, "fp32", {}),
    "starter checkpointed, 8-bit": ("starter", 128, 16, "fp32", {"checkpointing": True, "optimizer_state": "8bit"}),
    "starter cross-attention, 256 px": ("starter", 256, 16, "fp32", {"scope": "cross_attention"}),
    "starter adapters, checkpointed, factored, 256 px": ("starter", 256, 16, "fp32", {"scope": "lora", "checkpointing": True, "optimizer_state": "factored"}),
    "SD cross-attention, checkpointed": ("sd", 256, 2, "fp32", {"scope": "cross_attention", "checkpointing": True}),
    "SD full": ("sd", 256, 1, "fp32", {}),
    "SD lean": ("sd", 256, 1, "fp32", LEAN),
    "SD adapters, lean": ("sd", 256, 1, "fp32", LEAN | {"scope": "lora"}),
}


def make_models(work):
    if (work / "student").exists():
        return
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel
    teacher = work / "teacher"
    shutil.rmtree(teacher, ignore_errors=True)
    shutil.copytree(STARTER / "model", teacher, ignore=shutil.ignore_patterns("unet", "vae", "text_encoder"))
    names = json.loads((STARTER / "model/text_encoder/config.json").read_text())
    text = CLIPTextConfig(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
                          **{key: names[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id", "max_position_embeddings")})
    write_random(lambda: UNet2DConditionModel(**SD14), teacher / "unet")
    write_random(lambda: AutoencoderKL(**VAE), teacher / "vae")
    write_random(lambda: CLIPTextModel(text), teacher / "text_encoder", "model.safetensors")
    write_random(lambda: UNet2DConditionModel(**TINY), work / "student")


def choose_pictures(a):
    """Some of the pictures, of all kinds, in a folder of their own."""
    lines = (a.pictures / "metadata.jsonl").read_text().splitlines()
    chosen = lines[::max(1, len(lines) // a.count)][:a.count]
    folder = a.work / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    for name in [json.loads(line)["file_name"] for line in chosen]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(a.pictures / name, folder / name)
    (folder / "metadata.jsonl").write_text("\n".join(chosen) + "\n")
    return folder


def spec(a, models, size, batch, precision, training):
    teacher, student = (STARTER / "model", STARTER / "pruned") if models == "starter" else (a.work / "teacher", a.work / "student")
    adamw = {"lr": 1e-6}
    return {"teacher": str(teacher), "student": str(student), "steps": 2, "size": size, "precision": precision, "device": "cpu",
            "concepts": [{"phrase": "neon", "kind": "style"}], "training": training,
            "lower": {"data": str(a.pictures.resolve()), "batch": batch, "optimizer": adamw},
            "upper": {"objective": "anchor", "batch": batch, "optimizer": adamw},
            "solver": {"name": "alternating", "every": 1, "angle_every": 0}, "checkpoints": {"every": 2}}


def peak_of(process):
    try:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 if "VmHWM:" in status else 0


def whole_run(command, log_file):
    """Peak resident bytes of the run. From /proc: wait4 would tell this program's own peak where that was larger."""
    peak = 0
    with open(log_file, "w") as log:
        process = subprocess.Popen(command, stderr=log)
        while process.poll() is None:
            time.sleep(0.05)
            peak = max(peak, peak_of(process))
    if process.returncode != 0:
        sys.exit(f"the run failed: {log_file.read_text()[-500:]}")
    return peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", type=pathlib.Path, default=ROOT / "build/release/bin/quell-engine")
    parser.add_argument("--pictures", type=pathlib.Path, default=ROOT / "build/starter-pictures/subset")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/quell-memory"))
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--gib", type=float, default=24)
    a = parser.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    make_models(a.work)
    a.pictures = choose_pictures(a)
    print("| run | estimated, MiB | most while | measured, MiB | ratio |\n|---|---|---|---|---|", flush=True)
    for number, (name, run) in enumerate(RUNS.items()):
        if a.only and not any(name.startswith(only) for only in a.only):
            continue
        file, folder = a.work / f"run-{number}.json", a.work / f"run-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        file.write_text(json.dumps(spec(a, *run)))
        estimate = json.loads(subprocess.run([a.engine, "estimate", file, "--json"], check=True, capture_output=True, text=True).stdout)
        told = estimate["bytes"]
        if told > a.gib * 2**30:
            print(f"| {name} | {told / 2**20:.0f} | {estimate['peak']} | left out | |", flush=True)
            continue
        shutil.rmtree(a.work / "cache", ignore_errors=True)  # encoding pictures belongs to a run
        peak = whole_run([a.engine, "train", file, folder, "--cache", a.work / "cache"], folder.with_suffix(".log"))
        print(f"| {name} | {told / 2**20:.0f} | {estimate['peak']} | {peak / 2**20:.0f} | {told / peak:.2f} |", flush=True)


if __name__ == "__main__":
    main()
