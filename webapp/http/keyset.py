"""The key of a list's last row as one word in the address, from which the next page starts."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any


def pack_key(*parts: str) -> str:
    """Return the parts as one URL-safe word."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_key(word: str, *kinds: Callable[[str], Any]) -> list[Any] | None:
    """Return a key's parts, each read by its kind; None for a damaged one: the first page."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            return None
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None
