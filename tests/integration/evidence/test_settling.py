"""The office reads what lies aside, sees its files, and settles it with a reason."""

import hashlib
import json
from typing import Any

import pytest

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_kept_apart import newest_entry, other_person, refused_at
from tests.integration.evidence.test_media import sign_in
from webapp.access.rules import Role
from webapp.database.base import uuid7
from webapp.evidence.models import AsideSettlement, MediaView, Quarantine
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.visits.models import ReportAside


@pytest.fixture
def record_index(field: Fieldwork) -> int:
    """A record of another person that lies aside with its picture."""
    raw = field.record(jpeg(), **other_person(field))
    assert field.phone.commit(raw).get_json()["kept"] is True
    assert field.send(json.loads(raw)["capture_id"], jpeg()).status_code == 204
    return db.session.scalars(db.select(Quarantine).filter_by(what="record")).one().journal_index


@pytest.fixture
def report_index(field: Fieldwork) -> int:
    """A result of an unknown visit, whose words hold a number, with an attempt."""
    tried = {"attempt_id": str(uuid7()), "started_at": "2027-01-12T01:00:00Z",
             "met": "nobody_home", "note": "敲门没人"}  # fmt: skip
    body: dict[str, Any] = refused_at(uuid7()) | {
        "note": "打 13900000001 找他", "attempts": [tried],
        "contact_changes": [{"field": "phone", "value": "13900000002"}],
    }  # fmt: skip
    assert field.phone.post("/results", body).get_json()["kept"] is True
    return db.session.scalars(db.select(ReportAside)).one().journal_index


def path_of_file(index: int) -> str:
    return f"/set-aside/{index}/files/{hashlib.sha256(jpeg()).hexdigest()}"


def test_the_office_reads_a_result_with_its_numbers_masked(
    field: Fieldwork, report_index: int
) -> None:
    page = sign_in(field, "office1").get(f"/set-aside/{report_index}").get_data(as_text=True)
    for words in ("系统里没有这次走访", "拒绝核实", "不给看", "*0001", "*0002", "敲门没人",
                  "家中无人"):  # fmt: skip
        assert words in page
    assert "13900000001" not in page
    assert "13900000002" not in page
    page = sign_in(field, "office1").get("/set-aside").get_data(as_text=True)
    assert f'href="/set-aside/{report_index}"' in page


def test_a_picture_is_shown_and_each_look_is_journaled(field: Fieldwork, record_index: int) -> None:
    office = sign_in(field, "office1")
    page = office.get(f"/set-aside/{record_index}").get_data(as_text=True)
    assert "取证记录里的人与这次走访的人不一致" in page
    assert path_of_file(record_index) in page
    assert db.session.scalars(db.select(MediaView)).all() == []
    answer = office.get(path_of_file(record_index))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, jpeg(), "image/jpeg")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert newest_entry()["type"] == "viewed"
    assert newest_entry()["media_sha256"] == hashlib.sha256(jpeg()).hexdigest()
    assert verify_all().is_sound, verify_all().findings


@pytest.mark.parametrize(
    ("username", "status"),
    [("office9", 404), ("agency1", 200), ("auditor1", 200), ("city1", 403), ("admin", 403)],
)
def test_files_are_shown_to_their_own_office_only(
    field: Fieldwork, record_index: int, username: str, status: int
) -> None:
    answer = sign_in(field, username).get(path_of_file(record_index))
    assert answer.status_code == status
    assert (newest_entry()["type"] == "viewed") is (status == 200)


def test_a_file_that_the_record_does_not_promise_is_not_found(
    field: Fieldwork, record_index: int, report_index: int
) -> None:
    office = sign_in(field, "office1")
    assert office.get(f"/set-aside/{record_index}/files/{'0' * 64}").status_code == 404
    assert office.get(path_of_file(report_index)).status_code == 404


