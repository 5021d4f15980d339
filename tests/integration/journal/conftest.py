"""Short ways to fill a journal, and to do to it what an administrator with the database could."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, update

from webapp.extensions import db
from webapp.journal import merkle, queries, service
from webapp.journal.models import JournalCheckpoint, JournalEntry, JournalNode, JournalSalt
from webapp.journal.rules import EntryType

START = datetime(2027, 1, 12, 1, 0, tzinfo=UTC)
Fill = Callable[[int], None]


@pytest.fixture
def fill(app: APIFlask) -> Fill:
    """Append and commit a number of entries, one minute apart."""

    def append(count: int) -> None:
        first = queries.size()
        for number in range(first, first + count):
            service.append(
                type=EntryType.VIEWED, at=START + timedelta(minutes=number), facts={"n": number}
            )
        db.session.commit()

    return append


class Intruder:
    """One who writes to the database past the program, and who may hold the journal's key."""

    def change(self, place: int, **columns: object) -> None:
        self._run(update(JournalEntry).where(JournalEntry.index == place).values(**columns))

    def delete_entry(self, index: int) -> None:
        self._run(delete(JournalSalt).where(JournalSalt.index == index))
        self._run(delete(JournalEntry).where(JournalEntry.index == index))

    def truncate(self, size: int) -> None:
        """Remove every trace of the entries from `size` on, but for checkpoints."""
        self._run(delete(JournalSalt).where(JournalSalt.index >= size))
        self._run(delete(JournalEntry).where(JournalEntry.index >= size))
        self.rebuild_nodes()

    def renumber(self, start: int, by: int) -> None:
        """Move the entries from `start` on by one place, so that a gap opens or closes."""
        indexes = [leaf.index for leaf in queries.leaves_from(start)]
        for index in indexes if by < 0 else reversed(indexes):
            self.change(index, index=index + by)

    def insert(self, index: int, body: bytes, at: datetime) -> None:
        db.session.add(JournalEntry(index=index, type="viewed", at=at, body=body,
                                    leaf_hash=merkle.leaf_hash(body)))  # fmt: skip
        db.session.commit()

    def rebuild_nodes(self) -> None:
        """Make the tree fit the entries again."""
        self._run(delete(JournalNode))
        frontier = merkle.Frontier()
        for leaf in queries.leaves_from(0):
            for part, value in frontier.push(leaf.leaf_hash):
                db.session.add(JournalNode(level=part.level, position=part.position, hash=value))
        db.session.commit()

    def forget_checkpoints(self) -> None:
        self._run(delete(JournalCheckpoint))

    def _run(self, statement: object) -> None:
        db.session.execute(statement)  # type: ignore[call-overload]
        db.session.commit()
        db.session.expire_all()


@pytest.fixture
def intruder(app: APIFlask) -> Intruder:
    """The administrator who edits the archive."""
    return Intruder()
