"""What the training scripts share."""

import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
BF16 = torch.backends.cpu.get_cpu_capability() == "AVX512" and torch.cpu._is_avx512_bf16_supported()


def half_precision():
    """bf16 where the processor multiplies in it; elsewhere it would be hundreds of times slower."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=BF16)


def load_pictures(data):
    """All pictures (objects, styles, 128, 128, 3) and what is known of their objects."""
    images = np.load(Path(data) / "images.npy", mmap_mode="r")
    return images, json.loads((Path(data) / "manifest.json").read_text())["objects"]


def load_indices(name):
    """known.json or subset.json: which of the objects."""
    return json.loads((HERE / f"{name}.json").read_text())


def as_tensor(pictures):
    """uint8 pictures (n, height, width, 3) as the models take them."""
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def as_pictures(x):
    return x.add(1).mul(127.5).clamp(0, 255).round().byte().permute(0, 2, 3, 1).numpy()


def moved(x, angle, zoom, mirror, shift):
    """Turned (radians), zoomed, mirrored (-1 or 1) and shifted (n, 2; the picture is 2 wide), each picture by its own."""
    theta = torch.zeros(len(x), 2, 3)
    cos, sin = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    theta[:, 0, 0], theta[:, 0, 1] = cos * mirror, -sin
    theta[:, 1, 0], theta[:, 1, 1] = sin * mirror, cos
    theta[:, :, 2] = shift
    where = F.affine_grid(theta, x.shape, align_corners=False)
    return F.grid_sample(x, where, padding_mode="border", align_corners=False)


def steps(minutes, optimizer, peak, warmup, floor):
    """Counts steps until the time is up; the rate rises over `warmup` steps, then falls along a cosine to `floor` of its peak."""
    began, step = time.time(), 0
    while (done := (time.time() - began) / (60 * minutes)) < 1:
        rate = peak * min(1, (step + 1) / warmup) * (floor + (1 - floor) * (1 + math.cos(math.pi * done)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        yield step
        step += 1


def descend(loss, optimizer, parameters):
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


class Average:
    """A moving average of a model's weights."""

    def __init__(self, model, longest):
        self.model, self.longest, self.count = model, longest, 0
        self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self):
        self.count += 1
        keep = min(self.longest, self.count / (9 + self.count))
        torch._foreach_lerp_(list(self.weights.values()), list(self.model.state_dict().values()), 1 - keep)

    def save(self, twin, folder):
        """As fp16, by way of a second model of the same shape."""
        twin.load_state_dict(self.weights)
        twin.half().save_pretrained(folder)
        return twin.float().eval()
