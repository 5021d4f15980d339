"""Long lists in chunks, because databases limit the parameters of one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST_IDS = 500


def chunks(items: Sequence[T], size: int = MOST_IDS) -> Iterator[Sequence[T]]:
    """Give the items in their order, at most `size` (≥ 1) at a time; nothing for no items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
