"""Picking people, sending workers, following, moving and cancelling visits."""

from datetime import date, timedelta

import pytest

from tests.builders import City, number_of, visit_of
from tests.integration.desk.conftest import Sit
from tests.integration.desk.pages import Desk, Page
from webapp import clock
from webapp.extensions import db
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.visits.models import Visit, VisitRemoval


@pytest.fixture
def office(sit: Sit) -> Desk:
    return sit("office1")


def free(city: City) -> dict[str, str]:
    """The form for the one person of the office's area who has no visit yet."""
    return {"person_id": str(city.people[3].id), "due_on": "2031-01-31"}


def ticks(page: Page, name: str) -> list[str]:
    return [e.get("value", "") for e in page.all("input") if e.get("name") == name]


def checked(page: Page, name: str) -> list[str]:
    boxes = [e for e in page.all("input") if e.get("name") == name]
    return [e.get("value", "") for e in boxes if e.get("checked") is not None]


def test_the_list_shows_the_area_only(office: Desk, city: City) -> None:
    page = office.get("/visits")
    assert set(ticks(page, "visit_id")) == {str(visit.id) for visit in city.visits[:3]}


def test_the_list_is_narrowed_by_every_filter(office: Desk, city: City) -> None:
    worker = city.accounts["worker1"].id
    assert len(ticks(office.get(f"/visits?worker={worker}&status=assigned"), "visit_id")) == 3
    assert ticks(office.get("/visits?status=accepted"), "visit_id") == []
    assert ticks(office.get("/visits?overdue=1"), "visit_id") == []
    assert len(ticks(office.get("/visits?search=测试2号"), "visit_id")) == 1
    assert ticks(office.get(f"/visits?area={city.areas['a12'].id}"), "visit_id") == []
    form = {"list": "/visits", "search": number_of(date(1950, 3, 5), 2)}
    assert len(ticks(office.post("/look-up", form), "visit_id")) == 1


def test_an_overdue_visit_is_named_and_counted(office: Desk, city: City) -> None:
    city.visits[0].due_on -= timedelta(days=60)
    db.session.commit()
    page = office.get("/visits?overdue=1")
    assert ticks(page, "visit_id") == [str(city.visits[0].id)]
    assert "逾期" in page.text
    assert [e.text for e in page.all("span") if e.get("class") == "count"] == ["1"]


@pytest.mark.parametrize(
    "path", ["/visits?area={b1}", "/visits/new?area={b1}", "/visits/{foreign}"]
)
def test_a_foreign_area_is_not_found(office: Desk, city: City, path: str) -> None:
    foreign = visit_of(city, city.people[4].id).id
    office.get(path.format(b1=city.areas["b1"].id, foreign=foreign), status=404)


def test_people_are_picked_by_area_age_and_search(office: Desk, city: City) -> None:
    assert len(ticks(office.get("/visits/new"), "person_id")) == 1
    assert ticks(office.get("/visits/new?age_to=60"), "person_id") == []
    assert len(ticks(office.get("/visits/new?age_from=60&benefit=normal"), "person_id")) == 1
    assert ticks(office.get("/visits/new?benefit=stopped"), "person_id") == []
    assert "测试5号" not in office.get("/visits/new?search=测试").text
    assert "测试1号" not in office.get("/visits/new?without_visit=1").text


def test_a_list_of_numbers_names_the_lines_that_fit_nobody(office: Desk, city: City) -> None:
    here, foreign = (number_of(date(1950, 3, 5), sequence) for sequence in (4, 5))
    page = office.post("/visits/number-list", {"numbers": f"{here}，{foreign}\n370399000\n{here}"})
    assert ticks(page, "person_id") == [str(city.people[3].id)]
    assert "2 个号码没有找到" in page.text
    assert foreign in page.text


def test_visits_are_made_and_given(office: Desk, city: City) -> None:
    worker = city.accounts["worker2"]
    office.post("/visits", free(city) | {"worker_id": str(worker.id), "note": "耳背"})
    made = db.session.scalars(db.select(Visit).filter_by(person_id=city.people[3].id)).one()
    assert (made.worker_id, made.status, made.note) == (worker.id, "assigned", "耳背")
    assert made.due_on == date(2031, 1, 31)


def test_everybody_whom_the_filter_leaves_is_sent_to(office: Desk, city: City) -> None:
    form = {"everyone": "1", "area": str(city.areas["a1"].id), "due_on": "2031-01-31"}
    page = office.post("/visits", form)
    assert "已派出 1 次" in page.text
    assert db.session.scalar(db.select(db.func.count(Visit.id))) == 5


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"due_on": ""}, 422),
        ({"due_on": "tomorrow"}, 422),
        ({"person_id": ""}, 422),
        ({"person_id": "x"}, 404),
        ({"window_from": "2031-01-20", "window_to": "2031-01-10"}, 422),
        ({"window_to": "2031-02-01"}, 422),
        ({"window_from": "2031-02-01"}, 422),
        ({"due_on": "2020-01-31"}, 422),
    ],
)
def test_what_does_not_fit_makes_no_visit(
    office: Desk, city: City, changes: dict[str, str], status: int
) -> None:
    office.post("/visits", free(city) | changes, status=status)
    assert db.session.scalar(db.select(db.func.count(Visit.id))) == 4


