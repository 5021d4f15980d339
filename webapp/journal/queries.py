"""Reading the journal: its size, its hashes, its entries and what it was at earlier sizes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from webapp.extensions import db, execute_core
from webapp.journal import approvers, erasure, merkle
from webapp.journal.merkle import Coordinate, LeafRange
from webapp.journal.models import JournalCheckpoint, JournalEntry, JournalNode
from webapp.journal.rules import EntryType
from webapp.journal.uncommitted import first_uncommitted
from webapp.refusals import Refusal

BATCH = 1_000
_LAST = select(func.max(JournalEntry.index))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row of `journal_entry` as it is stored, read without the weight of a model."""

    index: int
    type: str
    at: datetime
    body: bytes
    leaf_hash: bytes


def size() -> int:
    """Return the number of entries, those of the current transaction included."""
    last = execute_core(_LAST).scalar()
    return 0 if last is None else int(last) + 1


def committed_size() -> int:
    """Return the number of entries that no rollback can take away any more."""
    pending = first_uncommitted()
    return size() if pending is None else pending


def entry(index: int) -> JournalEntry:
    """Return the entry at `index`; refuses with `journal_index_unknown` (404)."""
    found = db.session.get(JournalEntry, index)
    if found is None:
        raise Refusal("journal_index_unknown", 404, index=index)
    return found


def bodies(indexes: Iterable[int]) -> dict[int, bytes]:
    """Return the bytes of some entries by index; those that are not there are left out."""
    query = select(JournalEntry.index, JournalEntry.body).where(JournalEntry.index.in_(indexes))
    return {int(row[0]): bytes(row[1]) for row in db.session.execute(query)}


def entries_of(kind: EntryType) -> Iterator[JournalEntry]:
    """Give every entry of one type, oldest first."""
    rows = select(JournalEntry).filter_by(type=kind.value).order_by(JournalEntry.index)
    yield from db.session.scalars(rows.execution_options(yield_per=BATCH))


def has_entry_of(kind: EntryType) -> bool:
    """Say whether the journal holds an entry of this type."""
    query = select(JournalEntry.index).filter_by(type=kind.value).limit(1)
    return db.session.scalar(query) is not None


def tombstoned_media() -> set[str]:
    """Return the SHA-256, in hex, of every file that was lawfully deleted.

    A void tombstone excuses nothing.
    """
    return lawfully_gone()


def lawfully_gone() -> set[str]:
    """Return everything that a lawful tombstone names, in the words of `erasure.target_of`."""
    return {stone.target for stone in tombstones() if stone.fault is None}


def tombstones() -> Iterator[erasure.Tombstone]:
    """Give every tombstone, judged by who could approve it and what was held at its index."""
    yield from erasure.tombstones(erasures(), approvers.could_approve)


def erasures() -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Give index, type and facts of every tombstone and hold, oldest first."""
    rows = select(JournalEntry).where(JournalEntry.type.in_([kind.value for kind in erasure.KINDS]))
    for found in db.session.scalars(rows.order_by(JournalEntry.index)):
        yield found.index, found.type, found.facts


def leaves_from(start: int) -> list[Leaf]:
    """Return the next entries from index `start` on, in order, at most `BATCH` of them."""
    columns = (JournalEntry.index, JournalEntry.type, JournalEntry.at,
               JournalEntry.body, JournalEntry.leaf_hash)  # fmt: skip
    rows = select(*columns).where(JournalEntry.index >= start)
    return [
        Leaf(*row) for row in db.session.execute(rows.order_by(JournalEntry.index).limit(BATCH))
    ]


def checkpoints() -> list[JournalCheckpoint]:
    """Return the stored checkpoints, smallest first."""
    return list(db.session.scalars(select(JournalCheckpoint).order_by(JournalCheckpoint.size)))


def latest_checkpoint() -> JournalCheckpoint | None:
    """Return the stored checkpoint of the largest size."""
    largest = select(JournalCheckpoint).order_by(JournalCheckpoint.size.desc()).limit(1)
    return db.session.scalar(largest)


def root(tree_size: int) -> bytes:
    """Return the root over the first `tree_size` entries, from stored hashes."""
    return hashes_of([LeafRange(0, tree_size)])[0]


def hashes_of(ranges: Iterable[LeafRange]) -> list[bytes]:
    """Return the hash of every range, with two queries for all of them together."""
    spans = list(ranges)
    stored = read_hashes(part for span in spans for part in merkle.subtrees(span))
    return [merkle.range_hash(span, stored.__getitem__) for span in spans]


def read_hashes(coordinates: Iterable[Coordinate]) -> dict[Coordinate, bytes]:
    """Return the stored hashes of complete subtrees; level 0 is the entries' leaf hashes."""
    wanted = set(coordinates)
    leaves = [part.position for part in wanted if part.level == 0]
    found = _read_nodes([part for part in wanted if part.level > 0])
    if leaves:
        rows = select(JournalEntry.index, JournalEntry.leaf_hash).where(
            JournalEntry.index.in_(leaves)
        )
        found |= {Coordinate(0, place): value for place, value in map(tuple, execute_core(rows))}
    return found


def _read_nodes(coordinates: list[Coordinate]) -> dict[Coordinate, bytes]:
    if not coordinates:
        return {}
    # SQLite scans the whole table for `(level, position) IN (…)`, but not for this.
    named = or_(*(
        and_(JournalNode.level == part.level, JournalNode.position == part.position)
        for part in coordinates
    ))  # fmt: skip
    rows = select(JournalNode.level, JournalNode.position, JournalNode.hash).where(named)
    return {Coordinate(row.level, row.position): row.hash for row in execute_core(rows)}
