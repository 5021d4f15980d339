"""The tree as RFC 6962 §2.1 defines it, by plain recursion: another road to the same result."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

CONTRACTS = Path(__file__).parents[2] / "contracts"


def contract(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CONTRACTS / name).read_text("utf-8"))
    return loaded


def split(count: int) -> int:
    largest = 1
    while largest * 2 < count:
        largest *= 2
    return largest


def mth(entries: Sequence[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    middle = split(len(entries))
    return sha256(b"\1" + mth(entries[:middle]) + mth(entries[middle:])).digest()


def path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    middle = split(len(entries))
    if index < middle:
        return [*path(index, entries[:middle]), mth(entries[middle:])]
    return [*path(index - middle, entries[middle:]), mth(entries[:middle])]


def proof(first: int, entries: Sequence[bytes], is_whole: bool = True) -> list[bytes]:
    if first == len(entries):
        return [] if is_whole else [mth(entries)]
    middle = split(len(entries))
    if first <= middle:
        return [*proof(first, entries[:middle], is_whole), mth(entries[middle:])]
    return [*proof(first - middle, entries[middle:], False), mth(entries[:middle])]