@pytest.mark.parametrize("which", ["record_index", "report_index"])
def test_what_is_settled_waits_no_more_and_says_why(
    field: Fieldwork, which: str, request: pytest.FixtureRequest
) -> None:
    index = request.getfixturevalue(which)
    office, path = sign_in(field, "office1"), f"/set-aside/{index}"
    assert office.post(f"{path}/settlement", data={"reason": "同一人已另报"}).status_code == 303
    entry = newest_entry()
    assert (entry["type"], entry["aside_index"]) == ("aside_settled", index)
    assert "同一人" not in json.dumps(entry, ensure_ascii=False)
    assert "没有另行保管的内容" in office.get("/set-aside").get_data(as_text=True)
    assert path in office.get("/set-aside?state=settled").get_data(as_text=True)
    assert "同一人已另报" in office.get(path).get_data(as_text=True)
    again = office.post(f"{path}/settlement", data={"reason": "再来"})
    assert again.status_code == 409
    assert "已经处理过" in again.get_data(as_text=True)
    assert db.session.scalars(db.select(AsideSettlement)).one().decision == "dismissed"
    assert verify_all().is_sound, verify_all().findings


def test_a_reason_is_demanded(field: Fieldwork, report_index: int) -> None:
    office = sign_in(field, "office1")
    answer = office.post(f"/set-aside/{report_index}/settlement", data={"reason": "  "})
    assert answer.status_code == 422
    assert "请写明理由" in answer.get_data(as_text=True)
    assert db.session.scalars(db.select(AsideSettlement)).all() == []


def test_a_reason_is_kept_whole_or_refused(field: Fieldwork, report_index: int) -> None:
    reason = "长" * 2001
    office = sign_in(field, "office1")
    page = office.post(f"/set-aside/{report_index}/settlement", data={"reason": reason})
    assert page.status_code == 422
    assert "最多写 2000 个字，您写了 2001 个" in page.get_data(as_text=True)
    assert f"{reason}</textarea>" in page.get_data(as_text=True)
    assert db.session.scalars(db.select(AsideSettlement)).all() == []


@pytest.mark.parametrize(
    ("username", "status"),
    [("office9", 404), ("agency1", 403), ("agency2", 303), ("city1", 403), ("auditor1", 403)],
)
def test_only_who_reviews_for_its_own_area_settles(
    field: Fieldwork, report_index: int, username: str, status: int
) -> None:
    desk = sign_in(field, username)
    answer = desk.post(f"/set-aside/{report_index}/settlement", data={"reason": "看过"})
    assert answer.status_code == status
    assert len(db.session.scalars(db.select(AsideSettlement)).all()) == (status == 303)


def test_who_sent_it_does_not_settle_it(field: Fieldwork, city: City, report_index: int) -> None:
    sender = db.session.get_one(type(city.accounts["worker1"]), city.accounts["worker1"].id)
    sender.role = Role.OFFICE_MANAGER.value
    db.session.commit()
    desk = sign_in(field, "worker1")
    assert "要由别人处理" in desk.get(f"/set-aside/{report_index}").get_data(as_text=True)
    answer = desk.post(f"/set-aside/{report_index}/settlement", data={"reason": "看过"})
    assert answer.status_code == 403
    assert db.session.scalars(db.select(AsideSettlement)).all() == []


def test_what_was_taken_after_all_is_not_settled(field: Fieldwork) -> None:
    with field.visit_of_another():
        raw = field.record(jpeg())
        assert field.phone.commit(raw).status_code == 404
    assert field.phone.commit(raw).status_code == 201
    index = db.session.scalars(db.select(Quarantine).filter_by(what="record")).one().journal_index
    desk = sign_in(field, "office1")
    answer = desk.post(f"/set-aside/{index}/settlement", data={"reason": "看过"})
    assert answer.status_code == 409
    assert "后来已经收下" in answer.get_data(as_text=True)


def test_other_words_under_a_known_id_wait_for_the_office(field: Fieldwork) -> None:
    """The result that was taken first is what they contradict, and mends nothing of them."""
    body = refused_at(field.visit_id)
    field.phone.expect(field.phone.post("/results", body), 201)
    answer = field.phone.post("/results", body | {"note": "改口：没见到人"})
    assert (answer.status_code, answer.get_json()["kept"]) == (409, True)
    db.session.rollback()
    index = db.session.scalars(db.select(ReportAside)).one().journal_index
    office = sign_in(field, "office1")
    assert f'href="/set-aside/{index}"' in office.get("/set-aside").get_data(as_text=True)
    assert (
        office.post(f"/set-aside/{index}/settlement", data={"reason": "问过了"}).status_code == 303
    )
    page = office.get("/set-aside?state=settled").get_data(as_text=True)
    assert f'href="/set-aside/{index}"' in page
