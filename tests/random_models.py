"""Models of Stable Diffusion's names, shapes and config files with random weights: the real ones cannot be had on every machine."""
import torch
from safetensors.torch import save_file

SD14 = dict(sample_size=64, layers_per_block=2, attention_head_dim=8, cross_attention_dim=768, block_out_channels=(320, 640, 1280, 1280),
            down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",), up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3)
TINY = SD14 | dict(layers_per_block=1, mid_block_type=None, block_out_channels=(320, 640, 1280), down_block_types=("CrossAttnDownBlock2D",) * 3,
                   up_block_types=("CrossAttnUpBlock2D",) * 3)
VAE = dict(block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
           layers_per_block=2, latent_channels=4, sample_size=512)
SD21 = SD14 | dict(sample_size=96, attention_head_dim=(5, 10, 20, 20), cross_attention_dim=1024, use_linear_projection=True, upcast_attention=True)


def write_random(make, folder, name="diffusion_pytorch_model.safetensors", dtype=torch.float16):
    """A model of random weights, never in memory twice."""
    with torch.device("meta"):
        model = make()
    torch.manual_seed(0)
    weights = {}
    for key, parameter in model.state_dict().items():
        if key.endswith("position_ids"):
            continue
        value = torch.empty(parameter.shape, dtype=dtype)
        weights[key] = value.normal_(0, 0.02) if parameter.dim() > 1 else value.fill_(1 if key.endswith("weight") else 0)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / name, metadata={"format": "pt"})
    if hasattr(model, "save_config"):
        model.save_config(folder)
    else:
        model.config.save_pretrained(folder)
