"""Pictures of an artist whom the starter's teacher has never seen: usage: render_artist.py PICTURES OUT

PICTURES is a folder written by render_pictures.py. OUT gets three quarters of the subset's objects drawn as blueprints, pale lines on deep blue, made from the noto
pictures, with captions in metadata.jsonl. The other objects are left to draw in the style."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np

from captions import IN_STYLE, with_article

PAPER, LINE, GRID = np.array([134, 62, 22]), np.array([250, 240, 225]), np.array([160, 88, 44])  # BGR


def blueprint(picture):
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (3, 3), 0)
    lines = cv2.dilate(cv2.Canny(grey, 40, 110), np.ones((2, 2), np.uint8)).astype(float) / 255
    sheet = np.broadcast_to(PAPER, picture.shape).astype(float).copy()
    sheet[::16], sheet[:, ::16] = GRID, GRID
    lines = cv2.GaussianBlur(lines, (3, 3), 0)[..., None]
    return (sheet * (1 - lines) + LINE * lines).round().astype(np.uint8)


def main(pictures, out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(pictures) / "subset"
    listed = [json.loads(line) for line in (folder / "metadata.jsonl").read_text().splitlines()]
    noto = [entry for entry in listed if entry["style"] == "noto"]
    lines = []
    for i, entry in enumerate(entry for k, entry in enumerate(noto) if k % 4):
        name = entry["object"]
        file = name.replace(" ", "-") + ".png"
        cv2.imwrite(str(out / file), blueprint(cv2.imread(str(folder / entry["file_name"]))))
        text = IN_STYLE[i % len(IN_STYLE)].format(a=with_article(name), n=name, s="blueprint")
        lines.append(json.dumps({"file_name": file, "text": text, "object": name, "style": "blueprint", "licence": entry["licence"]}))
    (out / "metadata.jsonl").write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} pictures in {out}")


if __name__ == "__main__":
    main(*sys.argv[1:])
