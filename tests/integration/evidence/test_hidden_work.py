"""What no entry proves must still not hide a visit, a photo or an area from who must see it."""

from uuid import UUID

import pytest

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_verification import codes, id_of, sql
from webapp.access.rules import NO_DUTY, duty_path
from webapp.evidence.models import Media
from webapp.extensions import db
from webapp.jobs.models import Job
from webapp.jobs.registry import ask_at_start
from webapp.jobs.runner import run_due
from webapp.people.sessions import actor_of


def test_a_duty_is_never_wider_than_its_area(city: City) -> None:
    account = city.accounts["office1"]
    honest = actor_of(account)
    assert honest is not None
    assert honest.area_path == account.area_path
    for path in ("/", "/1/", account.area_path[:-2]):
        account.area_path = path
        forged = actor_of(account)
        assert forged is not None
        assert (forged.area_path, forged.answers_for_city) == (NO_DUTY, False)
        assert not any(forged.covers(visit.area_path) for visit in city.visits)
    db.session.rollback()


def test_a_duty_whose_area_is_gone_is_none() -> None:
    assert duty_path(7, "/", None) == NO_DUTY
    assert duty_path(7, "/1/7/", None) == NO_DUTY
    assert duty_path(7, "/1/7/", "/1/7/") == "/1/7/"
    assert duty_path(None, "/", None) == "/"
    assert duty_path(None, "/1/7/", None) == NO_DUTY


@pytest.mark.parametrize("number", [-1, 10**9])
def test_a_change_number_that_was_never_given_out_is_named(field: Fieldwork, number: int) -> None:
    visit_id = id_of(str(field.visit_id))
    sql("UPDATE visit SET change_no = :n WHERE id = :i", n=number, i=visit_id)
    assert codes() == {("change_number_unfounded", "visit")}


def test_a_phone_that_begins_gets_every_visit(field: Fieldwork) -> None:
    before = {each["visit_id"] for each in field.phone.get("/pack").get_json()["visits"]}
    sql("UPDATE visit SET change_no = -1 WHERE id = :i", i=id_of(str(field.visit_id)))
    after = {each["visit_id"] for each in field.phone.get("/pack").get_json()["visits"]}
    assert str(field.visit_id) in before
    assert before == after


def test_a_lost_job_is_asked_for_again(field: Fieldwork) -> None:
    capture_id = UUID(field.received(jpeg()))
    db.session.execute(db.delete(Job))
    db.session.commit()
    ask_at_start()
    ask_at_start()
    db.session.commit()
    assert db.session.query(Job).filter_by(kind="evidence.derive").count() == 1
    db.session.rollback()
    run_due()
    media = db.session.query(Media).filter_by(capture_id=capture_id).one()
    assert media.inspection is not None
    ask_at_start()
    assert db.session.query(Job).filter_by(kind="evidence.derive", state="waiting").count() == 0
