"""Begins the certificate of somebody who came to the office."""

from uuid import UUID

from webapp import calendar
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.visits import service as visits
from webapp.visits.kinds import VisitKind
from webapp.visits.models import Visit
from webapp.visits.rules import OPEN_STATUSES


def receive_walk_in(*, actor: Actor, person_id: UUID) -> Visit:
    """Return the visit at the counter, new or still open, of somebody before the actor's desk.

    Raises:
        Refusal: `not_found` (404) outside the actor's area, `walk_in_open_visit` (409) while
            another visit is under way.
    """
    made = visits.make_visits(
        actor=actor, person_ids=[person_id], kind=VisitKind.COUNTER, due_on=calendar.today(),
        worker_id=actor.account_id,
    )  # fmt: skip
    found = made[0] if made else _begun(actor, person_id)
    if found is None:
        raise Refusal("walk_in_open_visit", 409)
    return found


def _begun(actor: Actor, person_id: UUID) -> Visit | None:
    query = db.select(Visit).where(
        Visit.person_id == person_id, Visit.worker_id == actor.account_id,
        Visit.kind == VisitKind.COUNTER.value,
        Visit.status.in_([status.value for status in OPEN_STATUSES]),
    )  # fmt: skip
    found: Visit | None = db.session.scalar(query.limit(1))
    return found


def visit_at_counter(*, actor: Actor, visit_id: UUID) -> tuple[Visit, bool]:
    """Return a visit of the actor's area, and whether it is the actor's to certify here and now.

    Raises:
        Refusal: `not_found` (404).
    """
    visit = db.session.get(Visit, visit_id)
    if visit is None or not actor.covers(visit.area_path):
        raise Refusal("not_found", 404)
    is_own = (visit.kind, visit.worker_id) == (VisitKind.COUNTER.value, actor.account_id)
    return visit, is_own and visit.status in OPEN_STATUSES
