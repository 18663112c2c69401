"""Writes sampler_trajectories.json, whole trajectories of diffusers' schedulers: run in this folder with the project's Python.

The model is p[k] = 0.5 x[k] + 0.001 t − 0.3 + 0.1 k, the start n[k] = cos(k + 1) and the noise of a step s[k] = sin(3 step + k), k = 0 … 3;
tst_sampler.cpp computes the same.
"""
import itertools
import json
import pathlib

import diffusers
import torch
from diffusers.schedulers import scheduling_euler_ancestral_discrete as ancestral

CLASSES = {"ddim": "DDIM", "pndm": "PNDM", "euler": "EulerDiscrete", "euler-ancestral": "EulerAncestralDiscrete", "dpm++2m": "DPMSolverMultistep",
           "dpm++2m-karras": "DPMSolverMultistep"}
BETAS = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
COSINE = dict(beta_schedule="squaredcos_cap_v2")
K = torch.arange(4, dtype=torch.float32).reshape(1, 4, 1, 1)


def fixed(sampler):
    return {"pndm": {"skip_prk_steps": True}, "dpm++2m-karras": {"use_karras_sigmas": True}, "ddim": {"clip_sample": False}}.get(sampler, {})


def trajectory(sampler, steps, options):
    """The case, or None where diffusers has none."""
    config = BETAS | fixed(sampler) | options
    scheduler = getattr(diffusers, CLASSES[sampler] + "Scheduler")(**config)
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else it looks for its first timestep, and begins late where Karras' levels round to one twice
    x = torch.cos(K + 1) * scheduler.init_noise_sigma
    states = []
    for step, t in enumerate(scheduler.timesteps):
        ancestral.randn_tensor = lambda *_, **__: torch.sin(3 * step + K)
        prediction = 0.5 * scheduler.scale_model_input(x, t) + 0.001 * t - 0.3 + 0.1 * K
        x = scheduler.step(prediction, t, x).prev_sample
        states.append([float(f"{value:.8g}") for value in x.flatten().tolist()])
    if not torch.isfinite(x).all():
        return None
    return {"sampler": sampler, "steps": steps, "config": {"_class_name": type(scheduler).__name__} | config,
            "timesteps": [float(f"{t:.8g}") for t in scheduler.timesteps.tolist()], "x": states}


def supported(sampler, options):
    """Whether diffusers runs the combination."""
    sample = options["prediction_type"] == "sample" and sampler in ("pndm", "euler-ancestral")
    return not sample and not (sampler == "pndm" and options.get("rescale_betas_zero_snr"))


cases = []
for sampler, prediction, spacing, zero in itertools.product(CLASSES, ("epsilon", "v_prediction", "sample"), ("leading", "trailing", "linspace"), (0, 1)):
    options = {"prediction_type": prediction, "timestep_spacing": spacing, "steps_offset": 1} | ({"rescale_betas_zero_snr": True} if zero else {})
    if supported(sampler, options):
        cases.append(trajectory(sampler, 10, options))
# Left-out keys, steps that do not divide the schedule, more than DPM-Solver++ calls few, and each option that a sampler has.
for sampler in CLASSES:
    cases += [trajectory(sampler, 7, {}), trajectory(sampler, 16, {}), trajectory(sampler, 9, COSINE), trajectory(sampler, 5, {"beta_schedule": "linear"})]
    cases += [trajectory(sampler, steps, {}) for steps in (1, 2)]
for sampler, steps, options in [
        ("ddim", 10, {"clip_sample": True}), ("ddim", 10, {"clip_sample": True, "clip_sample_range": 0.5}), ("ddim", 10, {"set_alpha_to_one": False}),
        ("pndm", 10, {"set_alpha_to_one": True}), ("euler", 10, {"use_karras_sigmas": True}), ("euler", 10, {"final_sigmas_type": "sigma_min"}),
        ("euler", 10, {"use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 10.0}), ("dpm++2m", 10, {"final_sigmas_type": "sigma_min"}),
        ("dpm++2m", 16, {"final_sigmas_type": "sigma_min"}), ("dpm++2m", 10, {"final_sigmas_type": "sigma_min", "lower_order_final": False}),
        ("dpm++2m", 16, {"final_sigmas_type": "sigma_min", "euler_at_final": True}), ("dpm++2m-karras", 16, {"final_sigmas_type": "sigma_min"})]:
    cases.append(trajectory(sampler, steps, options))

rows = [json.dumps(case) for case in cases if case]
pathlib.Path("sampler_trajectories.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")
