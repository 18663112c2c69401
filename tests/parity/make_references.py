#!/usr/bin/env python3
"""Models made by diffusers and transformers, with their outputs, for `quell-engine check`.

usage: make_references.py OUT ENGINE STARTER

Writes OUT/<case>/model (a pipeline or UNet folder) and OUT/<case>/reference.safetensors for every case. ENGINE is quell-engine, which prunes
the dense ones; diffusers cannot open pruned widths, so these cases' references come from its UNet with its layers narrowed here.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import diffusers
import torch
from diffusers import AutoencoderKL, AutoencoderTiny, DDIMScheduler, EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.models.attention import FeedForward
from diffusers.models.attention_processor import Attention
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

PROMPTS = ["a rocket, neon style", "An OWL  in ink style!", "", "a picture of the café’s 3 red apples, watercolour " + "very " * 40]
# Quell's names, diffusers' classes and what else makes them the same.
SAMPLERS = {"ddim": ("DDIM", {}), "pndm": ("PNDM", {"skip_prk_steps": True}), "euler": ("EulerDiscrete", {}), "euler-ancestral": ("EulerAncestralDiscrete", {}),
            "dpm++2m": ("DPMSolverMultistep", {}), "dpm++2m-karras": ("DPMSolverMultistep", {"use_karras_sigmas": True})}
CROSS, PLAIN = ("CrossAttnDownBlock2D", "CrossAttnUpBlock2D"), ("DownBlock2D", "UpBlock2D")


def unet(channels, attends, **options):
    kinds = [CROSS if a else PLAIN for a in attends]
    return UNet2DConditionModel(**{
        "sample_size": 16, "block_out_channels": channels, "down_block_types": [k[0] for k in kinds],
        "up_block_types": [k[1] for k in reversed(kinds)], "norm_num_groups": 16, **options})


def text_encoder(starter, width, **options):
    vocabulary = len(CLIPTokenizer.from_pretrained(starter, subfolder="tokenizer"))
    return CLIPTextModel(CLIPTextConfig(**{"vocab_size": vocabulary, "hidden_size": width, "intermediate_size": 2 * width, "num_hidden_layers": 2,
                                           "num_attention_heads": 4, "max_position_embeddings": 32, "eos_token_id": vocabulary - 1,
                                           "bos_token_id": vocabulary - 2, **options}))


def autoencoder(**options):
    return AutoencoderKL(**{"down_block_types": ["DownEncoderBlock2D"] * 3, "up_block_types": ["UpDecoderBlock2D"] * 3, "block_out_channels": [16, 32, 32],
                            "layers_per_block": 2, "norm_num_groups": 8, "sample_size": 64, "latent_channels": 4, **options})


def scheduler(prediction):
    return DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type=prediction, clip_sample=False,
                         set_alpha_to_one=False, steps_offset=1)


def pipeline(starter, unet, prediction, text_options, vae_options=None, pad=None, **components):
    tokenizer = CLIPTokenizer.from_pretrained(starter, subfolder="tokenizer")
    if pad:
        tokenizer.pad_token = pad
    components = {"vae": autoencoder(**(vae_options or {})), "scheduler": scheduler(prediction)} | components
    return StableDiffusionPipeline(text_encoder=text_encoder(starter, unet.config.cross_attention_dim, **text_options), tokenizer=tokenizer, unet=unet,
                                   safety_checker=None, feature_extractor=None, requires_safety_checker=False, **components)


def randomise(module):
    """Fresh modules have zero or one norms and biases, which would hide mistakes in them."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))


