#!/usr/bin/env python3
"""One bilevel step of Quell against the Python rivals of reference_step.py, in one run on one machine.

usage: bench_step.py [--engine build/release/bin/quell-engine] [--pipeline resources/starter/model] [--student UNET] [--pictures build/starter-pictures/subset]
                     [--modes released,careful,compiled] [--size PX] [--batch 16] [--every 10] [--steps 40] [--rounds 3]

Both sides train the same student (--student, else a BK-SDM-style one of the pipeline, made by reference_step.py), with ESD every --every-th
step (--steps at least twice as many). The rounds take turns, so that a machine whose speed drifts does not favour one side; medians are printed, as a table for README.md.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent


def spec(a, student, steps):
    adamw = {"warmup": 0}
    return {"teacher": str(a.pipeline.resolve()), "student": str(student), "steps": steps, "size": a.size, "precision": a.precision,
            "concepts": [{"phrase": "neon", "kind": "style"}],
            "lower": {"data": str(a.pictures.resolve()), "batch": a.batch, "optimizer": adamw | {"lr": 1e-6}},
            "upper": {"objective": "esd", "source": "concept", "batch": a.batch, "optimizer": adamw | {"lr": 5e-6}},
            "solver": {"name": "alternating", "every": a.every, "angle_every": 0}, "checkpoints": {"every": 10000}}


def peak_mib(command, **options):
    """Runs a command and returns its own peak resident memory: VmHWM, since wait4 would tell this program's where that was larger."""
    process = subprocess.Popen(command, **options)
    peak = 0
    while process.poll() is None:
        time.sleep(0.2)
        try:
            peak = max(peak, int(pathlib.Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0]))
        except (OSError, IndexError):
            pass  # it ended meanwhile
    if process.returncode:
        sys.exit(f"{command[0]} failed")
    return peak / 1024


def quell(a, folder, student, round_):
    file = folder / "run.json"
    file.write_text(json.dumps(spec(a, student, a.steps)))
    run = folder / f"run-{round_}"
    train = [a.engine, "train", file, run, "--cache", folder / "cache"]
    if not round_:  # the rivals cache before they measure; so does Quell
        peak_mib([*train[:3], folder / "warm", *train[4:]], stderr=subprocess.DEVNULL)
    memory = peak_mib(train, stderr=subprocess.DEVNULL)
    steps = [json.loads(line) for line in (run / "metrics.ndjson").read_text().splitlines()][max(3, a.every):]  # after the first upper step, which makes its optimizer's state, as the rivals do
    lower = statistics.median(s["seconds"] for s in steps if "upper" not in s)
    both = statistics.median(s["seconds"] for s in steps if "upper" in s)
    return {"mode": "quell", "lower_s": lower, "upper_s": both - lower, "step_s": lower + (both - lower) / a.every, "peak_rss_mib": memory}


def rival(a, student, mode):
    steps = min(a.steps, max(a.steps // 2, 2 * a.every) if mode != "released" else 2 * a.every)
    size = ["--size", str(a.size)] if a.size else []
    out = subprocess.run([sys.executable, HERE / "reference_step.py", a.pipeline, student, "--mode", mode, "--batch", str(a.batch), "--every", str(a.every),
                          "--steps", str(steps), *size, "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--engine", type=pathlib.Path, default=ROOT / "build/release/bin/quell-engine")
    ap.add_argument("--pipeline", type=pathlib.Path, default=ROOT / "resources/starter/model")
    ap.add_argument("--student", type=pathlib.Path)
    ap.add_argument("--size", type=int, default=0)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--every", type=int, default=10)
    ap.add_argument("--pictures", type=pathlib.Path, default=ROOT / "build/starter-pictures/subset")
    ap.add_argument("--modes", default="released,careful,compiled")
    ap.add_argument("--precision", default="auto")
    ap.add_argument("--steps", type=int, default=40)
    ap.add_argument("--rounds", type=int, default=3)
    a = ap.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        student = a.student.resolve() if a.student else folder / "student"
        if not a.student:
            subprocess.run([sys.executable, HERE / "reference_step.py", a.pipeline, "--make-student", student], check=True, capture_output=True)
        results = {}
        for round_ in range(a.rounds):
            for mode in ["quell", *a.modes.split(",")]:
                result = quell(a, folder, student, round_) if mode == "quell" else rival(a, student, mode)
                results.setdefault(mode, []).append(result)
                print(json.dumps(result), file=sys.stderr, flush=True)
    median = {mode: {key: statistics.median(r[key] for r in rows) for key in ("lower_s", "upper_s", "step_s", "peak_rss_mib")} for mode, rows in results.items()}
    print("| | lower, s | upper, s | step, s | Quell is … times as fast | peak, MiB | Quell needs … of it |\n|---|---|---|---|---|---|---|")
    mine = median["quell"]
    for mode, m in median.items():
        print(f"| {mode} | {m['lower_s']:.3f} | {m['upper_s']:.3f} | {m['step_s']:.3f} | {m['step_s'] / mine['step_s']:.2f} | {m['peak_rss_mib']:.0f} | {mine['peak_rss_mib'] / m['peak_rss_mib']:.2f} |")


if __name__ == "__main__":
    main()
