"""The key of a list's last row as one word in the address, from which the next page starts."""

import base64
import binascii
import json


def pack_key(*parts: str) -> str:
    """Return the parts as one URL-safe word."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_key(word: str, count: int) -> list[str] | None:
    """Return the `count` parts of a key; None for an empty or damaged one: the first page."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(parts, list) or len(parts) != count:
        return None
    return parts if all(isinstance(part, str) for part in parts) else None
