"""The only door to Pillow: renditions and difference hashes, made in a confined child process.

This file imports nothing of the application. Originals are only read: rotation is applied to
renditions, and no metadata is copied to them.
"""

import io
import math
import re
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image, ImageFile

Value = TypeVar("Value")

# Phones sell 200 megapixels (16,384 × 12,288). `draft` decodes such a JPEG at an eighth, so that
# it costs no more than a small one; a HEIF that is too much for the child's memory ends there.
# Whatever else is that large is a bomb rather than a picture.
MAX_PIXELS = 120_000_000
MAX_PIXELS_OF = {"jpeg": 256_000_000, "heic": 256_000_000}
# Whatever its form, a picture of up to this many pixels fits into the child's memory.
SURELY_DECODED = 60_000_000
FORMAT_OF = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
# Face and four digits of a challenge are well readable in a preview of this size; JPEG is made in
# a tenth of WebP's time, and is not larger at a like look (decision 0025).
PREVIEW_PX, PREVIEW_QUALITY = 1280, 72
THUMBNAIL_PX, THUMBNAIL_QUALITIES = 240, (75, 60, 40, 20, 5)
THUMBNAIL_BYTES = 25_000
_ORIENTATION, _DATE_TAKEN, _EXIF_FOLDER, _GPS_FOLDER = 0x0112, 36867, 0x8769, 0x8825
_EXIF_TIME = re.compile(r"[0-9]{4}(:[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}", re.ASCII)
# EXIF 3.0 §4.6.5.1: what must be done to the stored rows and columns to see them upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_TURNS = (
    Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270, Image.Transpose.TRANSPOSE, Image.Transpose.TRANSVERSE,
    Image.Transpose.FLIP_TOP_BOTTOM,
)  # fmt: skip
# The signs of a display matrix (ISO/IEC 14496-12 §8.2.2: a b c d), and the same for Pillow.
_SHOWN: dict[tuple[int, ...], Image.Transpose] = {
    (0, 1, -1, 0): Image.Transpose.ROTATE_270, (0, -1, 1, 0): Image.Transpose.ROTATE_90,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180, (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM, (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
}  # fmt: skip


def load_decoders() -> None:
    """Load what any picture may need, so that forks of this process need not."""
    for name in ("JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin", "WebPImagePlugin",
                 "TiffImagePlugin"):  # fmt: skip
        import_module(f"PIL.{name}")


def open_picture(source: Path | io.BytesIO, family: str) -> Image.Image:
    """Open a picture of an accepted format; more pixels than its family may have raise.

    Raises:
        OSError, ValueError, DecompressionBombWarning, DecompressionBombError.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS_OF.get(family, MAX_PIXELS)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if family == "heic":
        # It takes longer to load than a picture takes, and hardly any phone sends HEIC.
        import_module("pillow_heif").register_heif_opener(thumbnails=False)
    return Image.open(source, formats=[FORMAT_OF[family]])


def derive_picture(path: Path, family: str, folder: Path) -> dict[str, Any]:
    """Write `thumbnail.jpg` and `preview.jpg` into `folder`; return facts and hashes.

    A picture that stops before its end is shown as far as it goes, and `is_cut` says so. One over
    whose notes the reader stumbles is read without them, as browsers do.
    """
    try:
        facts, upright = _as_far_as_it_goes(path, family)
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:
        bare = _BARE[family](path.read_bytes()) if family in _BARE else b""
        if not bare:
            raise
        facts, upright = _as_far_as_it_goes(io.BytesIO(bare), family)
    return {**facts, **write_renditions(upright, folder)}


def _as_far_as_it_goes(
    source: Path | io.BytesIO, family: str
) -> tuple[dict[str, Any], Image.Image]:
    try:
        return _decoded(source, family)
    except OSError as error:
        if "truncated" not in str(error):
            raise
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        facts, upright = _decoded(source, family)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return {**facts, "is_cut": True}, upright


def _decoded(source: Path | io.BytesIO, family: str) -> tuple[dict[str, Any], Image.Image]:
    """Return facts and the upright picture, its longer side at most that of a preview.

    `draft` lets the JPEG decoder scale while it decodes. It keeps both sides at least as long as
    it is asked to, and therefore is asked for the picture's own shape.
    """
    with open_picture(source, family) as picture:
        exif = _exif_of(picture)
        facts = {"width": picture.width, "height": picture.height, **_claims(exif)}
        pixels = picture.width * picture.height
        picture.draft("RGB", _fitted(picture.size, PREVIEW_PX))
        _load(picture, pixels)
        # Shrunk before anything else is made of it: 50 MP in four channels are 200 MB a copy.
        picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
        return facts, _flat(_turned(picture, exif))


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return width and height of a picture whose longer side is shrunk to `longest` pixels."""
    scale = min(1.0, longest / max(size))
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _load(picture: Image.Image, pixels: int) -> None:
    """Decode; a large picture that fails is taken for too large for the memory.

    A progressive JPEG keeps every coefficient until its last scan (two bytes each, 1.2 GB for
    200 MP without subsampling), and its decoder calls want of memory a broken file.
    """
    try:
        picture.load()
    except (OSError, ValueError, RuntimeError) as error:
        if pixels > SURELY_DECODED and "truncated" not in str(error):
            raise MemoryError(str(error)) from error
        raise


def _bare_jpeg(data: bytes) -> bytes:
    """Return the JPEG without the notes of programs, but for EXIF, which says what is up."""
    kept, place = [data[:2]], 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] != b"\xda":
        stop = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        mark, body = data[place + 1], data[place + 4 : stop]
        is_note = 0xE0 <= mark <= 0xEF or mark == 0xFE
        if not is_note or body.startswith(b"Exif\0\0") or (mark == 0xEE and len(body) >= 12):
            kept.append(data[place:stop])
        place = stop
    return b"".join([*kept, data[place:]])


def _bare_png(data: bytes) -> bytes:
    """Return the PNG with nothing but pixels and colours (PNG 3rd edition, §5.6)."""
    kept, place = [data[:8]], 8
    while place + 12 <= len(data):
        stop = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf"):
            kept.append(data[place:stop])
        place = stop
    return b"".join(kept)


_BARE = {"jpeg": _bare_jpeg, "png": _bare_png}


def _exif_of(picture: Image.Image) -> Image.Exif:
    """Return the picture's EXIF; one that nobody can read is none."""
    exif = Image.Exif()
    _alone(lambda: exif.load(picture.info.get("exif") or b""))
    return exif


def _turned(picture: Image.Image, exif: Image.Exif) -> Image.Image:
    """Return the picture as its orientation tag has it, whatever else its EXIF holds."""
    turn = _alone(lambda: _UPRIGHT.get(int(exif.get(_ORIENTATION, 1))))
    return picture if turn is None else picture.transpose(turn)


def _alone(claim: Callable[[], Value]) -> Value | None:
    """Return what a claim says, None for one that cannot be read: it fails alone.

    Strangers' EXIF makes the reader fail in every way that there is, and none of them says
    anything of the picture.
    """
    try:
        return claim()
    except Exception:
        return None


def as_shown(frame: Image.Image, signs: tuple[int, ...]) -> Image.Image:
    """Return a film's frame as its display matrix, of which `signs` are the signs, has it."""
    turn = _SHOWN.get(signs)
    return frame if turn is None else frame.transpose(turn)


def write_renditions(upright: Image.Image, folder: Path) -> dict[str, Any]:
    """Write both sizes of an upright picture; return its hashes in hex."""
    preview = _shrunk(upright, PREVIEW_PX)
    preview.save(folder / "preview.jpg", quality=PREVIEW_QUALITY)
    _write_small(preview, folder / "thumbnail.jpg")
    return hashes_of(preview)


def _write_small(preview: Image.Image, target: Path) -> None:
    """Write the small picture within 25 kB, at the best quality that fits."""
    small = _shrunk(preview, THUMBNAIL_PX)
    for quality in THUMBNAIL_QUALITIES:
        small.save(target, quality=quality)
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


def _claims(exif: Image.Exif) -> dict[str, Any]:
    """Return what the file itself claims of its time and place, as text and degrees."""
    taken = _alone(lambda: exif.get_ifd(_EXIF_FOLDER).get(_DATE_TAKEN))
    said = taken[:19] if isinstance(taken, str) else ""
    lat, lon = _alone(lambda: _place(exif.get_ifd(_GPS_FOLDER))) or (None, None)
    return {"taken": said if _EXIF_TIME.fullmatch(said) else None, "lat": lat, "lon": lon}


def _place(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees; None where they name no place.

    Phones without a fix write 0/0 or the point where the equator meets the prime meridian.
    """
    lat, lon = _degrees(gps, 2, "S"), _degrees(gps, 4, "W")
    is_place = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    return (lat, lon) if is_place and (lat, lon) != (0, 0) else None


def _degrees(gps: Mapping[int, Any], tag: int, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in gps[tag])
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(gps.get(tag - 1, "")).upper().startswith(negative) else value
