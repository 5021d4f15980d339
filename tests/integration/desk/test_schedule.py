"""An office changes the days and the note of open visits afterwards; the phone hears of it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.pages import Desk
from tests.integration.desk.test_visits import checked
from tests.phones import enrolled
from webapp.extensions import db
from webapp.visits.models import Visit, VisitTermChange

FORM = {"due_on": "2031-01-31", "window_from": "2031-01-10", "window_to": "2031-01-20",
        "note": "耳背，请大声敲门"}  # fmt: skip


@pytest.fixture
def office(sit: Sit) -> Desk:
    return sit("office1")


def fresh(visit: Visit) -> Visit:
    db.session.expire_all()
    return db.session.get_one(Visit, visit.id)


def ids(visits: list[Visit]) -> list[str]:
    return [str(visit.id) for visit in visits]


def test_one_visits_days_and_note_are_changed_and_the_page_tells(office: Desk, city: City) -> None:
    visit = city.visits[0]
    page = office.post(f"/visits/{visit.id}/schedule", FORM)
    changed = fresh(visit)
    assert (changed.due_on, changed.note) == (date(2031, 1, 31), "耳背，请大声敲门")
    assert (changed.window_from, changed.window_to) == (date(2031, 1, 10), date(2031, 1, 20))
    assert "测试office1作了更改" in page.text
    assert "时间段：不限 → " in page.text
    assert "给走访人员的话改了" in page.text
    office.post(f"/visits/{visit.id}/schedule", FORM | {"window_from": "", "window_to": ""})
    assert fresh(visit).window_from is None


def test_the_next_pack_brings_the_new_days_and_nothing_else(
    client: FlaskClient, office: Desk, city: City
) -> None:
    phone = enrolled(client, city)
    cursor = phone.get("/pack").get_json()["cursor"]
    office.post(f"/visits/{city.visits[0].id}/schedule", FORM)

    pack = phone.get(f"/pack?cursor={cursor}").get_json()
    assert [v["visit_id"] for v in pack["visits"]] == [str(city.visits[0].id)]
    brought = pack["visits"][0]
    assert (brought["due_on"], brought["note"]) == ("2031-01-31", FORM["note"])
    assert brought["window"] == {"from": "2031-01-10", "to": "2031-01-20"}
    assert brought["status"] == "assigned"
    assert pack["removed"] == []


def test_what_was_entered_stays_when_it_is_refused(office: Desk, city: City) -> None:
    visit, before = city.visits[0], city.visits[0].due_on
    form = FORM | {"window_to": "2031-02-20"}
    page = office.post(f"/visits/{visit.id}/schedule", form, status=422)
    assert "时间段不能晚于截止日期" in page.text
    values = {e.get("id"): e.get("value") for e in page.all("input")}
    assert (values["window_to"], values["note"]) == ("2031-02-20", FORM["note"])
    assert (fresh(visit).due_on, fresh(visit).note) == (before, "")
    assert db.session.scalars(db.select(VisitTermChange)).all() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": ""}, "请填写截止日期"),
        ({"due_on": "bald"}, "日期的写法不对"),
        ({"due_on": "2020-01-31"}, "截止日期已经过了"),
        ({"window_from": "2031-01-25"}, "时间段的开始晚于结束"),
        ({"window_from": "", "window_to": "2020-01-31"}, "时间段已经过了"),
    ],
)
def test_days_that_do_not_fit_one_visit_are_said(
    office: Desk, city: City, changes: dict[str, str], words: str
) -> None:
    path = f"/visits/{city.visits[0].id}/schedule"
    assert words in office.post(path, FORM | changes, status=422).text


def test_an_overdue_visits_note_is_changed_without_its_day(office: Desk, city: City) -> None:
    visit = city.visits[0]
    visit.due_on -= timedelta(days=60)
    db.session.commit()
    form = {"due_on": visit.due_on.isoformat(), "note": "请打第二个电话"}
    office.post(f"/visits/{visit.id}/schedule", form)
    assert fresh(visit).note == "请打第二个电话"


def test_several_visits_get_the_days_that_were_filled_in(office: Desk, city: City) -> None:
    first, second, third = city.visits[:3]
    first.window_from, first.note = first.due_on - timedelta(days=3), "原话"
    db.session.commit()
    kept, numbers = first.window_from, [visit.change_no for visit in city.visits[:3]]
    page = office.post("/visits/schedule", {"visit_id": ids([first, second]),
                                            "due_on": "2031-01-31"})  # fmt: skip
    assert "已更改 2 次走访的日期" in page.text
    assert (fresh(first).due_on, first.window_from, first.note) == (
        date(2031, 1, 31), kept, "原话"
    )  # fmt: skip
    assert second.due_on == date(2031, 1, 31) != third.due_on
    assert [after.change_no > before for after, before in
            zip(city.visits[:3], numbers, strict=True)] == [True, True, False]  # fmt: skip


def test_a_window_is_taken_away_from_several(office: Desk, city: City) -> None:
    for visit in city.visits[:2]:
        visit.window_to = visit.due_on
    db.session.commit()
    form = {"visit_id": ids(city.visits[:2]), "drops_window": "1"}
    office.post("/visits/schedule", form)
    assert {fresh(visit).window_to for visit in city.visits[:2]} == {None}


def test_what_changes_nothing_moves_no_cursor(office: Desk, city: City) -> None:
    visit, number = city.visits[0], city.visits[0].change_no
    form = {"visit_id": ids([visit]), "due_on": visit.due_on.isoformat()}
    assert "已更改 0 次" in office.post("/visits/schedule", form).text
    assert fresh(visit).change_no == number


def test_a_refusal_changes_none_of_several_and_names_the_person(office: Desk, city: City) -> None:
    first, second = city.visits[:2]
    second.window_to = second.due_on
    db.session.commit()
    before, sooner = first.due_on, first.due_on - timedelta(days=5)
    form = {"visit_id": ids([first, second]), "due_on": sooner.isoformat(),
            "back": "/visits?search=测试"}  # fmt: skip
    page = office.post("/visits/schedule", form, status=422)
    assert "测试2号 原来的时间段或截止日期" in page.text
    assert sorted(checked(page, "visit_id")) == sorted(form["visit_id"])
    assert next(e.get("value") for e in page.all("input") if e.get("id") == "due_on")
    assert {fresh(first).due_on, fresh(second).due_on} == {before}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "请填写新的截止日期或时间段。"),
        ({"due_on": "2020-01-31"}, "截止日期已经过了"),
        ({"due_on": "x"}, "日期的写法不对"),
        ({"due_on": "2031-01-31", "visit_id": []}, "还没有选中任何一项"),
    ],
)
def test_what_does_not_fit_several_is_said(
    office: Desk, city: City, changes: dict[str, str], words: str
) -> None:
    form = {"visit_id": ids(city.visits[:1])} | changes
    page = office.post("/visits/schedule", form, status=422)
    assert words in page.text
    opened = [e for e in page.all("details") if e.get("class") == "bar-more"]
    assert [e.get("open") is not None for e in opened] == [True]


@pytest.mark.parametrize("status", ["reported", "accepted", "cancelled"])
def test_only_open_visits_are_changed(office: Desk, city: City, status: str) -> None:
    visit, due_on = city.visits[0], city.visits[0].due_on
    visit.status = status
    db.session.commit()
    office.post(f"/visits/{visit.id}/schedule", FORM, status=409)
    form = {"visit_id": ids(city.visits[:2]), "due_on": "2031-01-31"}
    office.post("/visits/schedule", form, status=409)
    assert {fresh(each).due_on for each in city.visits[:2]} == {due_on}
    assert f"/visits/{visit.id}/schedule" not in office.get(f"/visits/{visit.id}").response.text


def test_a_foreign_visit_is_not_found(app: APIFlask, sit: Sit, city: City) -> None:
    own, foreign = city.visits[0], city.visits[3]
    before: dict[UUID, date] = {visit.id: visit.due_on for visit in (own, foreign)}
    office = sit("office1")
    office.post(f"/visits/{foreign.id}/schedule", FORM, status=404)
    form = {"visit_id": ids([own, foreign]), "due_on": "2031-01-31"}
    office.post("/visits/schedule", form, status=404)
    assert {visit.id: fresh(visit).due_on for visit in (own, foreign)} == before


@pytest.mark.parametrize("username", ["auditor1", "agency2", "city1"])
def test_readers_change_nothing(sit: Sit, city: City, username: str) -> None:
    desk = sit(username)
    desk.post(f"/visits/{city.visits[0].id}/schedule", FORM, status=403)
    desk.post("/visits/schedule", {"visit_id": ids(city.visits[:1])} | FORM, status=403)
    assert "/schedule" not in desk.get(f"/visits/{city.visits[0].id}").response.text
