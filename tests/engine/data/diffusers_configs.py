"""Writes diffusers_configs.json, configs as diffusers and transformers write them: run in this folder with the project's Python."""
import json
import pathlib

import diffusers
import torch
import transformers

SD1 = dict(sample_size=64, cross_attention_dim=768)
SD2 = dict(sample_size=96, cross_attention_dim=1024, attention_head_dim=[5, 10, 20, 20], use_linear_projection=True, upcast_attention=True)
TINY = dict(
    layers_per_block=1,
    mid_block_type=None,
    block_out_channels=[320, 640, 1280],
    down_block_types=["CrossAttnDownBlock2D"] * 3,
    up_block_types=["CrossAttnUpBlock2D"] * 3,
)
UNETS = {
    "sd1": SD1,
    "sd2": SD2,
    "bk_sdm_base": dict(SD1, layers_per_block=1),
    "bk_sdm_small": dict(SD1, layers_per_block=1, mid_block_type=None),
    "bk_sdm_tiny": dict(SD1, **TINY),
    "uneven": dict(SD2, layers_per_block=[1, 2, 2, 1], transformer_layers_per_block=[1, 2, 3, 1]),
}
SCHEDULERS = ["DDIM", "DDPM", "PNDM", "EulerDiscrete", "EulerAncestralDiscrete", "HeunDiscrete", "DPMSolverMultistep", "DPMSolverSinglestep",
              "DEISMultistep", "UniPCMultistep", "KDPM2Discrete"]


def config_of(made):
    return json.loads(made.to_json_string())


with torch.device("meta"):
    unets = {name: config_of(diffusers.UNet2DConditionModel(**options)) for name, options in UNETS.items()}
    parts = [f"{kind}Block2D" for kind in ("DownEncoder", "UpDecoder")]
    vae = diffusers.AutoencoderKL(block_out_channels=[128, 256, 512, 512], down_block_types=parts[:1] * 4, up_block_types=parts[1:] * 4,
                                  layers_per_block=2, sample_size=512)
    tiny_vae = diffusers.AutoencoderTiny()
betas = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
configs = {
    "unets": unets,
    "vae": config_of(vae),
    "tiny_vae": config_of(tiny_vae),
    "schedulers": [config_of(getattr(diffusers, name + "Scheduler")(**betas)) for name in SCHEDULERS],
    "clip": transformers.CLIPConfig().to_dict(),
    "image_processor": transformers.CLIPImageProcessor().to_dict(),
}
text = json.dumps(configs, indent=1, default=str)
pathlib.Path("diffusers_configs.json").write_text(text + "\n")
