"""Who comes to the counter gets one visit there; its page is for no other visit."""

import pytest

from tests.builders import City
from webapp.counter import service
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.models import Visit


def next_door(city: City) -> Person:
    """Return the pensioner whom nobody is sent to."""
    return city.people[3]


def test_a_walk_in_has_one_visit_at_the_counter(city: City) -> None:
    actor = city.actor("office1")
    visit = service.receive_walk_in(actor=actor, person_id=next_door(city).id)

    assert (visit.kind, visit.worker_id, visit.status) == ("counter", actor.account_id, "assigned")
    again = service.receive_walk_in(actor=actor, person_id=next_door(city).id)
    assert again.id == visit.id
    assert service.visit_at_counter(actor=actor, visit_id=visit.id) == (visit, True)
    assert len(db.session.scalars(db.select(Visit).filter_by(person_id=visit.person_id)).all()) == 1


@pytest.mark.parametrize(("number", "code"), [(0, "walk_in_open_visit"), (4, "not_found")])
def test_nobody_is_certified_beside_an_open_visit_or_from_elsewhere(
    city: City, number: int, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        service.receive_walk_in(actor=city.actor("office1"), person_id=city.people[number].id)


def test_a_visit_of_another_is_not_certified_at_this_counter(city: City) -> None:
    actor = city.actor("office1")
    assert service.visit_at_counter(actor=actor, visit_id=city.visits[0].id)[1] is False
    visit = service.receive_walk_in(actor=actor, person_id=next_door(city).id)
    visit.status = "cancelled"
    assert service.visit_at_counter(actor=actor, visit_id=visit.id)[1] is False
    with pytest.raises(Refusal, match="not_found"):
        service.visit_at_counter(actor=actor, visit_id=city.visits[3].id)
