"""Train the starter's autoencoder on 64 px crops. usage: train_vae.py DATA OUT MINUTES [THREADS]

OUT/vae becomes an AutoencoderKL: an eighth of the side, 8 latent channels, no attention."""

import copy
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from PIL import Image

from common import Average, as_pictures, as_tensor, descend, half_precision, load_pictures, steps

BATCH, CROP = 24, 64


def crops(pictures):
    corners = torch.randint(0, pictures.shape[1] - CROP + 1, (BATCH, 2)).tolist()
    chosen = torch.randint(0, len(pictures), (BATCH,)).tolist()
    x = as_tensor(np.stack([pictures[k, y : y + CROP, z : z + CROP] for k, (y, z) in zip(chosen, corners)]))
    mirrored = torch.rand(BATCH, 1, 1, 1) < 0.5
    return torch.where(mirrored, x.flip(-1), x).contiguous(memory_format=torch.channels_last)


def slopes(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def loss_of(drawn, x, posterior):
    """Pixels, edges, and a little pull of the latents towards a normal distribution."""
    mean, variance = posterior.mean.float(), posterior.var.float()
    divergence = 0.5 * (mean**2 + variance - 1 - variance.log()).mean()
    edges = sum((a - b).abs().mean() for a, b in zip(slopes(drawn), slopes(x)))
    return (drawn - x).abs().mean() + 0.5 * F.mse_loss(drawn, x) + 0.5 * edges + 5e-5 * divergence


@torch.no_grad()
def measure(vae, pictures):
    """Spread of the latents, and a sheet of originals beside their round trips."""
    latents, errors = [], []
    for first in range(0, len(pictures), 576):
        x = as_tensor(pictures[first : first + 32])
        z = vae.encode(x).latent_dist.mean
        drawn = vae.decode(z).sample.clamp(-1, 1)
        latents.append(z)
        errors.append(F.mse_loss(drawn, x))
    psnr = 10 * np.log10(4 / torch.stack(errors).mean().item())
    return torch.cat(latents).std().item(), psnr, as_pictures(torch.cat([x[:8], drawn[:8]], 3)).reshape(-1, 256, 3)


def main(data, out, minutes, threads=1):
    torch.manual_seed(0)
    torch.set_num_threads(int(threads))
    images, _ = load_pictures(data)
    pictures = images.reshape(-1, *images.shape[2:])
    vae = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=8, sample_size=128,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
        block_out_channels=(32, 64, 128, 128), layers_per_block=1, norm_num_groups=16, mid_block_add_attention=False,
    ).to(memory_format=torch.channels_last)
    twin, average = copy.deepcopy(vae), Average(vae, 0.999)
    optimizer = torch.optim.AdamW(vae.parameters(), lr=0, betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    for step in steps(float(minutes), optimizer, peak=1e-3, warmup=200, floor=0.02):
        x = crops(pictures)
        with half_precision():
            posterior = vae.encode(x).latent_dist
            mean, spread = posterior.mean.float(), posterior.std.float()
            drawn = vae.decode(mean + spread * torch.randn_like(mean)).sample
        loss = loss_of(drawn.float(), x, posterior)
        descend(loss, optimizer, vae.parameters())
        average.update()
        if step % 100 == 0:
            print(f"{step}: loss {loss.item():.4f}", flush=True)
    twin = average.save(twin, Path(out) / "vae")
    spread, psnr, sheet = measure(twin, pictures)
    twin.register_to_config(scaling_factor=1 / spread)
    average.save(twin, Path(out) / "vae")
    Image.fromarray(sheet).save(Path(out) / "vae.png")
    print(f"scaling factor {1 / spread:.4f}, {psnr:.1f} dB")


if __name__ == "__main__":
    main(*sys.argv[1:])
