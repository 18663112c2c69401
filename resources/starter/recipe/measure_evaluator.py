"""Measure an evaluator: usage: measure_evaluator.py DATA EVALUATOR [THREADS]

Styles and objects it recognises on clean renders, on their autoencoder round trips, on drawings of the starter's UNet,
and styles alone on objects it was never shown. DATA is a folder written by render_pictures.py."""

import sys

import torch
import torch.nn.functional as F
from transformers import CLIPModel, CLIPTokenizer

from captions import STYLES, with_article
from common import as_tensor, load_indices, load_pictures
from starter import DRAWN, Starter, prompt, tokens

STYLE_NAMES = list(STYLES)
IN_STYLE = ["{a}, {s} style", "{a} in {s} style", "a picture of {a} in {s} style"]
PLAIN = ["{a}", "a picture of {a}"]
STYLE_ALONE = ["{s} style", "a picture in {s} style"]


class Texts:
    """Text embeddings of all known objects in all styles, of the objects alone and of the styles alone."""

    def __init__(self, model, tokenizer, names):
        def embed(prompts):
            return F.normalize(model.text_projection(model.text_model(tokens(tokenizer, prompts)).pooler_output), dim=-1)

        def mean(forms, pairs):
            return F.normalize(sum(embed([f.format(a=a, s=s) for a, s in pairs]) for f in forms), dim=-1)

        articled = [with_article(n) for n in names]
        with torch.no_grad():
            self.pairs = mean(IN_STYLE, [(a, s) for a in articled for s in STYLE_NAMES])
            self.objects = mean(PLAIN, [(a, None) for a in articled])
            self.styles = mean(STYLE_ALONE, [(None, s) for s in STYLE_NAMES])


def embed_pictures(model, x):
    return F.normalize(model.visual_projection(model.vision_model(x).pooler_output).float(), dim=-1)


@torch.no_grad()
def recognise(model, texts, x):
    """(object, style) by the best pair, then each by prompts that name it alone."""
    z = torch.cat([embed_pictures(model, part) for part in x.split(128)])
    pair = (z @ texts.pairs.T).argmax(1)
    styles = len(STYLE_NAMES)
    return pair // styles, pair % styles, (z @ texts.objects.T).argmax(1), (z @ texts.styles.T).argmax(1)


def main(data, evaluator, threads=1):
    torch.set_num_threads(int(threads))
    pictures, things = load_pictures(data)
    known = load_indices("known")
    unseen = sorted(set(range(len(things))) - set(known))[::10]
    names = [things[k]["name"] for k in known]

    model = CLIPModel.from_pretrained(evaluator, dtype=torch.float32).eval()
    texts = Texts(model, CLIPTokenizer.from_pretrained(evaluator), names)
    starter = Starter()
    count = len(STYLE_NAMES)

    def report(what, x, objects, styles):
        found = recognise(model, texts, x)
        wrong = torch.zeros(count, count, dtype=int)
        for a, b in zip(styles.tolist(), found[1].tolist()):
            wrong[a, b] += a != b
        shares = [100 * (f == want).float().mean().item() for f, want in zip(found, [objects, styles] * 2)]
        mixed = {f"{STYLE_NAMES[a]} as {STYLE_NAMES[b]}": int(wrong[a, b]) for a, b in wrong.nonzero().tolist()}
        print(f"{what}: styles {shares[1]:.1f} %, objects {shares[0]:.1f} %"
              f" (named alone: {shares[3]:.1f} %, {shares[2]:.1f} %) of {len(x)}; {mixed}", flush=True)

    clean = as_tensor(pictures[known].reshape(-1, 128, 128, 3))
    objects = torch.arange(len(known)).repeat_interleave(count)
    styles = torch.arange(count).repeat(len(known))
    report("clean renders", clean, objects, styles)
    report("autoencoder round trips", starter.decode(starter.encode(clean)), objects, styles)
    other = as_tensor(pictures[unseen].reshape(-1, 128, 128, 3))
    report("unseen objects (styles only)", other, torch.full((len(other),), -1), torch.arange(count).repeat(len(unseen)))
    wanted = [(names.index(n), s) for s in range(count) for n in DRAWN]
    prompts = [prompt(names[o], STYLE_NAMES[s]) for o, s in wanted]
    for seed in (0, 1, 2):
        report(f"drawings, seed {seed}", starter.draw(prompts, seed), *torch.tensor(wanted).T)


if __name__ == "__main__":
    main(*sys.argv[1:])
