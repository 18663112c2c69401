"""Writes torch/: files of torch.save in every variation that the reader must know, each with a twin of the same names and bytes in safetensors.

usage: python torch_files.py
"""

import collections
import pathlib

import numpy
import safetensors.torch
import torch

folder = pathlib.Path(__file__).parent / "torch"
torch.manual_seed(7)

dtypes = {str(dtype).removeprefix("torch."): torch.arange(6).reshape(2, 3).to(dtype) for dtype in (
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)}
newer = {str(dtype).removeprefix("torch."): torch.arange(6).to(dtype) for dtype in (torch.float8_e4m3fn, torch.float8_e5m2, torch.uint16, torch.uint32, torch.uint64)}
base = torch.randn(6, 8)
views = {"row": base[2], "columns": base[:, 2:5], "transposed": base.t(), "strided": base[1::2, ::3], "whole": base, "again": base, "scalar": base[3, 4],
         "expanded": torch.randn(3, 1).expand(3, 2), "none": torch.empty(0, 3), "channels_last": torch.randn(2, 3, 2, 2).to(memory_format=torch.channels_last)}
module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3))
lightning = {"epoch": 3, "global_step": 470000, "pytorch-lightning_version": "1.4.2", "state_dict": module.state_dict(), "loss": 0.5, "big": 1 << 90,
             "optimizer_states": [torch.optim.AdamW(module.parameters()).state_dict()], "best": numpy.float64(0.25), "flags": {1, 2}, "none": None,
             "lr_schedulers": [{"milestones": collections.Counter([1, 1])}]}
code = torch.rand(4, 5)


def write(name, value, tensors, **options):
    torch.save(value, folder / f"{name}.pt", **options)
    safetensors.torch.save_file({key: tensor.detach().contiguous().clone() for key, tensor in tensors.items()}, folder / f"{name}.safetensors")


folder.mkdir(exist_ok=True)
for kind, zipped in (("zip", True), ("legacy", False)):
    options = {"_use_new_zipfile_serialization": zipped}
    write(f"dtypes_{kind}", dtypes, dtypes, **options)
    write(f"newer_{kind}", newer, newer, **options)
    write(f"views_{kind}", views, views, **options)
    write(f"module_{kind}", module.state_dict(), module.state_dict(), **options)
    write(f"lightning_{kind}", lightning, module.state_dict(), **options)
    write(f"bare_{kind}", code[2:3], {"tensor": code[2:3]}, **options)
    write(f"parameter_{kind}", torch.nn.Parameter(code), {"tensor": code}, **options)
    write(f"list_{kind}", [code, {"a": (code, 3)}], {"0": code, "1.a.0": code}, **options)
for protocol in (3, 4, 5):
    write(f"protocol_{protocol}", {"model": dict(module.named_parameters()), 5: code}, {**{f"model.{k}": p for k, p in module.named_parameters()}, "5": code},
          pickle_protocol=protocol)
attributed = torch.ones(2)
attributed.note = "kept in the tensor's __dict__"
write("attributed", {"a": attributed}, {"a": attributed})
