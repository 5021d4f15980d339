"""Whoever is placed elsewhere takes along everything that copies where they belong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_flag_rows import report
from tests.phones import enrolled
from webapp import clock
from webapp.evidence.review import review
from webapp.evidence.review.review import Decision
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.roster import placing
from webapp.roster.models import Person
from webapp.visits.models import Result

SEEN = {"decision": Decision.ACCEPT, "words": "", "code_seen": True}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.freeze(datetime(2027, 1, 12, 2, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def field(client: Any, city: City) -> Fieldwork:
    visit = city.visits[0]
    return Fieldwork(client, city, enrolled(client, city), visit.id, visit.subject_ref)


@pytest.fixture
def waiting(field: Fieldwork) -> Result:
    return report(field, "eligible", field.answered(jpeg()))


def place(city: City, person_id: Any, area: str) -> None:
    placing.place_people(actor=city.actor("city1"), person_ids=[person_id],
                         area_id=city.areas[area].id)  # fmt: skip
    db.session.commit()
    db.session.expire_all()


def left_behind() -> dict[str, int]:
    """Count the rows of every table that copies a person's area and has another one."""
    found = {}
    for mapper in db.Model.registry.mappers:
        model: Any = mapper.class_
        if {"area_path", "person_id"} <= set(mapper.columns.keys()):
            astray = db.select(model).join(Person, Person.id == model.person_id)
            astray = astray.where(model.area_path != Person.area_path)
            found[model.__tablename__] = len(db.session.scalars(astray).all())
    return found


def test_a_reported_visit_is_judged_where_the_person_belongs_now(
    field: Fieldwork, waiting: Result, sit: Sit
) -> None:
    city, person_id, number = field.city, waiting.person_id, field.visit_id
    old, new = sit("office1"), sit("office9")
    place(city, person_id, "b11")
    for path in (f"/people/{person_id}", f"/visits/{number}", f"/review/{waiting.id}"):
        new.get(path)
        old.get(path, status=404)
    review.decide(actor=city.actor("office9"), result_id=waiting.id, **SEEN)
    db.session.commit()
    assert waiting.visit.status == "accepted"
    assert [one for one in verify_all().findings if not one.is_remark] == []


def test_nothing_of_a_person_stays_behind_whatever_its_state(
    field: Fieldwork, waiting: Result, sit: Sit
) -> None:
    city = field.city
    review.decide(actor=city.actor("office1"), result_id=waiting.id, **SEEN)
    db.session.commit()
    new, changed = sit("office9"), waiting.visit.change_no
    place(city, waiting.person_id, "b11")
    assert left_behind() == {"visit": 0, "result": 0, "capture": 0}
    assert waiting.visit.change_no == changed, "no phone holds it, so that none is told"
    new.get(f"/archive/{waiting.id}")
    place(city, waiting.person_id, "a12")
    assert left_behind() == {"visit": 0, "result": 0, "capture": 0}
    new.get(f"/archive/{waiting.id}", status=404)
    assert [one for one in verify_all().findings if not one.is_remark] == []
