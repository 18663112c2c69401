"""Train the evaluator's vision tower against the frozen text tower.

usage: train_evaluator.py DATA OUT MINUTES [START] [THREADS]

OUT/evaluator becomes a CLIPModel, saved every few minutes. START is an evaluator to go on from; without one the vision
tower starts at random, its text side from OUT/text_encoder and OUT/text_projection.pt.

Pictures come in three kinds: clean renders, autoencoder round trips, and renders that the starter's UNet noised and
redrew under their own caption, so that their labels are true. Objects outside known.json teach styles only."""

import copy
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTextModel, CLIPTokenizer, CLIPVisionConfig

from common import Average, as_pictures, as_tensor, descend, half_precision, load_indices, load_pictures, moved, steps
from measure_evaluator import STYLE_NAMES, Texts, embed_pictures, recognise
from starter import Starter, prompt

STYLE_COUNT = len(STYLE_NAMES)
BATCH = 128
REDRAWS = [(300, 3.0, False), (500, 4.0, True), (500, 2.0, False)]  # noised up to t, guidance, mirrored


@torch.no_grad()
def model_drawn(clean, names, in_subset, cache):
    """Pictures from the starter itself: (n objects, styles, kinds, 128, 128, 3), zeros where it does not know the object."""
    if cache.exists():
        return np.load(cache)
    starter = Starter()
    starter.unet.set_attn_processor(AttnProcessor())  # faster than flash attention at these sizes
    starter.scheduler.set_timesteps(20)
    drawn = np.zeros((*clean.shape[:2], 1 + len(REDRAWS), *clean.shape[2:]), np.uint8)

    noise = torch.Generator().manual_seed(5)
    for o, name in enumerate(names):
        with half_precision():
            latents = starter.encode(as_tensor(clean[o])).float()
            drawn[o, :, 0] = as_pictures(starter.decode(latents))
            if not in_subset[o]:
                continue
            mirrored = starter.encode(as_tensor(clean[o]).flip(-1)).float()
            prompts = [prompt(name, style) for style in STYLE_NAMES]
            for kind, (start, guidance, mirror) in enumerate(REDRAWS, 1):
                first = starter.scheduler.timesteps[starter.scheduler.timesteps <= start][0]
                kept = starter.scheduler.alphas_cumprod[first]
                z = mirrored if mirror else latents
                z = kept.sqrt() * z + (1 - kept).sqrt() * torch.randn(z.shape, generator=noise)
                redrawn = starter.denoise(z, prompts, guidance=guidance, start=start)
                drawn[o, :, kind] = as_pictures(starter.decode(redrawn))
    np.save(cache, drawn)
    return drawn


def shake(x):
    """A gentle turn, zoom, shift and mirror; resampling blurs, so a third of the pictures is only mirrored and shifted."""
    n = len(x)
    sharp = torch.arange(n) % 3 == 0
    angle = torch.where(sharp, 0, (torch.rand(n) - 0.5) * 0.35)
    zoom = torch.where(sharp, 1, 0.75 + 0.3 * torch.rand(n))
    mirror = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    shift = torch.where(sharp[:, None], torch.randint(-6, 7, (n, 2)) / 64, (torch.rand(n, 2) - 0.5) * 0.2)
    return moved(x, angle, zoom, mirror, shift)


def soften(x):
    """Blur one picture in four, recolour all a little, add noise to one in three."""
    n = len(x)
    few = n // 4
    factor = 1.25 + 0.75 * torch.rand(1).item()
    small = F.interpolate(x[:few], scale_factor=1 / factor, mode="bilinear", antialias=True)
    x = torch.cat([F.interpolate(small, size=x.shape[-1], mode="bilinear"), x[few:]])
    x = x * (1 + 0.2 * (torch.rand(n, 1, 1, 1) - 0.5)) + 0.1 * (torch.rand(n, 3, 1, 1) - 0.5)
    noisy = (torch.rand(n, 1, 1, 1) < 1 / 3) * 0.05 * torch.rand(n, 1, 1, 1)
    return (x + noisy * torch.randn_like(x)).clamp(-1.2, 1.2)


