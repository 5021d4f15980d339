"""What the visits do with news from below: a changed person reaches the phones anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import joinedload

from webapp.areas.duty import lies_in
from webapp.areas.moves import carry_path
from webapp.chunks import chunks
from webapp.extensions import db
from webapp.packs import changes
from webapp.roster.models import Person
from webapp.visits.models import Occasion, Result, Visit
from webapp.visits.rules import OPEN_STATUSES
from webapp.visits.signals import visits_followed, visits_moved


def bring_people_anew(_sender: Any, *, person_ids: Sequence[UUID]) -> None:
    """Let the next packs bring changed people, and let all their visits follow them.

    Whoever answers for a person answers for everything that is kept of them: what waits for a
    reviewer is judged where the person belongs, and the files of earlier years go along.
    """
    visits = _locked(_open_or_elsewhere(person_ids))
    elsewhere = [visit for visit in visits if visit.area_path != visit.person.area_path]
    for visit in elsewhere:
        visit.area_path = visit.person.area_path
    _take_results_along(elsewhere)
    if elsewhere:
        visits_moved.send(None, paths={visit.id: visit.area_path for visit in elsewhere})
    changes.touch(visit for visit in visits if visit.status in OPEN_STATUSES)


def _take_results_along(visits: Sequence[Visit]) -> None:
    moved = {visit.id: visit.area_path for visit in visits}
    for some in chunks(list(moved)):
        for result in db.session.scalars(db.select(Result).where(Result.visit_id.in_(some))):
            result.area_path = moved[result.visit_id]


def follow_area(_sender: Any, *, old: str, new: str) -> None:
    """Let visits and results follow a moved area; the visits are locked as everybody locks them."""
    locked = db.select(Visit.id).where(lies_in(Visit.area_path, old)).order_by(Visit.id)
    db.session.execute(locked.with_for_update(key_share=True))
    carry_path(Visit.area_path, old, new)
    carry_path(Result.area_path, old, new)
    carry_path(Occasion.area_path, old, new)
    visits_followed.send(None, old=old, new=new)


def _open_or_elsewhere(person_ids: Sequence[UUID]) -> list[UUID]:
    """Return the people's visits that phones hold, and those that lie where they do no longer."""
    statuses = [status.value for status in OPEN_STATUSES]
    concerned = or_(Visit.status.in_(statuses), Visit.area_path != Person.area_path)
    ids: list[UUID] = []
    for chunk in chunks(person_ids):
        query = db.select(Visit.id).join(Person).where(Visit.person_id.in_(chunk), concerned)
        ids.extend(db.session.scalars(query))
    return ids


def _locked(ids: Sequence[UUID]) -> list[Visit]:
    """Return the visits locked in the order of their ids, as everybody locks them."""
    found: list[Visit] = []
    for chunk in chunks(sorted(ids)):
        locked = db.select(Visit).where(Visit.id.in_(chunk)).options(joinedload(Visit.person))
        found.extend(db.session.scalars(locked.order_by(Visit.id).with_for_update(of=Visit)))
    return found
