"""The edge gives every subtree of the tree once, and keeps no more than the tree's right side."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.journal import merkle
from webapp.journal.edge import Edge
from webapp.journal.merkle import Coordinate, LeafRange


def stored_of(leaves: list[bytes]) -> dict[Coordinate, bytes]:
    """Return the hash of every complete subtree, by the definition of RFC 6962 §2.1."""
    known = {Coordinate(0, place): leaf for place, leaf in enumerate(leaves)}
    for level in range(1, len(leaves).bit_length()):
        for position in range(len(leaves) >> level):
            left, right = (known[Coordinate(level - 1, position * 2 + side)] for side in (0, 1))
            known[Coordinate(level, position)] = merkle.node_hash(left, right)
    return known


@given(st.integers(0, 70), st.integers(1, 40))
def test_an_edge_begun_anywhere_completes_the_same_subtrees(before: int, more: int) -> None:
    leaves = [merkle.leaf_hash(str(number).encode()) for number in range(before + more)]
    whole = stored_of(leaves)
    edge = Edge(before)
    made: dict[Coordinate, bytes] = {}
    for leaf in leaves[before:]:
        missing = set(edge.left_halves()) - edge.hashes.keys()
        # What is not known yet was there before the edge was read.
        assert missing <= stored_of(leaves[:before]).keys()
        edge.hashes |= {part: whole[part] for part in missing}
        made |= dict(edge.grow(leaf))
    new = whole.keys() - stored_of(leaves[:before]).keys()
    assert made == {part: whole[part] for part in new if part.level > 0}
    assert edge.size == len(leaves)
    assert edge.hashes.keys() <= set(merkle.subtrees(LeafRange(0, edge.size)))