def test_what_was_chosen_stays_when_the_form_is_refused(office: Desk, city: City) -> None:
    form = free(city) | {"window_to": "2031-02-01", "note": "耳背", "benefit": "normal"}
    page = office.post("/visits", form, status=422)
    assert "时间段不能晚于截止日期" in page.text
    assert checked(page, "person_id") == [form["person_id"]]
    values = {e.get("name"): e.get("value") for e in page.all("input")}
    assert (values["due_on"], values["note"]) == ("2031-01-31", "耳背")
    assert "/visits/new?benefit=stopped" in page.links(), "the chips lead to the pick list"


def test_a_list_of_numbers_stays_when_the_form_is_refused(office: Desk, city: City) -> None:
    form = free(city) | {"listed": str(city.people[3].id), "due_on": "2020-01-01"}
    page = office.post("/visits", form, status=422)
    assert checked(page, "person_id") == [form["person_id"]]
    assert "改用筛选挑选" in page.text


def test_those_who_have_a_visit_already_are_told(office: Desk, city: City) -> None:
    form = free(city) | {"person_id": [str(city.people[0].id), str(city.people[3].id)]}
    assert "已派出 1 次走访；另有 1 人已有走访" in office.post("/visits", form).text


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [("/visits/assignment", {}, "请选择走访人员。"), ("/visits/cancellation", {}, "请写明原因。")],
)
def test_ticks_stay_when_moving_or_cancelling_is_refused(
    office: Desk, city: City, path: str, form: dict[str, str], words: str
) -> None:
    chosen = str(city.visits[0].id)
    page = office.post(path, form | {"visit_id": chosen, "back": "/visits?search=测试1号"}, 422)
    assert words in page.text
    assert checked(page, "visit_id") == [chosen] == ticks(page, "visit_id")


def test_a_search_by_number_does_not_show_it_again(office: Desk) -> None:
    number = number_of(date(1950, 3, 5), 2)
    page = office.post("/look-up", {"list": "/visits", "search": number})
    assert number not in page.response.text
    assert f"{number[:6]}********{number[14:]}" in page.text
    kept = next(e.get("value") for e in page.all("input") if e.get("name") == "kept")
    page = office.post("/look-up", {"list": "/visits", "search": "", "kept": kept})
    assert len(ticks(page, "visit_id")) == 1


def test_filters_in_force_are_chips_that_can_be_taken_away(office: Desk, city: City) -> None:
    worker = city.accounts["worker1"]
    links = office.get(f"/visits?search=测试&worker={worker.id}").links()
    assert f"/visits?worker={worker.id}" in links
    assert "/visits?search=%E6%B5%8B%E8%AF%95" in links


def test_a_foreign_person_is_not_found(office: Desk, city: City) -> None:
    office.post("/visits", free(city) | {"person_id": str(city.people[4].id)}, status=404)


def test_visits_move_to_another_worker(office: Desk, city: City) -> None:
    chosen = [str(visit.id) for visit in city.visits[:2]]
    worker = city.accounts["worker2"]
    page = office.post("/visits/assignment", {
        "visit_id": chosen, "worker_id": str(worker.id), "back": "/visits?status=assigned",
    })  # fmt: skip
    assert page.response.request.full_path == "/visits?status=assigned"
    assert {city.visits[0].worker_id, city.visits[1].worker_id} == {worker.id}
    told = db.session.scalars(db.select(VisitRemoval)).all()
    assert {row.worker_id for row in told} == {city.accounts["worker1"].id}


def test_a_visit_is_cancelled_only_with_a_reason(office: Desk, city: City) -> None:
    form = {"visit_id": str(city.visits[0].id)}
    office.post("/visits/cancellation", form | {"reason": " "}, status=422)
    office.post("/visits/cancellation", form | {"reason": "本人已在窗口认证"})
    page = office.get(f"/visits/{city.visits[0].id}")
    assert "本人已在窗口认证" in page.text


def test_the_visit_says_what_happened(office: Desk, city: City) -> None:
    page = office.get(f"/visits/{city.visits[0].id}")
    assert "370399********" in page.text
    assert "测试office1" in page.text
    assert number_of(date(1950, 3, 5), 1) not in page.text


def test_readers_do_not_dispatch(sit: Sit, city: City) -> None:
    auditor = sit("auditor1")
    assert ticks(auditor.get("/visits"), "visit_id") == []
    auditor.get("/visits/new", status=403)
    auditor.post("/visits", free(city), status=403)


def test_pages_follow_one_another_without_gap_or_repeat(
    office: Desk, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.http.keyset.PAGE", 2)
    first = office.get("/visits")
    following = next(e.get("href") for e in first.all("a") if e.get("rel") == "next")
    second = office.get(following or "")
    seen = ticks(first, "visit_id") + ticks(second, "visit_id")
    assert sorted(seen) == sorted(str(visit.id) for visit in city.visits[:3])


def test_held_rows_of_the_areas_imports_wait_on_today(office: Desk, sit: Sit, city: City) -> None:
    record = RosterImport(sha256="0" * 64, file_name="t.xlsx", size_bytes=1, state="applied",
                          area_path=city.areas["a1"].path, created_at=clock.now())  # fmt: skip
    db.session.add(record)
    db.session.flush()
    for position, (treatment, decision) in enumerate(
        (("HOLD", ""), ("HOLD", "discarded"), ("WARN", ""))
    ):
        db.session.add(RosterImportRow(
            import_id=record.id, position=position, row=position + 2, treatment=treatment,
            decision=decision, findings=[],
        ))  # fmt: skip
    db.session.commit()
    assert "花名册里暂缓导入的行 1" in office.get("/today").text
    assert "花名册里暂缓导入的行 0" in sit("office9").get("/today").text
