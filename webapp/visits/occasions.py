"""Occasions: what one capture may show several people of, each with a visit of their own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from webapp import clock
from webapp.access.rules import Actor
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.free_text import read_words
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.packs import changes
from webapp.refusals import Refusal
from webapp.visits.kinds import OccasionKind
from webapp.visits.models import Occasion, Visit
from webapp.visits.rules import OPEN_STATUSES
from webapp.visits.service import visits_in_duty

LONGEST_PLACE = 200


def open_occasion(
    *, actor: Actor, kind: OccasionKind, place: str, held_on: date, area_id: int
) -> Occasion:
    """Open an occasion in an area of the actor's duty; the actor is its organiser.

    Raises:
        Refusal: `not_found` (404) for a foreign area, `place_missing`, `words_too_long`.
    """
    area = db.session.get(Area, area_id)
    if area is None or not actor.covers(area.path):
        raise Refusal("not_found", 404)
    where = read_words(place, most=LONGEST_PLACE)
    if not where:
        raise Refusal("place_missing")
    states.name_act(EntryType.OCCASION_OPENED, account_id=str(actor.account_id))
    made = Occasion(
        kind=kind.value, place=where, held_on=held_on, area_path=area.path,
        organiser_id=actor.account_id, opened_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def add_visits(*, actor: Actor, occasion_id: UUID, visit_ids: Sequence[UUID]) -> list[Visit]:
    """Let open visits belong to an occasion, so that their results may name its captures.

    Raises:
        Refusal: `not_found` (404), `visit_state` (409) for a visit that is over or is another
            occasion's.
    """
    states.name_act(EntryType.OCCASION_JOINED, account_id=str(actor.account_id))
    occasion = db.session.get(Occasion, occasion_id)
    if occasion is None or not actor.covers(occasion.area_path):
        raise Refusal("not_found", 404)
    visits = visits_in_duty(actor=actor, visit_ids=visit_ids)
    for visit in visits:
        if visit.status not in OPEN_STATUSES or visit.occasion_id not in {None, occasion_id}:
            raise Refusal("visit_state", 409, state=visit.status, event="join")
        visit.occasion_id = occasion_id
    changes.touch(visits)
    return visits


def occasion_of_worker(*, actor: Actor, occasion_id: UUID) -> Occasion:
    """Return an occasion that the actor organises, or at which the actor has a visit.

    Raises:
        Refusal: `not_found` (404).
    """
    occasion = db.session.get(Occasion, occasion_id)
    if occasion is None:
        raise Refusal("not_found", 404)
    mine = db.select(Visit.id).filter_by(occasion_id=occasion_id, worker_id=actor.account_id)
    is_mine = occasion.organiser_id == actor.account_id
    if not is_mine and db.session.scalar(mine.limit(1)) is None:
        raise Refusal("not_found", 404)
    return occasion
