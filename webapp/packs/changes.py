"""Numbers the changes of what phones hold in commit order, and what they are to drop."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import randbits
from typing import Protocol

from sqlalchemy import update

from webapp.extensions import db
from webapp.packs.models import ChangeCounter, Removal

COUNTER, HISTORY = "visits", "history"
HISTORY_BITS = 31


@dataclass(frozen=True)
class Reached:
    """The newest change number, and in which history of this database it was given out."""

    change_no: int
    history: int


def next_change_no() -> int:
    """Take the next number; the row stays locked until the caller's transaction ends."""
    taken: int | None = db.session.scalar(
        update(ChangeCounter)
        .where(ChangeCounter.name == COUNTER)
        .values(value=ChangeCounter.value + 1)
        .returning(ChangeCounter.value)
    )
    if taken is None:
        db.session.add(ChangeCounter(name=COUNTER, value=1))
        db.session.flush()
        return 1
    return taken


def lock_counter() -> None:
    """Make others who change what phones hold wait, before the journal's lock is taken."""
    counter = db.select(ChangeCounter.value).where(ChangeCounter.name == COUNTER)
    db.session.execute(counter.with_for_update(key_share=True))


def reached() -> Reached:
    """Return how far the numbering has come; a database that was never restored is history 0."""
    names = ChangeCounter.name.in_((COUNTER, HISTORY))
    rows = db.session.execute(db.select(ChangeCounter.name, ChangeCounter.value).where(names))
    values = {row.name: row.value for row in rows}
    return Reached(values.get(COUNTER, 0), values.get(HISTORY, 0))


def begin_history() -> None:
    """Make every phone read its list anew: numbers given out before a restore mean others now."""
    row = db.session.get(ChangeCounter, HISTORY)
    if row is None:
        row = ChangeCounter(name=HISTORY, value=0)
        db.session.add(row)
    row.value = randbits(HISTORY_BITS - 1) + 1
    db.session.flush()


class Numbered(Protocol):
    """What phones are told of anew when it changes."""

    change_no: int


def touch(changed: Iterable[Numbered]) -> None:
    """Mark what changed, so that the next pack of those who hold it brings it."""
    touched = list(changed)
    if touched:
        number = next_change_no()
        for each in touched:
            each.change_no = number


def drop(removal: Removal) -> None:
    """Tell a phone to drop what `removal` names; its unsent work stays and is still taken."""
    removal.change_no = next_change_no()
    db.session.add(removal)
