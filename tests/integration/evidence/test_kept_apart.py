"""What the rules refuse leaves the phone all the same: kept apart, journaled, shown as such."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from storage.streams import sha256_of
from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture, written
from tests.integration.evidence.test_media import sign_in
from tests.integration.evidence.test_results import eligible
from tests.phones import enrolled
from webapp import sealing
from webapp.database.base import uuid7
from webapp.evidence.models import Quarantine
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import blobs, db
from webapp.jobs import runner
from webapp.journal.models import JournalEntry
from webapp.visits import set_aside
from webapp.visits.models import Attempt, ReportAside
from webapp.visits.results import MOST_WAITING
from webapp.visits.schemas import UNREADABLE


def unknown_visit(field: Fieldwork) -> dict[str, Any]:
    return {"visit_id": str(uuid7())}


def old_ticket(field: Fieldwork) -> dict[str, Any]:
    return {"ticket": {"id": str(uuid7()), "sha256": "0" * 64}}


def other_person(field: Fieldwork) -> dict[str, Any]:
    return {"subject_ref": "somebody else"}


def fork(field: Fieldwork) -> dict[str, Any]:
    field.committed(jpeg(9))
    return {"seq": 1, "prev": "1" * 64}


REASONS: dict[str, tuple[Callable[[Fieldwork], dict[str, Any]], int, str]] = {
    "visit_unknown": (unknown_visit, 404, "not_found"),
    "ticket_unknown": (old_ticket, 422, "ticket_unknown"),
    "subject_mismatch": (other_person, 422, "subject_mismatch"),
    "seq_fork": (fork, 422, "seq_fork"),
}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_the_files_of_a_record_kept_apart_leave_the_phone(field: Fieldwork, reason: str) -> None:
    changes, status, code = REASONS[reason]
    raw, picture = field.record(jpeg(), **changes(field)), jpeg()
    sha256 = hashlib.sha256(picture).hexdigest()
    captures = written()["capture"]
    answer = field.phone.commit(raw)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.get_json()["kept"] is True

    capture_id = json.loads(raw)["capture_id"]
    assert field.receipt(capture_id).get_json() == {"missing": [sha256]}
    assert field.send(capture_id, picture).status_code == 204
    assert field.send(capture_id, picture).status_code in {204, 409}
    receipt = field.receipt(capture_id)
    assert receipt.status_code == 200
    entry = newest_entry()
    assert (entry["type"], entry["reason"]) == ("media_quarantined", reason)
    assert entry["stored"] == [sha256]
    kept = db.session.scalars(db.select(Quarantine).filter_by(what="file")).one()
    with blobs().open(str(kept.blob_key)) as stream:
        assert sha256_of(stream).hex() == sha256
    assert written()["capture"] == captures
    assert verify_all().is_sound, verify_all().findings


def newest_entry() -> dict[str, Any]:
    db.session.rollback()
    newest = db.select(JournalEntry).order_by(JournalEntry.index.desc()).limit(1)
    return dict(json.loads(db.session.scalars(newest).one().body))


def test_only_what_the_record_promises_is_taken(field: Fieldwork) -> None:
    raw = field.record(jpeg(), **unknown_visit(field))
    field.phone.commit(raw)
    capture_id = json.loads(raw)["capture_id"]
    assert field.begin(capture_id, jpeg(2)).get_json()["code"] == "media_not_in_record"
    begun = field.begin(capture_id, jpeg())
    answer = field.patch(begun.headers["Location"], 0, bytes(len(jpeg())))
    assert (answer.status_code, answer.get_json()["code"]) == (460, "media_mismatch")
    other = Fieldwork(field.client, field.city, enrolled(field.client, field.city, "volunteer1"),
                      field.visit_id, field.subject_ref)  # fmt: skip
    assert other.begin(capture_id, jpeg()).get_json()["code"] == "commit_first"
    assert other.receipt(capture_id).status_code == 404


def test_files_kept_apart_are_taken_over_when_the_record_is_taken_after_all(
    field: Fieldwork,
) -> None:
    with field.visit_of_another():
        raw = field.record(jpeg())
        assert field.phone.commit(raw).status_code == 404
        capture_id = json.loads(raw)["capture_id"]
        assert field.send(capture_id, jpeg()).status_code == 204

    assert field.phone.commit(raw).status_code == 201
    assert verify_all().is_sound, verify_all().findings
    db.session.rollback()
    runner.run_due()
    assert newest_capture().state == "received"
    assert field.receipt(capture_id).status_code == 200
    assert verify_all().is_sound, verify_all().findings


def test_what_a_phone_keeps_sending_apart_is_bounded(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_aside, "MOST_AN_HOUR", 2)
    sent = [field.phone.post("/results", refused_at(uuid7())) for _ in range(3)]
    assert [answer.status_code for answer in sent] == [404, 404, 429]
    assert sent[2].get_json()["code"] == "quota_reports"


def refused_at(visit_id: Any) -> dict[str, Any]:
    return {
        "result_id": str(uuid7()), "visit_id": str(visit_id), "outcome": "refused",
        "decided_at": "2027-01-12T01:30:00Z", "details": {"words": "不给看"}, "note": "测试",
    }  # fmt: skip


def test_a_result_of_an_unknown_visit_is_kept_once_and_sealed(field: Fieldwork) -> None:
    body = refused_at(uuid7())
    for _ in range(2):
        answer = field.phone.post("/results", body)
        assert (answer.status_code, answer.get_json()["kept"]) == (404, True)
    row = db.session.scalars(db.select(ReportAside)).one()
    assert (row.kind, row.reason, str(row.visit_id)) == ("result", "not_found", body["visit_id"])
    assert b"\xe4\xb8\x8d" not in row.sealed
    assert json.loads(sealing.unseal(row.sealed))["details"]["words"] == "不给看"
    assert written()["result"] == 0
    assert verify_all().is_sound, verify_all().findings


def test_attempts_of_an_unknown_visit_are_kept(field: Fieldwork) -> None:
    tried = {"attempt_id": str(uuid7()), "started_at": "2027-01-12T01:00:00Z",
             "met": "nobody_home"}  # fmt: skip
    answer = field.phone.post("/attempts", {"visit_id": str(uuid7()), "attempts": [tried]})
    assert (answer.status_code, answer.get_json()["kept"]) == (404, True)
    assert db.session.scalars(db.select(ReportAside)).one().kind == "attempts"


def test_a_result_beyond_those_that_wait_is_kept_and_does_not_count(field: Fieldwork) -> None:
    capture_id = field.committed(jpeg())
    for _ in range(MOST_WAITING):
        field.phone.post("/results", eligible(field, capture_id))
    answer = field.phone.post("/results", eligible(field, capture_id))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "results_waiting")
    assert answer.get_json()["kept"] is True
    assert written()["result"] == MOST_WAITING
    assert db.session.scalars(db.select(ReportAside)).one().reason == "results_waiting"


@pytest.mark.parametrize(
    "at",
    ["1969-12-31T23:59:59.000Z", "2201-01-01T00:00:00Z", "+010000-01-01T00:00:00.000Z",
     "-000001-05-05T00:00:00.000Z", "0000-01-01T00:00:00.000Z"],
)  # fmt: skip
def test_a_clock_beyond_reason_costs_no_result(field: Fieldwork, at: str) -> None:
    capture_id = field.committed(jpeg())
    tried = {"attempt_id": str(uuid7()), "started_at": at, "ended_at": at, "met": "person"}
    body = eligible(field, capture_id, attempts=[tried]) | {"decided_at": at}
    assert field.phone.post("/results", body).status_code == 201
    assert flags_of(capture_id)["values_unreadable"] == {"fields": "decided_at+attempts"}
    assert "short_visit" not in flags_of(capture_id)
    attempt = db.session.scalars(db.select(Attempt)).one()
    assert (attempt.started_at, attempt.ended_at) == (UNREADABLE, None)
    assert field.phone.post("/results", body).status_code == 200
    assert verify_all().is_sound, verify_all().findings


def test_a_day_is_judged_by_the_servers_clock_when_the_phones_says_nothing(
    field: Fieldwork,
) -> None:
    body = refused_at(field.visit_id) | {
        "outcome": "deceased", "decided_at": "1960-01-01T00:00:00Z",
        "details": {"date": "2027-01-10", "source": "family"},
    }  # fmt: skip
    assert field.phone.post("/results", body).status_code == 201


def test_text_that_no_clock_writes_is_refused_as_ever(field: Fieldwork) -> None:
    answer = field.phone.post("/results", refused_at(field.visit_id) | {"decided_at": "gestern"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "malformed")


def test_the_desk_lists_it_as_set_aside_and_to_its_own_area_only(
    client: FlaskClient, city: City, field: Fieldwork
) -> None:
    raw = field.record(jpeg(), **other_person(field))
    field.phone.commit(raw)
    field.send(json.loads(raw)["capture_id"], jpeg())
    field.phone.post("/results", refused_at(uuid7()))
    page = sign_in(field, "office1").get("/set-aside").get_data(as_text=True)
    assert "取证记录里的人与这次走访的人不一致" in page
    assert "1/1" in page
    assert "系统里没有这次走访" in page
    assert "不给看" not in page
    elsewhere = sign_in(field, "office9").get("/set-aside").get_data(as_text=True)
    assert "没有另行保管的内容" in elsewhere


def test_after_a_fork_the_phone_goes_on(field: Fieldwork) -> None:
    """What names the forked record as the one before it lies beside that, with its file.

    The next one after it is taken: a fork takes along what touches it, and no more.
    """
    field.committed(jpeg(9))
    forked = field.record(jpeg(2), seq=1, prev="1" * 64)
    touching = field.record(jpeg(3), seq=2, prev=hashlib.sha256(forked).hexdigest())
    for raw, seed in ((forked, 2), (touching, 3)):
        answer = field.phone.commit(raw).get_json()
        assert (answer["code"], answer["kept"]) == ("seq_fork", True)
        capture_id = json.loads(raw)["capture_id"]
        assert field.send(capture_id, jpeg(seed)).status_code == 204
        assert field.receipt(capture_id).status_code == 200
    after = field.record(jpeg(4), seq=3, prev=hashlib.sha256(touching).hexdigest())
    assert field.phone.commit(after).status_code == 201
    capture_id = json.loads(after)["capture_id"]
    assert field.send(capture_id, jpeg(4)).status_code == 204
    assert field.receipt(capture_id).status_code == 200
    assert verify_all().is_sound, verify_all().findings
