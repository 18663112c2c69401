"""The starter's models at work: encoding, decoding and drawing."""

from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from captions import with_article
from common import HERE

DRAWN = ["cat face", "elephant", "red apple", "rocket", "house", "guitar", "owl", "hamburger"]  # what sheets and figures show


def prompt(thing, style):
    return f"{with_article(thing)}, {style} style"


def tokens(tokenizer, prompts):
    return tokenizer(prompts, padding="max_length", truncation=True, return_tensors="pt").input_ids


class Starter:
    def __init__(self, folder=HERE.parent / "model"):
        folder = Path(folder)
        self.vae = AutoencoderKL.from_pretrained(folder / "vae", torch_dtype=torch.float32).eval()
        self.unet = UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32).eval()
        self.text = CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32).eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
        self.scheduler = DDIMScheduler.from_pretrained(folder / "scheduler")

    @torch.no_grad()
    def encode(self, x):
        return torch.cat([self.vae.encode(p).latent_dist.mean for p in x.split(32)]) * self.vae.config.scaling_factor

    @torch.no_grad()
    def decode(self, z):
        return torch.cat([self.vae.decode(p / self.vae.config.scaling_factor).sample for p in z.split(32)]).clamp(-1, 1)

    @torch.no_grad()
    def states(self, prompts):
        return self.text(tokens(self.tokenizer, prompts)).last_hidden_state

    @torch.no_grad()
    def denoise(self, z, prompts, steps=20, guidance=4.0, start=1000):
        """DDIM from the noise level of `start` down, as latents."""
        self.scheduler.set_timesteps(steps)
        states = torch.cat([self.states([""] * len(prompts)), self.states(prompts)])
        for t in self.scheduler.timesteps[self.scheduler.timesteps <= start]:
            empty, given = self.unet(torch.cat([z, z]), t, states).sample.float().chunk(2)
            z = self.scheduler.step(empty + guidance * (given - empty), t, z).prev_sample
        return z

    def draw(self, prompts, seed, steps=20):
        z = torch.randn(len(prompts), 8, 16, 16, generator=torch.Generator().manual_seed(seed))
        return self.decode(self.denoise(z, prompts, steps))
