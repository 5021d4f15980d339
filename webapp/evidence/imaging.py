"""The only door to Pillow: renditions and difference hashes, made in a confined child process.

This file imports nothing of the application, so that the child starts in a tenth of a second.
Originals are only read: rotation is applied to renditions, and no metadata is copied to them.
"""

import warnings
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
THUMBNAIL_PX = 320
THUMBNAIL_BYTES = 25_000
PREVIEW_PX = 1600
_DATE_TAKEN, _EXIF_FOLDER, _GPS_FOLDER = 36867, 0x8769, 0x8825
_TURNS = (
    Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270, Image.Transpose.TRANSPOSE, Image.Transpose.TRANSVERSE,
    Image.Transpose.FLIP_TOP_BOTTOM,
)  # fmt: skip


def open_picture(path: Path) -> Image.Image:
    """Open a picture of an accepted format; more than 50 million pixels raise.

    Raises:
        OSError, ValueError, DecompressionBombWarning, DecompressionBombError.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(path, formats=FORMATS)


def derive_picture(path: Path, folder: Path) -> dict[str, Any]:
    """Write `thumbnail.webp` and `preview.webp` into `folder`; return facts and hashes.

    `draft` lets the JPEG decoder scale while it decodes (12 MP: 35 ms instead of 150).
    """
    with open_picture(path) as picture:
        facts = {"width": picture.width, "height": picture.height, **_claims(picture)}
        picture.draft("RGB", (PREVIEW_PX, PREVIEW_PX))
        picture.load()
        # Shrunk before anything else is made of it: 50 MP in four channels are 200 MB a copy.
        picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
        upright = _flat(ImageOps.exif_transpose(picture))
    return {**facts, **write_renditions(upright, folder)}


def write_renditions(upright: Image.Image, folder: Path) -> dict[str, Any]:
    """Write both sizes of an upright picture; return its hashes in hex."""
    preview = _shrunk(upright, PREVIEW_PX)
    preview.save(folder / "preview.webp", quality=80, method=2)
    _write_small(preview, folder / "thumbnail.webp")
    return hashes_of(preview)


def _write_small(preview: Image.Image, target: Path) -> None:
    """Write the small picture within 25 kB, at the best quality that fits."""
    small = _shrunk(preview, THUMBNAIL_PX)
    for quality in (80, 65, 45, 25, 5):
        small.save(target, quality=quality, method=2)
        if target.stat().st_size <= THUMBNAIL_BYTES:
            return


def _shrunk(picture: Image.Image, longest: int) -> Image.Image:
    """Return a copy whose longer side has at most `longest` pixels."""
    small = picture.copy()
    small.thumbnail((longest, longest))
    return small


def hashes_of(picture: Image.Image) -> dict[str, Any]:
    """Return the difference hash (256 bits, hex) and those of its seven turns."""
    gray = picture.convert("L").resize((64, 64), Image.Resampling.BOX)
    turns = [f"{difference_hash(gray.transpose(turn)):064x}" for turn in _TURNS]
    return {"picture_hash": f"{difference_hash(gray):064x}", "turns": turns}


def difference_hash(gray: Image.Image) -> int:
    """Return 16 × 16 bits: is each cell brighter than its left neighbour?"""
    cells = gray.resize((17, 16), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(16):
        line = cells[row * 17 : row * 17 + 17]
        for left, right in pairwise(line):
            bits = bits << 1 | (right > left)
    return bits


def _flat(picture: Image.Image) -> Image.Image:
    """Return the picture in RGB, transparency laid on white."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _claims(picture: Image.Image) -> dict[str, Any]:
    """Return what the file itself claims of its time and place, as text and degrees."""
    exif = picture.getexif()
    taken = exif.get_ifd(_EXIF_FOLDER).get(_DATE_TAKEN)
    gps = exif.get_ifd(_GPS_FOLDER)
    return {
        "taken": taken[:19] if isinstance(taken, str) else None,
        "lat": _degrees(gps, 2, gps.get(1) == "S"),
        "lon": _degrees(gps, 4, gps.get(3) == "W"),
    }


def _degrees(gps: Mapping[int, Any], tag: int, negative: bool) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[tag])
        value = degrees + minutes / 60 + seconds / 3600
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return -value if negative else value
