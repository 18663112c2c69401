#!/usr/bin/env python3
"""One bilevel step of Quell against the Python rivals of reference_step.py, in one run on one machine.

usage: bench_step.py [--engine build/release/bin/quell-engine] [--pipeline resources/starter/model] [--pictures build/starter-pictures/subset]
                     [--modes released,careful,compiled] [--steps 40] [--rounds 3]

Both sides train the same BK-SDM-style student of the pipeline (made by reference_step.py) at batch 16, with ESD every 10th step. The
rounds take turns, so that a machine whose speed drifts does not favour one side; medians are printed, as a table for README.md.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent


def spec(a, student, steps):
    adamw = {"warmup": 0}
    return {"teacher": str(a.pipeline.resolve()), "student": str(student), "steps": steps, "precision": a.precision,
            "concepts": [{"phrase": "neon", "kind": "style"}],
            "lower": {"data": str(a.pictures.resolve()), "batch": 16, "optimizer": adamw | {"lr": 1e-6}},
            "upper": {"objective": "esd", "source": "concept", "batch": 16, "optimizer": adamw | {"lr": 5e-6}},
            "solver": {"name": "alternating", "every": 10, "angle_every": 0}, "checkpoints": {"every": 10000}}


def peak_mib(command, **options):
    """Runs a command and returns its own peak resident memory."""
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    return usage.ru_maxrss / 1024


def quell(a, folder, student, round_):
    file = folder / "run.json"
    file.write_text(json.dumps(spec(a, student, a.steps)))
    run = folder / f"run-{round_}"
    train = [a.engine, "train", file, run, "--cache", folder / "cache"]
    if not round_:  # the rivals cache before they measure; so does Quell
        peak_mib([*train[:3], folder / "warm", *train[4:]], stderr=subprocess.DEVNULL)
    memory = peak_mib(train, stderr=subprocess.DEVNULL)
    steps = [json.loads(line) for line in (run / "metrics.ndjson").read_text().splitlines()][3:]
    lower = statistics.median(s["seconds"] for s in steps if "upper" not in s)
    both = statistics.median(s["seconds"] for s in steps if "upper" in s)
    return {"mode": "quell", "lower_s": lower, "upper_s": both - lower, "step_s": lower + (both - lower) / 10, "peak_rss_mib": memory}


def rival(a, student, mode):
    out = subprocess.run([sys.executable, HERE / "reference_step.py", a.pipeline, student, "--mode", mode, "--batch", "16", "--steps",
                          str(max(a.steps // 2, 20) if mode != "released" else 20), "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--engine", type=pathlib.Path, default=ROOT / "build/release/bin/quell-engine")
    ap.add_argument("--pipeline", type=pathlib.Path, default=ROOT / "resources/starter/model")
    ap.add_argument("--pictures", type=pathlib.Path, default=ROOT / "build/starter-pictures/subset")
    ap.add_argument("--modes", default="released,careful,compiled")
    ap.add_argument("--precision", default="auto")
    ap.add_argument("--steps", type=int, default=40)
    ap.add_argument("--rounds", type=int, default=3)
    a = ap.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        student = folder / "student"
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
