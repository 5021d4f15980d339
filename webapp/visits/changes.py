"""Numbers the changes of visits in commit order, and tells phones what they no longer hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import randbits
from uuid import UUID

from sqlalchemy import update

from webapp.extensions import db
from webapp.visits.models import ChangeCounter, Visit, VisitRemoval

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


def touch(visits: Iterable[Visit]) -> None:
    """Mark visits as changed, so that the next pack of their workers brings them."""
    changed = list(visits)
    if changed:
        number = next_change_no()
        for visit in changed:
            visit.change_no = number


def remove_from_phone(*, visit: Visit, worker_id: UUID | None, reason: str) -> None:
    """Tell the worker's phone to drop the visit; its unsent work stays and is still taken."""
    if worker_id is None:
        return
    db.session.add(VisitRemoval(
        worker_id=worker_id, visit_id=visit.id, reason=reason, change_no=next_change_no()
    ))  # fmt: skip
