"""Makes pictures of a wanted size: whole JPEG files as a phone's camera would leave them."""

import hashlib
import io
from functools import cache

from PIL import Image

SEGMENT = 65_000


@cache
def _noise(width: int, height: int) -> bytes:
    """Return a grainy JPEG; grain is what makes real photographs large."""
    file = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


@cache
def _room(width: int, height: int) -> bytes:
    """Return a JPEG of large shapes under a little grain, as a room by daylight gives one."""
    small, large = (width // 8, height // 8), (width, height)
    shapes = Image.effect_noise(small, 60).resize(large, Image.Resampling.BICUBIC)
    light = Image.linear_gradient("L").resize(large)
    room = Image.merge("RGB", (shapes, light, shapes.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    grain = Image.effect_noise(large, 14).convert("RGB")
    file = io.BytesIO()
    Image.blend(room, grain, 0.1).save(file, "JPEG", quality=78)
    return file.getvalue()


def jpeg_of(size: int, number: int) -> bytes:
    """Return a valid JPEG of exactly `size` bytes, unlike any other number's."""
    return _filled_up(_noise(2000, 1500), size, number)


def visit_photo(number: int) -> bytes:
    """Return a photo as the phone app makes them of a visit: 1600 × 1200 and 300,000 bytes."""
    return _filled_up(_room(1600, 1200), 300_000, number)


def _filled_up(picture: bytes, size: int, number: int) -> bytes:
    """Return the picture with comment segments (ITU-T T.81 B.2.4.5) after its start."""
    missing = size - len(picture)
    if missing < 64:
        raise ValueError(
            f"a picture of {size} bytes is smaller than the {len(picture)} to start with"
        )
    seed = hashlib.sha256(str(number).encode()).digest()
    filling = bytearray()
    while missing:
        # A segment needs four bytes of its own, so the last one must not be left with fewer.
        length = missing if missing <= SEGMENT else min(SEGMENT, missing - 64)
        content = (seed * (length // len(seed) + 1))[: length - 4]
        filling += b"\xff\xfe" + (length - 2).to_bytes(2, "big") + content
        missing -= length
    return picture[:2] + bytes(filling) + picture[2:]
