"""What each solver's step costs on the starter, against alternating: usage: bench_solvers.py [ROUNDS] [TURNS]

Every solver runs ROUNDS (3) rounds of the starter's batches with one inner step where it has a copy; the solvers take TURNS (2) turns. Printed are the median seconds of a gradient
evaluation (lower and upper alike), of a step on θ with all that its round needs, and their ratios to alternating's (an upper step every second step, no angles)."""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE = ROOT / "build/release/bin/quell-engine"
SOLVERS = {
    "alternating": {"name": "alternating", "every": 2, "angle_every": 0},
    "two-stage": {"name": "two_stage"},
    "weighted sum": {"name": "weighted_sum"},
    "penalty": {"name": "penalty", "inner": 1},
    "penalty, restart": {"name": "penalty", "inner": 1, "coupling": "restart"},
    "penalty, barrier": {"name": "penalty", "inner": 1, "coupling": "barrier"},
    "V-PBGD": {"name": "v_pbgd", "inner": 1},
    "BOME": {"name": "bome", "inner": 1},
    "F2SA": {"name": "f2sa"},
    "cosine": {"name": "cosine"},
}
ROUND = {"alternating": (2, 3, 2), "two-stage": (2, 2, 2), "weighted sum": (1, 2, 1), "F2SA": (1, 2, 1), "cosine": (1, 2, 1)}  # steps, gradient evaluations, steps on θ


def seconds(folder, turn, name, solver, rounds):
    """Of each round but the first."""
    per_round = ROUND.get(name, (2, 3, 1))[0]
    spec = json.loads((ROOT / "resources/starter/starter.json").read_text())
    pack = ROOT / "resources/starter"
    spec.update(teacher=str(pack / "model"), student=str(pack / "pruned"), reference="", filtered="", steps=per_round * (rounds + 1), solver=solver, samples={"every": 0}, checkpoints={"every": 10**6})
    spec["lower"]["data"] = str(ROOT / "build/starter-pictures/subset")
    del spec["evaluation"]
    file = folder / f"{turn}-{name}.json"
    file.write_text(json.dumps(spec))
    run = folder / f"{turn}-{name}"
    subprocess.run([ENGINE, "train", file, run], check=True, capture_output=True)
    steps = [json.loads(line)["seconds"] for line in (run / "metrics.ndjson").read_text().splitlines()]
    return [sum(steps[i:i + per_round]) for i in range(per_round, len(steps), per_round)]


def main(rounds=3, turns=2):
    found = {name: [] for name in SOLVERS}
    with tempfile.TemporaryDirectory() as out:
        for turn in range(int(turns)):
            for name, solver in SOLVERS.items():
                found[name] += seconds(pathlib.Path(out), turn, name, solver, int(rounds))
    base = None
    print("| solver | a gradient evaluation, s | of alternating's | a step on θ, s | of alternating's |\n|---|---|---|---|---|")
    for name, rounds_taken in found.items():
        steps, evaluations, thetas = ROUND.get(name, (2, 3, 1))
        one = statistics.median(rounds_taken)
        base = base or (one / evaluations, one / thetas)
        print(f"| {name} | {one / evaluations:.2f} | {one / evaluations / base[0]:.2f} | {one / thetas:.2f} | {one / thetas / base[1]:.2f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
