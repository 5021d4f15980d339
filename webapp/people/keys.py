"""Checks a phone's public key; the people feature's door to the cryptography library."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers

COORDINATE_BYTES = 32


def is_p256_point(x: object, y: object) -> bool:
    """Say whether base64url `x` and `y` (32 bytes each) are a point of P-256 (RFC 7518 §6.2)."""
    try:
        numbers = [_coordinate(part) for part in (x, y)]
        EllipticCurvePublicNumbers(numbers[0], numbers[1], SECP256R1()).public_key()
    except (ValueError, binascii.Error):
        return False
    return True


def _coordinate(part: object) -> int:
    if not isinstance(part, str) or len(part) > 2 * COORDINATE_BYTES:
        raise ValueError("a coordinate is a short base64url string")
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if len(raw) != COORDINATE_BYTES:
        raise ValueError("a coordinate has 32 bytes")
    return int.from_bytes(raw)
