"""The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1: hashes, roots, proofs, and their checking.

A tree of `n` leaves is made of *complete subtrees*, those whose 2**level leaves are all there.
Such a subtree never changes again, so its hash can be stored under its coordinate. A root or a
proof is a handful of *ranges* of leaves, and each range a handful of complete subtrees.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class Coordinate(NamedTuple):
    """The complete subtree over the leaves position·2**level up to (position+1)·2**level."""

    level: int
    position: int


class LeafRange(NamedTuple):
    """The leaves from `start` up to, not including, `end`; RFC 6962 writes D[start:end]."""

    start: int
    end: int


ReadHash = Callable[[Coordinate], bytes]


class OutsideTreeError(ValueError):
    """An index or a size lies outside the tree."""


def leaf_hash(entry: bytes) -> bytes:
    """Return MTH({entry}) = SHA-256(0x00 ‖ entry), RFC 6962 §2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1."""
    return sha256(b"\x01" + left + right).digest()


# Which subtrees make up what.


def subtrees(span: LeafRange) -> Iterator[Coordinate]:
    """Give the complete subtrees that cover `span`, from left to right and ever smaller.

    `span.start` must be a multiple of the power of two that spans it, as it is for every range
    of RFC 6962.
    """
    start, left = span.start, span.end - span.start
    while left:
        level = left.bit_length() - 1
        yield Coordinate(level, start >> level)
        start += 1 << level
        left -= 1 << level


def completed_by(index: int) -> Iterator[Coordinate]:
    """Give the complete subtrees, levels 1 and up, whose last leaf is `index`."""
    level = 0
    while index >> level & 1:
        level += 1
        yield Coordinate(level, index >> level)


def inclusion_ranges(index: int, size: int) -> list[LeafRange]:
    """Return the ranges that prove leaf `index` in a tree of `size`, sibling first.

    This is PATH(m, D[n]) of RFC 6962 §2.1.1. Raises `OutsideTreeError`.
    """
    if not 0 <= index < size:
        raise OutsideTreeError(f"leaf {index} is not in a tree of {size}")
    ranges: list[LeafRange] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append(LeafRange(middle, end))
            end = middle
        else:
            ranges.append(LeafRange(start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[LeafRange]:
    """Return the ranges that prove the tree of `first` leaves a beginning of that of `second`.

    This is PROOF(m, D[n]) of RFC 6962 §2.1.2, and nothing for an empty or an equal tree.
    Raises `OutsideTreeError`.
    """
    if not 0 <= first <= second:
        raise OutsideTreeError(f"a tree of {first} is not the beginning of one of {second}")
    ranges: list[LeafRange] = []
    start, end = 0, second
    while first not in (0, end):
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append(LeafRange(middle, end))
            end = middle
        else:
            ranges.append(LeafRange(start, middle))
            start = middle
    # The old tree's own root is known to whoever asks, unless it is a part of the new tree only.
    if start:
        ranges.append(LeafRange(start, end))
    return ranges[::-1]


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count` (> 1)."""
    return 1 << (count - 1).bit_length() - 1


# Hashes of ranges, from the hashes of complete subtrees.


def range_hash(span: LeafRange, read: ReadHash) -> bytes:
    """Return MTH(D[start:end]) from the stored hashes of its complete subtrees."""
    hashes = [read(coordinate) for coordinate in subtrees(span)]
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def root_hash(size: int, read: ReadHash) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return range_hash(LeafRange(0, size), read)


def root_of(entries: Iterable[bytes]) -> bytes:
    """Return MTH(D[n]) of whole entries, reading each once and keeping O(log n) hashes."""
    frontier = Frontier()
    for entry in entries:
        frontier.push(leaf_hash(entry))
    return frontier.root()


class Frontier:
    """The right edge of a growing tree: all that its next root depends on."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def push(self, leaf: bytes) -> list[tuple[Coordinate, bytes]]:
        """Add a leaf hash; return the subtrees of levels 1 and up that it completes."""
        completed = []
        current = leaf
        for coordinate in completed_by(self.size):
            current = node_hash(self._edge.pop(), current)
            completed.append((coordinate, current))
        self._edge.append(current)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self._edge:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._edge))


# Checking proofs; RFC 9162 gives these loops, and each line of them matters.


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether `proof` shows the leaf hash at `index` in the tree of `size` with `root`.

    RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            node, last = _skip_missing_levels(node, last)
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether `proof` shows the tree of `first` leaves to be the beginning of the other's.

    RFC 9162 §2.1.4.2. The empty tree begins every tree, by an empty proof and with its own root.
    """
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first in (0, second):
        known = EMPTY_ROOT if first == 0 else second_root
        return not proof and first_root == known and (second > 0 or second_root == EMPTY_ROOT)
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    return bool(path) and _joins(first - 1, second - 1, path) == (first_root, second_root)


def _joins(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Climb from the old tree's last complete subtree and return both roots, or None."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            node, last = _skip_missing_levels(node, last)
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _skip_missing_levels(node: int, last: int) -> tuple[int, int]:
    """Climb past the levels at which the right edge has no sibling."""
    while node & 1 == 0 and node:
        node, last = node >> 1, last >> 1
    return node, last


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
