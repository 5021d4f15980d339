"""Puts pensioners of whom only street or district is known into their community (kind 45)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from webapp import clock
from webapp.access.rules import Actor
from webapp.areas.duty import lies_in
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.imports.under_undo import refuse_people
from webapp.roster.models import Person
from webapp.roster.signals import people_changed

# As many as a page of the list shows, and no more than one look can check.
MOST_AT_ONCE = 200


def communities(*, path: str) -> Sequence[Area]:
    """The communities of a street, by name; none for anything larger, where one would get lost."""
    if path.count("/") < _STREET_DEPTH:
        return []
    query = select(Area).where(Area.level == "community", lies_in(Area.path, path))
    return db.session.scalars(query.order_by(Area.name, Area.id)).all()


# "/1/2/3/": city, district, street.
_STREET_DEPTH = 4


def place_people(*, actor: Actor, person_ids: Sequence[UUID], area_id: int | None) -> int:
    """Say in which community people live; return how many were moved.

    Raises:
        Refusal: nobody_chosen, community_missing; not_found (404) for people or a community
            outside the actor's duty; people_being_undone (409).
    """
    if not person_ids or len(person_ids) > MOST_AT_ONCE:
        raise Refusal("nobody_chosen")
    if area_id is None:
        raise Refusal("community_missing")
    area = db.session.get(Area, area_id)
    if area is None or area.level != "community" or not actor.covers(area.path):
        raise Refusal("not_found", 404)
    people = db.session.scalars(select(Person).where(Person.id.in_(person_ids))).all()
    if len(people) != len(set(person_ids)) or not all(_is_own(actor, each) for each in people):
        raise Refusal("not_found", 404)
    moved = [person for person in people if person.area_id != area.id]
    for person in moved:
        person.area_id, person.area_path, person.updated_at = area.id, area.path, clock.now()
    if moved:
        people_changed.send(place_people, person_ids=[person.id for person in moved])
        acts.note_placed(area=area, people=[one.id for one in moved], by=actor.account_id)
        refuse_people([person.id for person in moved])
    return len(moved)


def _is_own(actor: Actor, person: Person) -> bool:
    """Whoever lies nowhere yet is anybody's (see `RowJudge.answers_for`)."""
    return actor.covers(person.area_path) or person.area_path == "/"
