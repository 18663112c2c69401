#!/usr/bin/env python3
"""Trains adapters on the starter for a few steps, exports them under both names, and has diffusers load them: its UNet must be the run's student.

usage: adapters.py OUT ENGINE STARTER
"""
import json
import pathlib
import shutil
import subprocess
import sys

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image


def train(out, engine, starter):
    pictures, spec, run = out / "pictures", out / "spec.json", out / "run"
    pictures.mkdir(parents=True)
    for i in range(6):
        Image.frombytes("RGB", (64, 64), bytes(torch.randint(0, 255, (64 * 64 * 3,)).tolist())).save(pictures / f"{i}.png")
        (pictures / f"{i}.txt").write_text(f"a thing, {'neon' if i % 2 else 'ink'} style")
    level = {"batch": 2, "optimizer": {"lr": 1e-2, "warmup": 0}}  # coarse, so that a difference would show
    spec.write_text(json.dumps({"teacher": str(starter), "student": str(starter), "concepts": [{"phrase": "neon", "kind": "style"}], "lower": level | {"data": str(pictures)},
                                "upper": level, "training": {"scope": "lora", "rank": 4, "alpha": 8}, "steps": 4, "size": 64, "precision": "fp32", "device": "cpu"}))
    subprocess.run([engine, "train", spec, run, "--cache", out / "cache"], check=True)
    return run


@torch.no_grad()
def output(unet):
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(2, unet.config.in_channels, 16, 16, generator=generator)
    return unet(x, 300, torch.randn(2, 11, unet.config.cross_attention_dim, generator=generator)).sample


def main(out, engine, starter):
    shutil.rmtree(out, ignore_errors=True)
    torch.manual_seed(0)
    run = train(out, engine, starter)
    expected = output(UNet2DConditionModel.from_pretrained(run / "student", subfolder="unet", torch_dtype=torch.float32))
    for names in ("lora-peft", "lora-kohya"):
        file = out / f"{names}.safetensors"
        subprocess.run([engine, "export", run, file, "--format", names], check=True)
        pipe = StableDiffusionPipeline.from_pretrained(starter, torch_dtype=torch.float32, safety_checker=None)
        before = output(pipe.unet)
        pipe.load_lora_weights(file.parent, weight_name=file.name)
        difference = ((output(pipe.unet) - expected).norm() / expected.norm()).item()
        change = ((before - expected).norm() / expected.norm()).item()
        print(f"{names}: differs from the run's student by {difference:.1e} of its output; training changed {change:.1e}")
        # The student is stored in fp16.
        if not difference < 5e-3 or not change > 5e-2:
            sys.exit(f"{names}: diffusers makes another model of {file}")


main(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]).resolve())
