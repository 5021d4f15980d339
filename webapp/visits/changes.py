"""Numbers the changes of visits in commit order, and tells phones what they no longer hold."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update

from webapp.extensions import db
from webapp.visits.models import ChangeCounter, Visit, VisitRemoval

COUNTER = "visits"


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


def newest_change_no() -> int:
    """Return the number of the newest change, 0 before the first."""
    query = select(ChangeCounter.value).where(ChangeCounter.name == COUNTER)
    return db.session.scalar(query) or 0


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
