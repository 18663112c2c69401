"""Writes what APTP leaves for the starter's teacher: arch_vector.pt, one expert's soft gates, and quantizer.pt, the weights of a quantizer with two experts.

usage: python arch_vectors.py
"""

import pathlib

import torch

folder = pathlib.Path(__file__).parent
gates = 1002  # of resources/starter/model: widths, then depths
every = [torch.where(torch.arange(gates) % step == 0, 0.1, 0.9) for step in (2, 3)]  # half of the gates closed, and a third
torch.save(every[0][None], folder / "arch_vector.pt")
torch.save({"embedding": torch.zeros(2, 4), "embedding_gs": torch.stack(every)}, folder / "quantizer.pt")
