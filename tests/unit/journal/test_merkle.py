"""The Merkle tree against the public vectors, against its definition, and against tampering."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.journal import trees
from webapp.journal.merkle import (
    EMPTY_ROOT,
    Coordinate,
    Frontier,
    LeafRange,
    OutsideTreeError,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    range_hash,
    root_hash,
    root_of,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

VECTORS = trees.contract("rfc6962.json")
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
SIZES = range(1, 40)
ENTRIES = [f"entry {number}".encode() for number in range(max(SIZES))]

Read = Callable[[Coordinate], bytes]


def stored(entries: list[bytes]) -> Read:
    """Return what a database would hold: leaf hashes and completed subtrees only."""
    frontier, hashes = Frontier(), {}
    for index, entry in enumerate(entries):
        hashes[Coordinate(0, index)] = leaf_hash(entry)
        hashes |= dict(frontier.push(leaf_hash(entry)))
    return hashes.__getitem__


def inclusion(index: int, entries: list[bytes]) -> list[bytes]:
    read = stored(entries)
    return [range_hash(span, read) for span in inclusion_ranges(index, len(entries))]


def consistency(first: int, entries: list[bytes]) -> list[bytes]:
    read = stored(entries)
    return [range_hash(span, read) for span in consistency_ranges(first, len(entries))]


class TestPublicVectors:
    def test_the_empty_tree(self) -> None:
        assert EMPTY_ROOT.hex() == VECTORS["empty_root"]
        assert root_of([]) == EMPTY_ROOT == Frontier().root()

    @pytest.mark.parametrize("size", range(1, 9))
    def test_roots(self, size: int) -> None:
        assert root_of(LEAVES[:size]) == ROOTS[size - 1]
        assert root_hash(size, stored(LEAVES)) == ROOTS[size - 1]

    @pytest.mark.parametrize("vector", VECTORS["inclusion"])
    def test_inclusion(self, vector: dict[str, object]) -> None:
        index, size = int(str(vector["index"])), int(str(vector["size"]))
        hashes = inclusion(index, LEAVES[:size])

        assert [value.hex() for value in hashes] == vector["proof"]
        assert verify_inclusion(
            index=index, size=size, leaf=leaf_hash(LEAVES[index]), proof=hashes,
            root=ROOTS[size - 1],
        )  # fmt: skip

    @pytest.mark.parametrize("vector", VECTORS["consistency"])
    def test_consistency(self, vector: dict[str, object]) -> None:
        first, second = int(str(vector["from"])), int(str(vector["to"]))
        hashes = consistency(first, LEAVES[:second])

        assert [value.hex() for value in hashes] == vector["proof"]
        assert verify_consistency(
            first=first, second=second, first_root=ROOTS[first - 1],
            second_root=ROOTS[second - 1], proof=hashes,
        )  # fmt: skip


class TestAgainstTheDefinition:
    @pytest.mark.parametrize("size", SIZES)
    def test_every_root_and_every_proof(self, size: int) -> None:
        entries = ENTRIES[:size]

        assert root_of(entries) == root_hash(size, stored(entries)) == trees.mth(entries)
        for index in range(size):
            assert inclusion(index, entries) == trees.path(index, entries)
        for first in range(1, size + 1):
            assert consistency(first, entries) == trees.proof(first, entries)

    @given(st.integers(0, 2**40), st.integers(0, 2**40))
    def test_proofs_of_huge_trees_are_short_and_cover_it_without_gaps(
        self, one: int, other: int
    ) -> None:
        first, second = sorted((one, other))
        spans = [*consistency_ranges(first, second), *inclusion_ranges(first, second + 1)]

        assert len(spans) <= 2 * 42
        for span in spans:
            parts = [(part.position << part.level, (part.position + 1) << part.level)
                     for part in subtrees(span)]  # fmt: skip
            assert (parts[0][0], parts[-1][1]) == span
            assert all(left[1] == right[0] for left, right in pairwise(parts))

    def test_a_leaf_cannot_pass_for_a_node(self) -> None:
        left, right = leaf_hash(b"a"), leaf_hash(b"b")

        assert leaf_hash(left + right) != node_hash(left, right)

    @pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 4)])
    def test_no_proof_of_what_is_not_there(self, index: int, size: int) -> None:
        with pytest.raises(OutsideTreeError):
            inclusion_ranges(index, size)

    @pytest.mark.parametrize(("first", "second"), [(1, 0), (-1, 3), (4, 3)])
    def test_no_proof_backwards(self, first: int, second: int) -> None:
        with pytest.raises(OutsideTreeError):
            consistency_ranges(first, second)

    def test_an_empty_range_hashes_as_the_empty_tree(self) -> None:
        assert range_hash(LeafRange(4, 4), stored(LEAVES)) == EMPTY_ROOT


places = st.integers(1, 60).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size)))


class TestTampering:
    @given(places, st.data())
    def test_an_inclusion_proof_holds_for_its_place_only(
        self, place: tuple[int, int], data: st.DataObject
    ) -> None:
        index, size = place
        entries = [bytes([number]) for number in range(size)]
        hashes, root, leaf = inclusion(index, entries), trees.mth(entries), entries[index]

        def holds(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
            return verify_inclusion(
                index=index, size=size, leaf=leaf_hash(leaf), proof=proof, root=root
            )

        assert holds(index, size, leaf, hashes, root)
        other = data.draw(st.integers(0, size + 3).filter(lambda value: value != index))
        assert not holds(other, size, leaf, hashes, root)
        assert not holds(index, size * 2, leaf, hashes, root)
        assert not holds(index, size, b"another", hashes, root)
        assert not holds(index, size, leaf, hashes, flipped(root, data))
        for wrong in corrupted(hashes, root, data):
            assert not holds(index, size, leaf, wrong, root)

    @given(places, st.data())
    def test_a_consistency_proof_holds_for_its_trees_only(
        self, place: tuple[int, int], data: st.DataObject
    ) -> None:
        first, second = place[0] + 1, place[1]
        entries = [bytes([number]) for number in range(second)]
        hashes = consistency(first, entries)
        old, new = trees.mth(entries[:first]), trees.mth(entries)

        def holds(proof: list[bytes], old: bytes, new: bytes) -> bool:
            return verify_consistency(
                first=first, second=second, first_root=old, second_root=new, proof=proof
            )

        assert holds(hashes, old, new)
        if first < second:
            # A proof says little of the size, which the checkpoint signs; but it knows its depth.
            assert not verify_consistency(
                first=first, second=second * 2, first_root=old, second_root=new, proof=hashes
            )
        assert not holds(hashes, flipped(old, data), new)
        assert not holds(hashes, old, flipped(new, data))
        for wrong in corrupted(hashes, new, data):
            assert not holds(wrong, old, new)

    @given(st.integers(2, 60), st.data())
    def test_a_rewritten_past_has_no_consistency_proof(
        self, size: int, data: st.DataObject
    ) -> None:
        first = data.draw(st.integers(1, size - 1))
        changed = data.draw(st.integers(0, first - 1))
        honest = [bytes([number]) for number in range(size)]
        forged = [*honest[:changed], b"forged", *honest[changed + 1 :]]

        assert not verify_consistency(
            first=first, second=size, first_root=trees.mth(honest[:first]),
            second_root=trees.mth(forged), proof=consistency(first, forged),
        )  # fmt: skip

    @pytest.mark.parametrize("first", [0, 1, 2])
    def test_sizes_must_be_in_order(self, first: int) -> None:
        assert not verify_consistency(
            first=first + 1, second=first, first_root=EMPTY_ROOT, second_root=EMPTY_ROOT, proof=[]
        )

    def test_the_empty_tree_begins_every_tree(self) -> None:
        for size in (1, 8):
            root = ROOTS[size - 1]
            assert verify_consistency(
                first=0, second=size, first_root=EMPTY_ROOT, second_root=root, proof=[]
            )
            assert not verify_consistency(
                first=0, second=size, first_root=root, second_root=root, proof=[]
            )

    def test_two_roots_of_the_empty_tree_are_not_consistent(self) -> None:
        assert not verify_consistency(
            first=0, second=0, first_root=EMPTY_ROOT, second_root=ROOTS[0], proof=[]
        )

    @pytest.mark.parametrize("bad", [b"", b"x" * 31, b"x" * 33])
    def test_what_is_no_hash_verifies_nothing(self, bad: bytes) -> None:
        assert not verify_inclusion(index=0, size=1, leaf=bad, proof=[], root=bad)
        assert not verify_consistency(first=1, second=1, first_root=bad, second_root=bad, proof=[])
        assert not verify_inclusion(index=0, size=2, leaf=ROOTS[0], proof=[bad], root=ROOTS[0])


def flipped(value: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    return (int.from_bytes(value) ^ 1 << bit).to_bytes(len(value))


def corrupted(hashes: list[bytes], root: bytes, data: st.DataObject) -> list[list[bytes]]:
    """Return the proof cut, grown at either end, swapped and with one bit wrong."""
    wrong = [[*hashes, root], [root, *hashes], [*hashes, b""], [*hashes, EMPTY_ROOT]]
    if hashes:
        place = data.draw(st.integers(0, len(hashes) - 1))
        bad = [*hashes[:place], flipped(hashes[place], data), *hashes[place + 1 :]]
        wrong += [hashes[:-1], hashes[1:], bad, [hashes[0], *hashes]]
    if len(hashes) > 1:
        wrong.append(hashes[::-1])
    return wrong


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_a_growing_tree_keeps_what_it_completed(entries: list[bytes]) -> None:
    """Every subtree is completed once, with the hash that the definition gives it."""
    frontier, seen = Frontier(), {}
    for entry in entries:
        for part, value in frontier.push(leaf_hash(entry)):
            assert part not in seen
            seen[part] = value
            start, end = part.position << part.level, (part.position + 1) << part.level
            assert value == trees.mth(entries[start:end])
    assert frontier.root() == trees.mth(entries)
    assert len(seen) == len(entries) - len(entries).bit_count()