class Pictures:
    """Draws batches: half clean, a quarter model-drawn, a quarter of other objects (object -1)."""

    def __init__(self, data):
        images, things = load_pictures(data)
        known, subset = load_indices("known"), load_indices("subset")
        self.names = [things[k]["name"] for k in known]
        others = sorted(set(range(len(images))) - set(known))
        self.other = images[sorted(set(others) - set(others[::10]))]  # every tenth is kept for measuring
        self.clean = images[known]
        self.in_subset = torch.tensor([k in subset for k in known])
        self.drawn = model_drawn(self.clean, self.names, self.in_subset, data / "model-drawn.npy")

    def draw(self):
        half, quarter = BATCH // 2, BATCH // 4
        objects = torch.randint(len(self.names), (half + quarter,))
        styles = torch.randint(STYLE_COUNT, (BATCH,))
        kinds = torch.randint(1 + len(REDRAWS), (quarter,)) * self.in_subset[objects[half:]]
        parts = [
            self.clean[objects[:half], styles[:half]],
            self.drawn[objects[half:], styles[half : half + quarter], kinds],
            self.other[torch.randint(len(self.other), (quarter,)), styles[half + quarter :]],
        ]
        order = torch.randperm(BATCH)
        x = as_tensor(np.concatenate(parts))[order].contiguous()
        objects = torch.cat([objects, torch.full((quarter,), -1)])
        return soften(shake(x)), objects[order], styles[order]


def fresh_model(out):
    text = CLIPTextModel.from_pretrained(out / "text_encoder", dtype=torch.float32)
    vision = CLIPVisionConfig(hidden_size=192, intermediate_size=768, num_hidden_layers=6, num_attention_heads=3,
                              image_size=128, patch_size=32, hidden_act="quick_gelu", projection_dim=256)
    model = CLIPModel(CLIPConfig(text_config=text.config.to_dict(), vision_config=vision.to_dict(), projection_dim=256))
    target = model.state_dict()
    with torch.no_grad():
        for key, value in text.state_dict().items():
            target[key if key in target else "text_model." + key].copy_(value)
        model.text_projection.weight.copy_(torch.load(out / "text_projection.pt"))
        model.logit_scale.fill_(3.4)
    return model


def loss_of(z, scale, texts, objects, styles):
    """The pair, the object alone, the style alone; the best pair's style counts for every picture."""
    named = objects >= 0
    pairs = scale * z @ texts.pairs.T
    pair = F.cross_entropy(pairs[named], objects[named] * STYLE_COUNT + styles[named], label_smoothing=0.02)
    thing = F.cross_entropy(scale * z[named] @ texts.objects.T, objects[named], label_smoothing=0.02)
    best_pairs_style = F.cross_entropy(pairs.view(len(z), -1, STYLE_COUNT).logsumexp(1), styles)
    style = F.cross_entropy(scale * z @ texts.styles.T, styles)
    return pair + 0.5 * thing + best_pairs_style + 0.5 * style


class Progress:
    """Saves the evaluator with the averaged weights and says how well it recognises clean renders."""

    def __init__(self, pictures, texts, out):
        self.texts, self.out = texts, out
        self.x = as_tensor(pictures.clean.reshape(-1, 128, 128, 3))
        self.objects = torch.arange(len(pictures.names)).repeat_interleave(STYLE_COUNT)
        self.styles = torch.arange(STYLE_COUNT).repeat(len(pictures.names))

    def save(self, average, twin):
        twin = average.save(twin, self.out)
        found = recognise(twin, self.texts, self.x)
        objects, styles = (100 * (f == w).float().mean() for f, w in zip(found, (self.objects, self.styles)))
        print(f"{average.count} steps, clean renders: styles {styles:.1f} %, objects {objects:.1f} %", flush=True)


def main(data, out, minutes, start=None, threads=1):
    torch.manual_seed(4)
    torch.set_num_threads(int(threads))
    out = Path(out)
    pictures = Pictures(Path(data))
    model = CLIPModel.from_pretrained(start, dtype=torch.float32) if start else fresh_model(out)
    model.set_attn_implementation("eager")  # explicit products: faster than flash attention at these sizes
    tokenizer = CLIPTokenizer.from_pretrained(start or out / "tokenizer")
    tokenizer.save_pretrained(out / "evaluator")
    CLIPImageProcessor(
        do_resize=True, size={"shortest_edge": 128}, crop_size={"height": 128, "width": 128},
        image_mean=[0.5] * 3, image_std=[0.5] * 3,
    ).save_pretrained(out / "evaluator")
    texts = Texts(model, tokenizer, pictures.names)
    model.text_model.requires_grad_(False)
    model.text_projection.requires_grad_(False)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0, weight_decay=0.05, betas=(0.9, 0.98), fused=True)
    average, twin = Average(model, 0.995), copy.deepcopy(model)
    progress = Progress(pictures, texts, out / "evaluator")

    for step in steps(float(minutes), optimizer, peak=6e-4 if start else 1e-3, warmup=100, floor=0.01):
        x, objects, styles = pictures.draw()
        with half_precision():
            z = embed_pictures(model, x)
        descend(loss_of(z, model.logit_scale.exp(), texts, objects, styles), optimizer, trained)
        with torch.no_grad():
            model.logit_scale.clamp_(0, math.log(100))
        average.update()
        if step % 300 == 299:
            progress.save(average, twin)
    progress.save(average, twin)


if __name__ == "__main__":
    main(*sys.argv[1:])
