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


def jpeg_of(size: int, number: int) -> bytes:
    """Return a valid JPEG of exactly `size` bytes, unlike any other number's.

    Comment segments (ITU-T T.81 B.2.4.5) between the start and the picture fill it up.
    """
    picture = _noise(2000, 1500)
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
