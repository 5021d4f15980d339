"""Compares 256-bit difference hashes of pictures (evidence §3, stage 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HASH_BITS = 256
NEAR_BITS = 40
# A wall, a lens cap or a white page gives a hash with hardly any edges, near to every other one.
FEWEST_EDGES = 16


@dataclass(frozen=True)
class Match:
    """A stored picture near to the one searched for; `bits` apart, `turned` when mirrored etc."""

    media_id: int
    bits: int
    turned: bool


def is_blank(picture_hash: int) -> bool:
    """Say whether the picture has too few edges to be compared."""
    ones = picture_hash.bit_count()
    return ones < FEWEST_EDGES or ones > HASH_BITS - FEWEST_EDGES


def near_matches(
    *, upright: int, turns: Iterable[int], stored: Iterable[tuple[int, int]]
) -> list[Match]:
    """Return the stored (id, hash) pairs within 40 bits, nearest first.

    `turns` are the hashes of the same picture mirrored and rotated; a blank one finds nothing.
    """
    if is_blank(upright):
        return []
    pairs = list(stored)
    nearest: dict[int, tuple[int, bool]] = {}
    for place, query in enumerate((upright, *turns)):
        for media_id, other in pairs:
            bits = (query ^ other).bit_count()
            if bits <= NEAR_BITS and bits < nearest.get(media_id, (NEAR_BITS + 1, False))[0]:
                nearest[media_id] = bits, place > 0
    found = [Match(media_id, bits, turned) for media_id, (bits, turned) in nearest.items()]
    return sorted(found, key=lambda match: match.bits)
