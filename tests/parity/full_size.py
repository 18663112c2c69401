#!/usr/bin/env python3
"""One forward pass of a UNet of full size by diffusers, for `quell-engine check`. The weights are random, in fp16, under the names that a hub has them.

usage: full_size.py OUT sd1|sd2|bk-tiny
"""
import pathlib
import sys

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from random_models import SD14, SD21, TINY, write_random  # noqa: E402

# A variant, shards with an index, a plain file.
FAMILIES = {"sd1": (SD14, {"variant": "fp16"}), "sd2": (SD21, {"max_shard_size": "600MB"}), "bk-tiny": (TINY, {})}


@torch.no_grad()
def main(out, family):
    options, saved = FAMILIES[family]
    model = out / "model"
    write_random(lambda: UNet2DConditionModel(**options), out / "written")
    unet = UNet2DConditionModel.from_pretrained(out / "written", torch_dtype=torch.float16)
    unet.save_pretrained(model, **saved)
    (out / "written/diffusion_pytorch_model.safetensors").unlink()
    unet = unet.float()
    reference = {"x": torch.randn(1, 4, 32, 32), "t": torch.tensor([631]), "hidden": torch.randn(1, 77, unet.config.cross_attention_dim)}
    reference["unet"] = unet(reference["x"], reference["t"], reference["hidden"]).sample
    save_file(reference, out / "reference.safetensors")


main(pathlib.Path(sys.argv[1]), sys.argv[2])
