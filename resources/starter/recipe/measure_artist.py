"""How well students draw an artist's style: usage: measure_artist.py ENGINE ARTIST STUDENT…

ENGINE is quell-engine, ARTIST a folder written by render_artist.py, a STUDENT a UNet folder (RUN/student). Every student draws all 41 objects as blueprints from the
same latents (DDIM, 20 steps, guidance 4, seed 43). Printed for each: the mean cosine between its pictures and the mean of the artist's, in the starter's evaluator, and
the same as a share: 0 is what the teacher draws for these prompts, 1 what the first student reaches; over all objects, and over those the artist never drew."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from transformers import CLIPModel

from captions import with_article
from common import as_tensor

PACK = Path(__file__).parent.parent


def pictures_in(files):
    return as_tensor(np.stack([cv2.cvtColor(cv2.imread(str(f)), cv2.COLOR_BGR2RGB) for f in files]))


@torch.no_grad()
def main(engine, artist, *students):
    model = CLIPModel.from_pretrained(PACK / "evaluator", dtype=torch.float32).eval()
    artist = Path(artist)
    listed = [json.loads(line) for line in (artist / "metadata.jsonl").read_text().splitlines()]
    objects = json.loads((PACK.parent.parent / "build/starter-pictures/objects.json").read_text())["subset"]
    new = torch.tensor([name not in {entry["object"] for entry in listed} for name in objects])

    def features(pictures):
        return F.normalize(model.visual_projection(model.vision_model(pictures).pooler_output), dim=-1)

    real = F.normalize(features(pictures_in([artist / entry["file_name"] for entry in listed])).mean(0), dim=0)

    def similarity(unet):
        with tempfile.TemporaryDirectory() as out:
            prompts = [word for name in objects for word in ("-p", f"{with_article(name)}, blueprint style")]
            subprocess.run([engine, "sample", PACK / "model", out, *(["--unet", unet] if unet else []), "--sampler", "ddim", *prompts], check=True, capture_output=True)
            found = features(pictures_in([Path(out) / f"{i}.png" for i in range(len(objects))])) @ real
            return found.mean().item(), found[new].mean().item()

    floor, top = similarity(None), None
    print(f"teacher: {floor[0]:.3f}, objects not drawn by the artist {floor[1]:.3f}")
    for student in students:
        found = similarity(student)
        top = top or found
        shares = [(a - b) / (c - b) for a, b, c in zip(found, floor, top)]
        print(f"{student}: {found[0]:.3f} ({shares[0]:.2f}), objects not drawn by the artist {found[1]:.3f} ({shares[1]:.2f})", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
