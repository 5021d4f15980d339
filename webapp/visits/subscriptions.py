"""What the visits do with news from below: a changed person reaches the phones anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from webapp.areas.duty import lies_in
from webapp.areas.moves import carry_path
from webapp.chunks import chunks
from webapp.extensions import db
from webapp.visits import changes
from webapp.visits.models import Result, Visit
from webapp.visits.rules import OPEN_STATUSES


def bring_people_anew(_sender: Any, *, person_ids: Sequence[UUID]) -> None:
    """Let the next packs bring changed people, and let their visits follow them to their area."""
    visits = _open_visits_of(person_ids)
    for visit in visits:
        visit.area_path = visit.person.area_path
    changes.touch(visits)


def follow_area(_sender: Any, *, old: str, new: str) -> None:
    """Let visits and results follow a moved area; the visits are locked as everybody locks them."""
    locked = db.select(Visit.id).where(lies_in(Visit.area_path, old)).order_by(Visit.id)
    db.session.execute(locked.with_for_update(key_share=True))
    carry_path(Visit.area_path, old, new)
    carry_path(Result.area_path, old, new)


def _open_visits_of(person_ids: Sequence[UUID]) -> list[Visit]:
    """Return the visits locked in the order of their ids, as everybody locks them."""
    statuses = [status.value for status in OPEN_STATUSES]
    ids: list[UUID] = []
    for chunk in chunks(person_ids):
        query = db.select(Visit.id).where(Visit.person_id.in_(chunk), Visit.status.in_(statuses))
        ids.extend(db.session.scalars(query))
    ids.sort()
    found: list[Visit] = []
    for chunk in chunks(ids):
        locked = db.select(Visit).where(Visit.id.in_(chunk))
        found.extend(db.session.scalars(locked.order_by(Visit.id).with_for_update(of=Visit)))
    return found
