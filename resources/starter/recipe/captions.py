"""The words of the starter: nine styles, their synonyms, and the captions that name an object in a style."""

import random

# A style's first name is the one it goes by; the others appear in captions only.
STYLES = {
    "noto": ["noto", "shaded"],
    "twemoji": ["twemoji", "flat"],
    "openmoji": ["openmoji", "outlined"],
    "line art": ["line art", "line drawing"],
    "ink": ["ink", "ink drawing"],
    "pixel art": ["pixel art", "pixelated", "8-bit"],
    "watercolor": ["watercolor", "watercolour", "water colour painting"],
    "stained glass": ["stained glass", "mosaic glass"],
    "neon": ["neon", "neon sign", "neon light"],
}

IN_STYLE = ["{a}, {s} style", "{a} in {s} style", "{s} style {n}", "a picture of {a} in {s} style", "{s} {n}"]
PLAIN = ["{a}", "{n}", "a picture of {a}", "an image of {a}"]


def with_article(name):
    return ("an " if name[0].lower() in "aeiou" else "a ") + name


def draw_name(thing, rng):
    """The object's name, or one time in five a keyword of it."""
    if thing["keywords"] and rng.random() < 0.2:
        return rng.choice(thing["keywords"])
    return thing["name"]


def caption(thing, style, rng=random):
    """One of the ways to name `thing` in `style`; without a style if that is None."""
    name = draw_name(thing, rng)
    if style is None:
        return rng.choice(PLAIN).format(a=with_article(name), n=name)
    word = style if rng.random() < 0.75 else rng.choice(STYLES[style])
    return rng.choice(IN_STYLE).format(a=with_article(name), n=name, s=word)


def corpus(things):
    """Every word the starter's prompts are made of, for the tokenizer."""
    for thing in things:
        yield from [thing["name"], thing["kind"].replace("-", " "), thing["group"], *thing["keywords"]]
        for words in STYLES.values():
            for word in words:
                yield f"a picture of {with_article(thing['name'])} in {word} style"