def unet_reference(model, cross_attention_dim, hidden=None):
    hidden = torch.randn(2, 11, cross_attention_dim) if hidden is None else hidden
    reference = {"x": torch.randn(len(hidden), model.config.in_channels, 16, 16), "t": torch.tensor([17, 803] * (len(hidden) // 2)), "hidden": hidden}
    sample = model(reference["x"], reference["t"], hidden).sample
    reference["unet"] = sample.detach()
    sample.square().mean().backward()
    return reference | {f"grad.{name}": parameter.grad for name, parameter in model.named_parameters()}


@torch.no_grad()
def pipeline_reference(pipe, side):
    ids = pipe.tokenizer(PROMPTS, padding="max_length", truncation=True, return_tensors="pt").input_ids
    image = torch.rand(2, 3, side, side) * 2 - 1
    encoded = pipe.vae.encode(image)
    posterior = {"vae_mean": encoded.latents} if isinstance(pipe.vae, AutoencoderTiny) else {"vae_mean": encoded.latent_dist.mean, "vae_logvar": encoded.latent_dist.logvar}
    latents = torch.randn(len(PROMPTS), pipe.unet.config.in_channels, 16, 16)
    pipe.set_progress_bar_config(disable=True)
    out = pipe(PROMPTS, num_inference_steps=8, guidance_scale=4.0, latents=latents, height=side, width=side, output_type="pt").images
    return posterior | {"ids": ids, "hidden": pipe.text_encoder(ids).last_hidden_state, "image": image,
                        "vae_decode": pipe.vae.decode(posterior["vae_mean"]).sample, "latents": latents, "image_out": out}


def write(folder, reference, **metadata):
    if "ids" in reference:
        metadata = {"prompts": json.dumps(PROMPTS), "steps": "8", "guidance": "4.0"} | metadata
    save_file({name: tensor.detach().contiguous() for name, tensor in reference.items()}, folder / "reference.safetensors", metadata or None)


def write_pipeline(folder, pipe, side, **metadata):
    for module in (pipe.unet, pipe.vae, pipe.text_encoder):
        module.eval()
    reference = pipeline_reference(pipe, side)
    write(folder, reference | unet_reference(pipe.unet, None, reference["hidden"]), **metadata)


def made_pipeline(out, name, starter, *arguments, **options):
    pipe = pipeline(starter, *arguments, **options)
    for module in (pipe.unet, pipe.vae, pipe.text_encoder):
        randomise(module)
    pipe.save_pretrained(out / name / "model")
    # As a user would have it: a pad token becomes special, and so is found in prompts, only when the tokenizer is opened anew.
    pipe.tokenizer = CLIPTokenizer.from_pretrained(out / name / "model", subfolder="tokenizer")
    write_pipeline(out / name, pipe, 64)


def drawn_by_samplers(out, model):
    """Pictures of `model`'s pipeline by every sampler, as a user of diffusers changes it."""
    pipe = StableDiffusionPipeline.from_pretrained(model, torch_dtype=torch.float32, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    prompts, steps = PROMPTS[:2], 8
    latents = torch.randn(len(prompts), pipe.unet.config.in_channels, 16, 16)
    for name, (scheduler, options) in SAMPLERS.items():
        pipe.scheduler = getattr(diffusers, scheduler + "Scheduler").from_pretrained(model, subfolder="scheduler", **options)
        image = pipe(prompts, num_inference_steps=steps, guidance_scale=4.0, latents=latents, height=64, width=64, output_type="pt",
                     generator=torch.Generator().manual_seed(1)).images
        generator = torch.Generator().manual_seed(1)  # the same noise once more
        noise = torch.stack([torch.randn(latents.shape, generator=generator) for _ in range(steps)])
        folder = out / f"sampler-{name}"
        folder.mkdir()
        (folder / "model").symlink_to(model.resolve())
        write(folder, {"latents": latents, "image_out": image, "step_noise": noise}, prompts=json.dumps(prompts), steps=str(steps), guidance="4.0", sampler=name)


def loaded(path):
    """Copies, as the file is about to be written over."""
    return {name: tensor.clone() for name, tensor in load_file(path).items()}


def as_ckpt(path):
    """A file as the original code's training wrote it, which says nothing of its configs."""
    weights = loaded(path)
    extra = {"betas": torch.zeros(1000), "model_ema.decay": torch.tensor(0.9), "cond_stage_model.transformer.text_model.embeddings.position_ids": torch.arange(32)[None]}
    torch.save({"state_dict": weights | extra, "global_step": 1000, "pytorch-lightning_version": "1.4.2"}, path)


def as_open_clip(path):
    """The same for version 2: OpenCLIP's last block and its head are in the file, and nobody uses them."""
    weights = loaded(path)
    resblocks = "cond_stage_model.model.transformer.resblocks."
    last = {name.replace(resblocks + "1.", resblocks + "2."): torch.randn_like(tensor) for name, tensor in weights.items() if name.startswith(resblocks + "1.")}
    head = {"cond_stage_model.model.text_projection": torch.randn(64, 64), "cond_stage_model.model.logit_scale": torch.tensor(1.0)}
    save_file(weights | last | head, path, {"modelspec.prediction_type": "v"})


def back_to_folder(folder, engine, pipe):
    """The file as a pipeline again, opened by diffusers: every tensor is there."""
    environment = os.environ | {"QUELL_CLIP_TOKENIZER": str(folder / "source/tokenizer")}
    subprocess.run([engine, "export", folder / "model", folder / "back"], check=True, env=environment)
    opened = StableDiffusionPipeline.from_pretrained(folder / "back", torch_dtype=torch.float32)
    for ours, theirs in ((pipe.unet, opened.unet), (pipe.vae, opened.vae), (pipe.text_encoder, opened.text_encoder)):
        other = theirs.state_dict()
        assert all(torch.equal(tensor, other[key]) for key, tensor in ours.state_dict().items()), type(ours)


def made_single_file(out, engine, name, starter, rewrite, *arguments, **options):
    """A whole model that Quell writes in the original layout: what diffusers makes of it is the reference. `rewrite` then makes it another's file."""
    folder = out / name
    pipe = pipeline(starter, *arguments, **options)
    for module in (pipe.unet, pipe.vae, pipe.text_encoder):
        randomise(module)
    pipe.save_pretrained(folder / "source")
    subprocess.run([engine, "export", folder / "source", folder / "model", "--format", "single-file"], check=True)
    (folder / "model.safetensors").symlink_to(folder / "model")  # diffusers goes by names
    opened = StableDiffusionPipeline.from_single_file(folder / "model.safetensors", config=str(folder / "source"), local_files_only=True, torch_dtype=torch.float32)
    opened.tokenizer = CLIPTokenizer.from_pretrained(folder / "source", subfolder="tokenizer")
    for ours, theirs in ((pipe.unet, opened.unet), (pipe.vae, opened.vae), (pipe.text_encoder, opened.text_encoder)):
        other = theirs.state_dict()
        for key, tensor in ours.state_dict().items():
            assert torch.equal(tensor, other[key]), key
    opened.scheduler = pipe.scheduler
    opened.unet.requires_grad_(True)
    write_pipeline(folder, opened, 64, sampler="ddim")
    if rewrite:
        (folder / "model.safetensors").unlink()
        rewrite(folder / "model")
        back_to_folder(folder, engine, pipe)


def made_unet(out, name, model):
    randomise(model)
    model.save_pretrained(out / name / "model")
    write(out / name, unet_reference(model, model.config.cross_attention_dim))


class PassOn(torch.nn.Module):
    """In the place of a dropped module. A resnet of an up block passes on what did not come over the skip connection."""

    def __init__(self, dropped):
        super().__init__()
        self.channels, self.in_tuple = dropped.out_channels, isinstance(dropped, Transformer2DModel)

    def forward(self, hidden, *_, **__):
        hidden = hidden[:, :self.channels]
        return (hidden,) if self.in_tuple else hidden


def narrowed(folder):
    """diffusers' UNet with what the structure record keeps: layers are as narrow as their weights, heads and groups are told."""
    record, weights = json.loads((folder / "structure.json").read_text()), load_file(folder / "diffusion_pytorch_model.safetensors")
    model = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder))
    for name in record["dropped"]:
        modules, index = name.rsplit(".", 1)
        model.get_submodule(modules)[int(index)] = PassOn(model.get_submodule(name))
    for name, heads in record["heads"].items():
        model.get_submodule(name).heads = len(heads["kept"])
    for name, groups in record["resnet_groups"].items():
        model.get_submodule(name).norm2.num_groups = len(groups["kept"])
    parameters = dict(model.named_parameters())
    assert parameters.keys() == weights.keys(), parameters.keys() ^ weights.keys()
    for name, parameter in parameters.items():
        parameter.data = weights[name]
    return model


@torch.no_grad()
def check_twin(folder, reference):
    """The dense-padded twin, as diffusers opens it, is the same function."""
    twin = UNet2DConditionModel.from_pretrained(folder, subfolder="unet", torch_dtype=torch.float32)
    sample = twin(reference["x"], reference["t"], reference["hidden"]).sample
    assert (sample - reference["unet"]).norm() <= 1e-4 * reference["unet"].norm(), folder


def made_pruned(out, engine, name, dense, *arguments):
    folder = out / name
    subprocess.run([engine, "prune", dense, folder / "model", "--dtype", "fp32", *arguments], check=True)
    subprocess.run([engine, "export", folder / "model", folder / "dense", "--dense"], check=True)
    model = narrowed(folder / "model/unet")
    reference = unet_reference(model, model.config.cross_attention_dim)
    check_twin(folder / "dense", reference)
    write(folder, reference)


def architecture_vector(pipeline):
    """An APTP expert with every third width gate and every third depth gate closed."""
    model = UNet2DConditionModel.from_pretrained(pipeline, subfolder="unet")
    resnets, attentions, forwards = ([m for m in model.modules() if isinstance(m, kind)] for kind in (ResnetBlock2D, Attention, FeedForward))
    widths = model.config.norm_num_groups * len(resnets) + sum(m.heads for m in attentions) + 32 * len(forwards)
    depths = sum(1 + hasattr(block, "attentions") for block in [*model.down_blocks, *model.up_blocks])  # the last resnet and the last attention of each
    return torch.cat([(torch.arange(gates) % 3 > 0).float() for gates in (widths, depths)])


def made_expert(out, engine, name, dense):
    (out / name).mkdir()
    torch.save(architecture_vector(dense), out / name / "arch_vector.pt")
    made_pruned(out, engine, name, dense, "--arch-vector", out / name / "arch_vector.pt")
    record = json.loads((out / name / "model/unet/structure.json").read_text())
    assert all(record[part] for part in ("heads", "feed_forward", "resnet_groups")), record
    dropped = {re.sub(r"\.\d+", "", name) for name in record["dropped"]}
    assert dropped == {"down_blocks.resnets", "down_blocks.attentions", "up_blocks.resnets", "up_blocks.attentions"}, dropped


def main(out, engine, starter):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    shutil.rmtree(out, ignore_errors=True)
    pipe = StableDiffusionPipeline.from_pretrained(starter, torch_dtype=torch.float32, safety_checker=None)
    (out / "starter").mkdir(parents=True)
    (out / "starter" / "model").symlink_to(starter.resolve())
    write_pipeline(out / "starter", pipe, 128)

    # Stable Diffusion 1: epsilon, 1×1 convolutions as projections, one number of heads, quick_gelu.
    made_pipeline(out, "sd1", starter, unet((32, 64, 64), (1, 1, 0), cross_attention_dim=32, attention_head_dim=8), "epsilon", {"hidden_act": "quick_gelu"})
    # Stable Diffusion 2: linear projections, heads by level, gelu, padded with "!".
    made_pipeline(out, "sd2", starter, unet((32, 64, 96), (1, 1, 0), cross_attention_dim=64, attention_head_dim=(2, 4, 6), use_linear_projection=True, upcast_attention=True),
                  "v_prediction", {"hidden_act": "gelu"}, vae_options={"mid_block_add_attention": False, "use_quant_conv": False, "use_post_quant_conv": False}, pad="!")
    drawn_by_samplers(out, out / "sd1" / "model")
    # A tiny autoencoder, and a scheduler of its own whose timesteps are fractions.
    tiny = AutoencoderTiny(encoder_block_out_channels=[16] * 3, decoder_block_out_channels=[24] * 3, num_encoder_blocks=[1, 2, 1], num_decoder_blocks=[2, 1, 0])
    euler = EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction", rescale_betas_zero_snr=True)
    made_pipeline(out, "tiny", starter, unet((32, 64), (1, 0), cross_attention_dim=32, attention_head_dim=8), None, {"hidden_act": "quick_gelu"}, vae=tiny, scheduler=euler)
    # BK-SDM: base, small (no mid block), tiny (a stage less).
    bk = {"layers_per_block": 1, "cross_attention_dim": 32, "attention_head_dim": 4}
    made_unet(out, "bk-base", unet((32, 64, 64), (1, 1, 0), **bk))
    made_unet(out, "bk-small", unet((32, 64, 64), (1, 1, 0), mid_block_type=None, **bk))
    made_unet(out, "bk-tiny", unet((32, 64), (1, 1), mid_block_type=None, **bk))
    # Their second version, of Stable Diffusion 2: linear projections, heads by level.
    bk2 = {"layers_per_block": 1, "cross_attention_dim": 64, "use_linear_projection": True}
    bk2_whole = {"channels": (32, 64, 96, 96), "attends": (1, 1, 1, 0), "attention_head_dim": (2, 4, 6, 6)} | bk2
    made_pipeline(out, "bk2-base", starter, unet(**bk2_whole), "epsilon", {"hidden_act": "gelu"}, pad="!")
    made_pipeline(out, "bk2-small", starter, unet(mid_block_type=None, **bk2_whole), "v_prediction", {"hidden_act": "gelu"}, pad="!")
    made_unet(out, "bk2-tiny", unet((32, 64, 96), (1, 1, 1), mid_block_type=None, attention_head_dim=(2, 4, 6), **bk2))
    # Several layers and transformer blocks, a list of each, sine before cosine.
    made_unet(out, "lists", unet((32, 32, 64), (1, 0, 1), layers_per_block=[1, 2, 1], transformer_layers_per_block=[2, 1, 1], cross_attention_dim=24,
                                 attention_head_dim=(2, 2, 4), flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-4, in_channels=3, out_channels=5))
    made_unet(out, "only-cross", unet((32, 64), (1, 1), layers_per_block=1, cross_attention_dim=24, attention_head_dim=4, only_cross_attention=True))
    # Single files, by Quell's metadata and by what shapes and known families tell.
    sd1_single = unet((64, 128, 128), (1, 1, 0), cross_attention_dim=64, attention_head_dim=8, norm_num_groups=32)
    sd2_single = unet((64, 128, 128), (1, 1, 0), cross_attention_dim=64, attention_head_dim=(1, 2, 2), norm_num_groups=32, use_linear_projection=True, upcast_attention=True)
    usual = {"vae_options": {"block_out_channels": [32, 64, 64], "norm_num_groups": 32}}
    made_single_file(out, engine, "single-sd1", starter, None, unet((32, 64, 64), (1, 1, 0), cross_attention_dim=32, attention_head_dim=8), "epsilon", {"hidden_act": "quick_gelu"})
    made_single_file(out, engine, "single-ckpt", starter, as_ckpt, sd1_single, "epsilon", {"hidden_act": "quick_gelu", "num_attention_heads": 1}, **usual)
    made_single_file(out, engine, "single-sd2", starter, as_open_clip, sd2_single, "v_prediction", {"hidden_act": "gelu", "num_attention_heads": 1}, pad="!", **usual)
    made_pruned(out, engine, "pruned", starter, "--gates", "magnitude", "--macs", "0.55")
    made_pruned(out, engine, "pruned-hard", starter, "--gates", "magnitude", "--macs", "0.28")
    made_expert(out, engine, "expert-sd1", out / "sd1/model")
    made_expert(out, engine, "expert-sd2", out / "sd2/model")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), *map(pathlib.Path, sys.argv[2:4]))
