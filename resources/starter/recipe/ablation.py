"""What distillation and pruned weights are worth: usage: ablation.py ENGINE OUT [STEPS]

Fine-tunes the starter's pruned model by the diffusion loss alone, by distillation alone and by both, and a model of the same shape from random weights by both; upper
level off. Every fifth of the way 82 pictures are drawn (41 objects, each without a style and in one style; DDIM, 10 steps, guidance 4) and held against the teacher's
of the same latents: the distance is the unbiased squared maximum mean discrepancy with the cubic kernel over the evaluator's features, times 1000.
Prints a table and writes OUT/ablation.json and OUT/ablation.png. ENGINE is quell-engine; runs that are there already are not made again."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from transformers import CLIPModel

from captions import STYLES, with_article
from common import as_tensor

PACK = Path(__file__).parent.parent
ROOT = PACK.parent.parent
RUNS = {
    "diffusion": {"diffusion": 1, "output": 0, "feature": 0},
    "distillation": {"diffusion": 0},
    "both": {},
    "both, random weights": {},
}
COLOURS = [(60, 60, 220), (200, 130, 40), (60, 150, 60), (140, 140, 140)]  # BGR


def random_student(out):
    """The pruned model's shapes with weights as layers are initialised: uniform by the inputs of a row, norms at one."""
    folder = out / "random"
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    tensors = load_file(PACK / "pruned/diffusion_pytorch_model.safetensors")
    for key, tensor in tensors.items():
        if tensor.dim() > 1:
            bound = (tensor[0].numel()) ** -0.5
            tensors[key] = torch.empty(tensor.shape).uniform_(-bound, bound).to(tensor.dtype)
        else:
            tensors[key] = torch.ones_like(tensor) if "norm" in key and key.endswith("weight") else torch.zeros_like(tensor)
    save_file(tensors, folder / "diffusion_pytorch_model.safetensors")
    for name in ("config.json", "structure.json"):
        (folder / name).write_text((PACK / "pruned" / name).read_text())
    return folder


def prompts():
    objects = json.loads((ROOT / "build/starter-pictures/objects.json").read_text())["subset"]
    styles = list(STYLES)
    return [with_article(name) for name in objects] + [f"{with_article(name)}, {styles[i % len(styles)]} style" for i, name in enumerate(objects)]


def train(engine, out, name, lower, steps):
    run = out / name.replace(", ", "-").replace(" ", "-")
    if not (run / "student").exists():
        spec = json.loads((PACK / "starter.json").read_text())
        spec.update(name=f"ablation: {name}", teacher=str(PACK / "model"), reference="", filtered="", concepts=[], steps=steps, upper={"enabled": False},
                    student=str(random_student(out) if "random" in name else PACK / "pruned"), checkpoints={"every": steps},
                    samples={"every": steps // 5, "steps": 10, "guidance": 4, "unrelated": prompts()})
        spec["lower"] = {"data": str(ROOT / "build/starter-pictures/subset"), "exclude_concepts": False, **lower}
        del spec["evaluation"]
        file = out / f"{run.name}.json"
        file.write_text(json.dumps(spec, indent=2))
        subprocess.run([engine, "train", file, run], check=True)
    return run


def distance(a, b):
    """The unbiased estimate, pairs of one drawing left out."""
    def kernel(x, y):
        return (x @ y.T + 1) ** 3
    h = kernel(a, a) + kernel(b, b) - kernel(a, b) - kernel(b, a)
    n = len(a)
    return ((h.sum() - h.trace()) / (n * (n - 1))).item()


def draw_curves(file, curves):
    """On a logarithmic axis: random weights begin twenty times as far away as the others end."""
    values = [value for curve in curves.values() for _, value in curve]
    bottom, top, width, height, left = np.log(.8 * min(values)), np.log(1.1 * max(values)), 720, 400, 60
    picture = np.full((height, width, 3), 255, np.uint8)
    last = max(step for curve in curves.values() for step, _ in curve)
    across = lambda step: int(left + step / last * (width - left - 210))
    down = lambda value: int(height - 40 - (np.log(value) - bottom) / (top - bottom) * (height - 70))
    write = lambda text, at, colour: cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, .42, colour, 1, cv2.LINE_AA)
    for value in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if bottom < np.log(value) < top:
            cv2.line(picture, (across(0), down(value)), (across(last), down(value)), (225, 225, 225), 1)
            write(str(value), (8, down(value) + 4), (90, 90, 90))
    for (name, curve), colour in zip(curves.items(), COLOURS):
        points = np.array([(across(step), down(value)) for step, value in curve], np.int32)
        cv2.polylines(picture, [points], False, colour, 2, cv2.LINE_AA)
        write(name, (points[-1][0] + 10, points[-1][1] + 4), colour)
    write("distance from the teacher, by step", (left, 18), (60, 60, 60))
    for step in (0, last // 2, last):
        write(str(step), (across(step) - 8, height - 16), (90, 90, 90))
    cv2.imwrite(str(file), picture)


@torch.no_grad()
def main(engine, out, steps=200):
    out = Path(out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    model = CLIPModel.from_pretrained(PACK / "evaluator", dtype=torch.float32).eval()

    def features(folder):
        files = [folder / f"unrelated-{i}.png" for i in range(len(prompts()))]
        x = as_tensor(np.stack([cv2.cvtColor(cv2.imread(str(f)), cv2.COLOR_BGR2RGB) for f in files]))
        return F.normalize(model.visual_projection(model.vision_model(x).pooler_output).double(), dim=-1)

    curves = {}
    for name, lower in RUNS.items():
        samples = train(engine, out, name, lower, int(steps)) / "samples"
        teacher = features(samples / "step-000000/teacher")
        curves[name] = [(int(folder.name[5:]), 1000 * distance(features(folder / "student"), teacher)) for folder in sorted(samples.glob("step-*"))]
    (out / "ablation.json").write_text(json.dumps(curves, indent=2))
    draw_curves(out / "ablation.png", curves)
    print("| step | " + " | ".join(str(step) for step, _ in curves["both"]) + " |")
    print("|---" * (len(curves["both"]) + 1) + "|")
    for name, curve in curves.items():
        print(f"| {name} | " + " | ".join(f"{value:.0f}" for _, value in curve) + " |")


if __name__ == "__main__":
    main(*sys.argv[1:])
