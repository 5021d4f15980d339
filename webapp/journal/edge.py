"""The right edge of the tree while one transaction appends: read once, then kept at hand.

Whoever appends is the journal's only writer until the transaction ends, so nobody else can move
the edge. A rollback, even of a savepoint, takes back what was appended, and with it what is known.
"""

from dataclasses import dataclass, field

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from webapp.extensions import db
from webapp.journal import merkle
from webapp.journal.merkle import Coordinate

_KEY = "journal_edge"


@dataclass
class Edge:
    """How many entries there are, and those hashes of complete subtrees that are known."""

    size: int
    hashes: dict[Coordinate, bytes] = field(default_factory=dict)

    def left_halves(self) -> list[Coordinate]:
        """Return the left halves of the subtrees that the next entry completes."""
        return [_left_half(parent) for parent in merkle.completed_by(self.size)]

    def grow(self, leaf: bytes) -> list[tuple[Coordinate, bytes]]:
        """Add a leaf's hash; return the subtrees that it completes, the smallest first.

        Each is made of its left half, which must be known, and the one before it.
        """
        part, node, made = Coordinate(0, self.size), leaf, []
        for parent in merkle.completed_by(self.size):
            # Whatever lies inside a complete subtree is asked for no more.
            part, node = parent, merkle.node_hash(self.hashes.pop(_left_half(parent)), node)
            made.append((part, node))
        self.hashes[part] = node
        self.size += 1
        return made


def _left_half(parent: Coordinate) -> Coordinate:
    return Coordinate(parent.level - 1, parent.position * 2)


def known_edge() -> Edge | None:
    """Return the edge as the present transaction left it; None before its first entry."""
    found: Edge | None = db.session().info.get(_KEY)
    return found


def keep_edge(edge: Edge) -> None:
    """Keep the edge until the transaction ends."""
    db.session().info[_KEY] = edge


@event.listens_for(db.session, "after_transaction_end")
def _forget_at_the_end(session: Session, ended: SessionTransaction) -> None:
    # A flush ends a part of the transaction, a savepoint that is released another.
    if ended.parent is None:
        session.info.pop(_KEY, None)


@event.listens_for(db.session, "after_soft_rollback")
def _forget_after_rollback(session: Session, _previous: SessionTransaction) -> None:
    session.info.pop(_KEY, None)
