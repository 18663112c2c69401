"""Train the starter's UNet (v-prediction) on latents of subset.json. usage: train_unet.py DATA OUT MINUTES [BATCH] [THREADS]

Needs OUT/{vae,text_encoder,tokenizer}; goes on from OUT/unet if there is one. Writes OUT/{unet,scheduler,model_index.json}
and, every 25 minutes, a sheet of drawings."""

import copy
import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizer

from captions import STYLES, caption
from common import Average, as_pictures, as_tensor, descend, load_indices, load_pictures, moved, steps
from starter import DRAWN, Starter, prompt

VARIANTS = 8  # of each picture: as it is, then turned, zoomed, shifted, every other one mirrored
INDEX = {
    "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.30.0",
    "feature_extractor": [None, None], "image_encoder": [None, None],
    "requires_safety_checker": False, "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}


def fresh_unet():
    down, up = "CrossAttnDownBlock2D", "CrossAttnUpBlock2D"
    return UNet2DConditionModel(
        sample_size=16, in_channels=8, out_channels=8, layers_per_block=2, block_out_channels=(96, 160, 256),
        down_block_types=(down, down, "DownBlock2D"), up_block_types=("UpBlock2D", up, up),
        cross_attention_dim=256, attention_head_dim=(3, 5, 8), norm_num_groups=32, use_linear_projection=True,
    )


def fresh_scheduler():
    return DDIMScheduler(
        num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
        prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=False, steps_offset=1,
    )


def latents_of(vae_encode, images, cache):
    """(variants, objects, styles, 8, 16, 16) in fp16, worked out once."""
    if cache.exists():
        return torch.load(cache)
    count, styles = images.shape[:2]
    variants = []
    for variant in range(VARIANTS):
        parts = []
        for row in images:
            x = as_tensor(row)
            if variant:
                n = len(x)
                mirror = torch.full((n,), -1.0 if variant % 2 else 1.0)
                x = moved(x, (torch.rand(n) - 0.5) * 0.16, 0.86 + 0.2 * torch.rand(n), mirror, (torch.rand(n, 2) - 0.5) * 0.1)
            parts.append(vae_encode(x).half())
        variants.append(torch.stack(parts))
        print(f"latents {variant + 1} of {VARIANTS}", flush=True)
    torch.save(torch.stack(variants), cache)
    return torch.stack(variants)


def sheet(starter):
    """Eight objects across, nine styles down."""
    rows = [starter.draw([prompt(thing, style) for thing in DRAWN], seed=0, steps=25) for style in STYLES]
    return np.concatenate([np.concatenate(list(as_pictures(row)), 1) for row in rows], 0)


def main(data, out, minutes, batch=64, threads=2):
    torch.manual_seed(2)
    random.seed(2)
    torch.set_num_threads(int(threads))
    out, batch, styles = Path(out), int(batch), list(STYLES)
    images, things = load_pictures(data)
    subset = load_indices("subset")
    things = [things[k] for k in subset]
    fresh_scheduler().save_pretrained(out / "scheduler")
    (out / "model_index.json").write_text(json.dumps(INDEX, indent=2))
    if not (out / "unet").exists():
        fresh_unet().half().save_pretrained(out / "unet")
    starter = Starter(out)
    latents = latents_of(starter.encode, images[subset], Path(data) / "latents.pt")

    unet = copy.deepcopy(starter.unet).train()
    unet.set_attn_processor(AttnProcessor())  # explicit products: faster than flash attention at these sizes
    average = Average(unet, 0.998)
    optimizer = torch.optim.AdamW(unet.parameters(), lr=0, weight_decay=1e-2, betas=(0.9, 0.99), fused=True)
    kept = starter.scheduler.alphas_cumprod
    saved, losses = time.time(), []
    for step in steps(float(minutes), optimizer, peak=4e-4, warmup=100, floor=0.05):
        variant, thing, style, t = (torch.randint(n, (batch,)) for n in (VARIANTS, len(things), len(styles), 1000))
        # One caption in ten is empty, for guidance; one in seven names no style.
        texts = ["" if random.random() < 0.1 else
                 caption(things[o], None if random.random() < 0.15 else styles[s])
                 for o, s in zip(thing.tolist(), style.tolist())]
        clean = latents[variant, thing, style].float()
        noise = torch.randn_like(clean)
        signal = kept[t].view(-1, 1, 1, 1)
        noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
        velocity = signal.sqrt() * noise - (1 - signal).sqrt() * clean
        error = (unet(noisy, t, starter.states(texts)).sample - velocity).pow(2).mean((1, 2, 3))
        loss = ((5 * (1 - kept[t])).clamp(max=1) * error).mean()  # almost clean latents teach little
        descend(loss, optimizer, unet.parameters())
        average.update()
        losses.append(loss.item())
        if step % 50 == 49:
            print(f"{step + 1}: loss {np.mean(losses[-50:]):.4f}", flush=True)
        if time.time() - saved > 1500:
            starter.unet = average.save(starter.unet, out / "unet")
            Image.fromarray(sheet(starter)).save(out / f"unet-{step + 1}.png")
            saved = time.time()
    starter.unet = average.save(starter.unet, out / "unet")
    Image.fromarray(sheet(starter)).save(out / "unet.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
