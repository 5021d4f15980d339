"""Results on the evidence that they name: rules, flags, repetition and conflict."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm.attributes import flag_modified

from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, rfc3339, written
from tests.phones import enrolled
from webapp import clock
from webapp.database.base import uuid7
from webapp.evidence.models import Capture
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.visits import results
from webapp.visits import service as visits
from webapp.visits.models import Result
from webapp.visits.results import MOST_WAITING


def named(capture_id: str) -> dict[str, str]:
    capture = db.session.get_one(Capture, UUID(capture_id))
    return {"capture_id": capture_id, "record_sha256": capture.record_sha256}


def eligible(field: Fieldwork, *captures: str, **changes: Any) -> dict[str, Any]:
    refs = [named(capture_id) for capture_id in captures]
    return field.phone.result(
        field.visit_id, "eligible", captures=refs, decided_at=rfc3339(clock.now()), **changes
    )


def test_a_result_rests_on_its_captures(field: Fieldwork) -> None:
    body = eligible(field, field.committed(jpeg()))
    answer = field.phone.post("/results", body)
    assert answer.status_code == 201, answer.text
    before = written()
    assert field.phone.post("/results", body).status_code == 200
    assert written() == before


def test_eligible_without_a_picture_is_impossible(field: Fieldwork) -> None:
    answer = field.phone.post("/results", eligible(field))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "person_not_shown")
    assert written()["result"] == 0


@pytest.mark.parametrize("fault", ["unknown", "hash", "visit", "worker"])
def test_captures_that_are_not_the_visits_are_refused(
    field: Fieldwork, other_field: Fieldwork, fault: str
) -> None:
    body = eligible(field, field.committed(jpeg()))
    if fault == "unknown":
        body["captures"] = [{"capture_id": str(uuid7()), "record_sha256": "0" * 64}]
    elif fault == "hash":
        body["captures"][0]["record_sha256"] = "0" * 64
    elif fault == "visit":
        body["visit_id"] = str(field.city.visits[1].id)
    else:
        body["captures"] = [named(other_field.committed(jpeg(2)))]
    before = written()
    answer = field.phone.post("/results", body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "capture_unknown")
    # It counts as nothing, and lies aside with an entry of the journal.
    assert written() == before | {"journal_entry": before["journal_entry"] + 1}


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"result_id": 5}', b"\xff"])
def test_malformed_results_are_refused(field: Fieldwork, body: bytes) -> None:
    before = written()
    answer = field.client.post(
        "/api/v1/results", data=body,
        headers=field.phone.headers | {"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in {400, 422}
    assert answer.get_json()["code"] == "malformed"
    assert written() == before


def test_an_oversized_result_is_refused(field: Fieldwork) -> None:
    answer = field.phone.post("/results", eligible(field) | {"padding": "x" * 600_000})
    assert answer.status_code == 413


def test_two_workers_both_evidences_are_kept(field: Fieldwork) -> None:
    assert field.phone.post("/results", eligible(field, field.committed(jpeg()))).status_code == 201
    visits.assign(actor=field.city.actor("office1"), visit_ids=[field.city.visits[1].id],
                  worker_id=field.city.accounts["volunteer1"].id)  # fmt: skip
    db.session.commit()
    first = field.city.visits[1]
    other = Fieldwork(field.client, field.city, enrolled(field.client, field.city, "volunteer1"),
                      first.id, first.subject_ref)  # fmt: skip
    mine = Fieldwork(field.client, field.city, field.phone, first.id, first.subject_ref)
    assert (
        other.phone.post("/results", eligible(other, other.committed(jpeg(3)))).status_code == 201
    )
    body = eligible(mine, mine.committed(jpeg(4)))
    for _ in range(2):
        answer = mine.phone.post("/results", body)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "other_result_stands")
    assert written()["result"] == 3


def test_flags_of_the_result_land_on_its_captures(field: Fieldwork) -> None:
    capture_id = field.committed(jpeg())
    started = clock.now() - timedelta(minutes=10)
    attempt = {
        "attempt_id": str(uuid7()), "met": "person", "action": None, "note": "",
        "started_at": rfc3339(started), "ended_at": rfc3339(started + timedelta(seconds=20)),
    }  # fmt: skip
    body = eligible(field, capture_id, attempts=[attempt])
    assert field.phone.post("/results", body).status_code == 201
    flags = flags_of(capture_id)
    assert flags["short_visit"] == {"seconds": 20}
    assert "result_after_checkout" in flags
    assert "ticket_missing" in flags


def test_one_sender_does_not_bury_a_visit_under_results(field: Fieldwork) -> None:
    capture_id = field.committed(jpeg())

    def post() -> tuple[int, str | None]:
        answer = field.phone.post("/results", eligible(field, capture_id))
        return answer.status_code, answer.get_json().get("code")

    assert post() == (201, None)
    assert {post() for _ in range(MOST_WAITING - 1)} == {(409, "other_result_stands")}
    assert post() == (422, "results_waiting")
    assert written()["result"] == MOST_WAITING
    waiting = db.session.scalars(db.select(Result).filter_by(state="conflict")).first()
    assert waiting is not None
    results.accept_result(result=waiting)
    db.session.commit()
    assert post() == (409, "other_result_stands"), "nothing waits any more"


@pytest.mark.parametrize("other", [1, 1.0])
def test_an_answer_is_compared_in_its_own_spelling(field: Fieldwork, other: float) -> None:
    """Python takes True for 1 and for 1.0; whoever reads the page does not."""
    body = eligible(field, field.committed(jpeg()), details={"code_shown": True})
    assert field.phone.post("/results", body).status_code == 201
    db.session.rollback()
    result = db.session.scalars(db.select(Result)).one()
    result.details = {"code_shown": other}
    flag_modified(result, "details")
    db.session.commit()
    assert "result_changed" in {one.code for one in verify_all().findings}
