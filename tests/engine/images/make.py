"""Write the pictures that tst_image reads. Needs Pillow and numpy; run in this folder."""

import struct
import zlib

import numpy as np
from PIL import Image

RED, GREEN, BLUE, YELLOW = (230, 20, 20), (20, 200, 20), (20, 20, 230), (230, 230, 20)


def quarters():
    """32 × 16: red and green above, blue and yellow below."""
    picture = np.zeros((16, 32, 3), np.uint8)
    picture[:8, :16], picture[:8, 16:], picture[8:, :16], picture[8:, 16:] = RED, GREEN, BLUE, YELLOW
    return Image.fromarray(picture)


def oriented(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def png16(name, pixels, colour_type):
    """A PNG of 16 bits a sample: Pillow writes none in colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


for value in range(1, 9):
    quarters().save(f"quarters-{value}.jpg", quality=95, subsampling=0, exif=oriented(value))
for value in (1, 6):
    quarters().save(f"quarters-{value}.png", exif=oriented(value))
    quarters().save(f"quarters-{value}.webp", lossless=True, exif=oriented(value))
    quarters().save(f"quarters-{value}.tif", compression="tiff_lzw", tiffinfo={0x0112: value})
quarters().save("quarters.bmp")
quarters().save("lossy.webp", quality=90)
quarters().convert("CMYK").save("cmyk.jpg", quality=95)
quarters().save("progressive.jpg", quality=95, progressive=True)
quarters().save("animation.webp", save_all=True, append_images=[quarters().rotate(180)], duration=100)
quarters().save("picture.gif")

Image.fromarray(np.array([[[200, 100, 0, 128], [9, 8, 7, 0], [1, 2, 3, 255]]], np.uint8), "RGBA").save("rgba.png")
Image.fromarray(np.array([[[200, 100, 0, 128], [9, 8, 7, 0], [1, 2, 3, 255]]], np.uint8), "RGBA").save("rgba.bmp")
Image.fromarray(np.array([[[100, 128], [9, 0], [7, 255]]], np.uint8), "LA").save("grey-alpha.png")
Image.fromarray(np.array([[0, 77, 255]], np.uint8), "L").save("grey.png")
palette = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
palette.putpalette([10, 20, 30, 40, 50, 60])
palette.save("palette.png", transparency=1)
png16("grey16.png", np.array([[0, 25700, 25828, 65535]]), 0)
png16("rgba16.png", np.array([[[51400, 25700, 0, 32896], [65535, 257, 0, 65535]]]), 6)
Image.fromarray(np.array([[0.25, 0.5]], np.float32), "F").save("float.tif")

noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (45, 30, 3), np.uint8))
noise.save("noise.png")
noise.resize((16, 24), Image.Resampling.BILINEAR).save("noise-16x24-bilinear.png")
