"""Writes tokenizer_cases.json, the ids of transformers' CLIPTokenizer for many texts: run in this folder with the project's Python."""
import json
import pathlib
import random
import shutil
import tempfile
import unicodedata

from transformers import CLIPTokenizer

STARTER = pathlib.Path("../../../resources/starter/model/tokenizer")

# The Stable Diffusion 2 layout: vocab.json and merges.txt, "!" as padding, start and end compared after normalisation.
NORMALIZED = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
SD2_CONFIG = {"model_max_length": 16, "tokenizer_class": "CLIPTokenizer", "unk_token": "<|endoftext|>"}
SD2_SPECIAL = {
    "bos_token": {"content": "<|startoftext|>", **NORMALIZED},
    "eos_token": {"content": "<|endoftext|>", **NORMALIZED},
    "pad_token": "!",
    "unk_token": "<|endoftext|>",
}

HAND_MADE = [
    "", " ", "\n\t ", "a rocket, neon style", "A Picture of an OWL in stained-glass style!!", "it's they've I'M we'll he'd don't you're",
    "it’s ‘quoted’", "''s 's' '' ' s", "'S 'T 'RE", "don't!!'s", "1234567890", "3.14 x10^5 ½ ² ① Ⅷ ٣٤ 五", "<|startoftext|>a cat<|endoftext|>",
    "<|STARTOFTEXT|> cat <|EndOfText|>!!", "x<|endoftext|>y", "<|startoftext|", "!<|startoftext|>!", "<|endoftext|><|endoftext|>", "hello!", "!!!",
    "e\u0301 é E\u0301 \u0041\u030a Å \u212b", "\u1e9b\u0323", "ﬁ ﬂ ǅ ß ẞ", "İstanbul I ı", "ΑΣ ΟΔΥΣΣΕΥΣ Σ", "각 \u1100\u1161\u11a8", "क्षि தமிழ் ไทย",
    "a\u0300\u0301\u0323b", "👩‍👩‍👧‍👦 👍🏽 🇩🇪 ☃️ 🚀", "a\u00a0b\u2003c\u3000d\u2028e\u2029f\u0085g\u000bh\u000ci", "zero\u200bwidth\u200djoin\ufeffbom\u2060word",
    "\x00\x01\x1c\x1d\x1e\x1f\x7f\x80\x9f", "tab\tnew\nline\r\nreturn", "中文，一只猫。 日本語のテキスト 한국어", "עברית العربية فارسی", "Ünïcödé ŁÓDŹ ñandú çedilla",
    "ＦＵＬＬＷＩＤＴＨ　ｔｅｘｔ", "𝔘𝔫𝔦 𝒞𝑜𝒹𝑒 𝟙𝟚", "a" * 300, "word " * 200, "supercalifragilisticexpialidocious" * 3, "é" * 100, "!" * 100, "ab" * 77,
    "https://example.org/a_b-c?d=e&f=%20#g", "C++ && ||=>{}[]()", "\"quoted\" `code` ~tilde~ @at #hash $1 100%", "a_b__c", "\ud7ff\ue000\uffff", "\U0010ffff",
]

RANGES = [(0x20, 0x7e), (0x20, 0x7e), (0xa0, 0x24f), (0x300, 0x36f), (0x370, 0x3ff), (0x400, 0x4ff), (0x590, 0x5ff), (0x600, 0x6ff), (0x900, 0x97f),
          (0xe00, 0xe7f), (0x1100, 0x11ff), (0x1e00, 0x1eff), (0x2000, 0x206f), (0x2070, 0x209f), (0x2100, 0x214f), (0x2200, 0x22ff), (0x2600, 0x27bf),
          (0x3000, 0x30ff), (0x4e00, 0x4fff), (0xac00, 0xacff), (0xff00, 0xffef), (0x1d400, 0x1d7ff), (0x1f300, 0x1f64f), (0x00, 0x1f), (0x80, 0x9f)]
FRAGMENTS = ["a picture of ", " style", "'s", "'ll ", "  ", "\n", "cat", "Rocket", "STAINED GLASS", "<|endoftext|>", "<|startoftext|>", ", ", "!", "...", "2", "37",
             "\u0301", "é", "\u00a0", "'", "-", "owl's", "🚀"]


def assigned(low, high):
    # What Python does not know yet is left out: libraries of different age disagree there.
    return [chr(c) for c in range(low, high + 1) if unicodedata.category(chr(c)) not in ("Cn", "Cs")]


def random_texts(count):
    random.seed(7)
    alphabets = [assigned(low, high) for low, high in RANGES]
    for i in range(count):
        if i % 3 == 0:
            yield "".join(random.choices(FRAGMENTS, k=random.randint(1, 10)))
        elif i % 3 == 1:
            yield "".join(random.choices(random.choice(alphabets), k=random.randint(1, 12)))
        else:
            mixed = (random.choice(random.choice(alphabets)) for _ in range(random.randint(1, 10)))
            yield "".join(c + random.choice(["", "", "", " "]) for c in mixed)


def ids_of(tokenizer, text):
    ids = tokenizer(text, padding="max_length", truncation=True, max_length=tokenizer.model_max_length).input_ids
    assert len(ids) == tokenizer.model_max_length
    while len(ids) > 1 and ids[-1] == ids[-2] == tokenizer.pad_token_id:
        ids.pop()  # the last id stands for all that follow
    return ids


def sd2_tokenizer(folder):
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(STARTER / name, folder)
    (folder / "tokenizer_config.json").write_text(json.dumps(SD2_CONFIG))
    (folder / "special_tokens_map.json").write_text(json.dumps(SD2_SPECIAL))
    return CLIPTokenizer.from_pretrained(folder)


starter = CLIPTokenizer.from_pretrained(STARTER)
texts = HAND_MADE + list(random_texts(2000))
with tempfile.TemporaryDirectory() as folder:
    sd2 = sd2_tokenizer(pathlib.Path(folder))
    cases = {
        "starter": [[text, ids_of(starter, text)] for text in texts],
        "sd2_config": SD2_CONFIG,
        "sd2_special_tokens_map": SD2_SPECIAL,
        "sd2": [[text, ids_of(sd2, text)] for text in HAND_MADE + texts[-100:]],
    }
lines = json.dumps(cases, separators=(",", ":")).replace("],[\"", "],\n[\"")
pathlib.Path("tokenizer_cases.json").write_text(lines + "\n")
