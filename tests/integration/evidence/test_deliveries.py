"""A whole visit in one request: taken as by its own calls, repeated, refused part by part."""

import base64
import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.integration.evidence.fieldwork import (
    Fieldwork,
    jpeg,
    media_item,
    newest_capture,
    written,
)
from tests.phones import sign
from webapp import clock
from webapp.database.base import uuid7
from webapp.evidence.intake import spool
from webapp.evidence.models import Quarantine
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.journal.tlog_proofs import parse_tlog_proof
from webapp.visits.models import ReportAside

TYPE = "application/vnd.anzai.delivery"
Piece = tuple[str, bytes]


def said(raw: bytes) -> str:
    return f":{base64.b64encode(raw).decode()}:"


def record_part(field: Fieldwork, raw: bytes) -> Piece:
    """Return a record as a part; the phone's chain moves on as if it had been taken."""
    signature = sign(field.phone.key, raw)
    field.phone.seq, field.phone.prev = field.phone.seq + 1, hashlib.sha256(raw).hexdigest()
    padded = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    return f"record;bytes={len(raw)};signature={said(padded)}", raw


def file_part(data: bytes, *, sha256: bytes | None = None) -> Piece:
    digest = sha256 or hashlib.sha256(data).digest()
    return f"file;bytes={len(data)};sha256={said(digest)}", data


def result_part(body: dict[str, Any]) -> Piece:
    raw = json.dumps(body).encode()
    return f"result;bytes={len(raw)}", raw


def result_of(field: Fieldwork, raw: bytes, **changes: Any) -> dict[str, Any]:
    named = {"capture_id": json.loads(raw)["capture_id"],
             "record_sha256": hashlib.sha256(raw).hexdigest()}  # fmt: skip
    return field.phone.result(field.visit_id, "eligible", captures=[named]) | changes


def deliver(field: Fieldwork, *parts: Piece, **headers: str) -> TestResponse:
    return field.client.post(
        "/api/v1/deliveries", data=b"".join(body for _, body in parts),
        headers=field.phone.headers | {
            "Content-Type": TYPE, "Delivery-Parts": ", ".join(words for words, _ in parts),
        } | headers,
    )  # fmt: skip


def statuses(answer: TestResponse) -> list[int]:
    assert "parts" in answer.get_json(), answer.text
    return [part["status"] for part in answer.get_json()["parts"]]


def whole_visit(field: Fieldwork, data: bytes) -> tuple[list[Piece], bytes]:
    ticket = field.phone.ticket()
    raw = field.record(
        data, ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]},
        challenge=field.phone.challenge(ticket, field.visit_id),
    )  # fmt: skip
    parts = [record_part(field, raw), file_part(data), result_part(result_of(field, raw))]
    return parts, raw


def test_a_visit_arrives_whole_and_is_vouched_for(field: Fieldwork) -> None:
    data = jpeg()
    parts, raw = whole_visit(field, data)
    answer = deliver(field, *parts)
    assert (answer.status_code, statuses(answer)) == (201, [201, 201, 201]), answer.text
    record, file, result = answer.get_json()["parts"]
    proofs = [parse_tlog_proof(part["receipt"]) for part in (record, file)]
    assert all(proof.is_included() for proof in proofs)
    facts = [json.loads(proof.entry) for proof in proofs]
    assert [fact["type"] for fact in facts] == ["capture_committed", "media_received"]
    assert facts[0]["record_sha256"] == hashlib.sha256(raw).hexdigest()
    assert facts[1]["media_sha256"] == hashlib.sha256(data).hexdigest()
    assert result["state"] == "submitted"
    assert newest_capture().state == "received"
    assert list(spool.folder().iterdir()) == []
    db.session.rollback()
    assert verify_all().is_sound


def test_a_repeated_delivery_changes_nothing(field: Fieldwork) -> None:
    parts, _ = whole_visit(field, jpeg())
    first = deliver(field, *parts)
    before = written()
    again = deliver(field, *parts)
    assert (again.status_code, statuses(again)) == (200, [200, 200, 200]), again.text
    assert written() == before
    kinds = [part.keys() for part in first.get_json()["parts"]]
    assert [part.keys() for part in again.get_json()["parts"]] == kinds


def test_the_ordinary_calls_go_on_where_a_delivery_ended(field: Fieldwork) -> None:
    """The line broke behind the record: the rest comes by the other road, and once."""
    data = jpeg()
    parts, raw = whole_visit(field, data)
    assert statuses(deliver(field, parts[0])) == [201]
    begun = field.begin(json.loads(raw)["capture_id"], data)
    assert begun.status_code == 201
    field.patch(begun.headers["Location"], 0, data[:100])
    assert statuses(deliver(field, *parts)) == [200, 201, 201]
    assert field.head(begun.headers["Location"]).status_code == 410
    assert field.receipt(json.loads(raw)["capture_id"]).status_code == 200


def test_a_file_may_come_after_its_record(field: Fieldwork) -> None:
    data = jpeg()
    field.committed(data)
    answer = deliver(field, file_part(data))
    assert statuses(answer) == [201]
    assert "receipt" in answer.get_json()["parts"][0]


def test_two_records_bring_their_own_files(field: Fieldwork) -> None:
    pictures = [jpeg(1), jpeg(2)]
    parts: list[Piece] = []
    for data in pictures:
        parts += [record_part(field, field.record(data)), file_part(data)]
    assert statuses(deliver(field, *parts)) == [201, 201, 201, 201]


def test_a_capture_of_two_files_waits_for_the_second(field: Fieldwork) -> None:
    one, two = jpeg(1), jpeg(2)
    raw = field.record(one, media=[media_item(one), media_item(two)])
    answer = deliver(field, record_part(field, raw), file_part(one))
    assert answer.get_json()["parts"][1]["missing"] == [hashlib.sha256(two).hexdigest()]


def test_a_refused_part_keeps_what_stands_before_it(field: Fieldwork) -> None:
    data = jpeg()
    raw = field.record(data)
    wrong = result_of(field, raw, outcome="deceased")
    answer = deliver(field, record_part(field, raw), file_part(data), result_part(wrong))
    assert statuses(answer)[:2] == [201, 201]
    refused = answer.get_json()["parts"][2]
    assert (refused["status"], refused["kept"]) == (422, True)
    assert refused["detail"]
    assert refused["code"] not in refused["detail"]
    assert db.session.scalars(select(ReportAside)).one().reason == refused["code"]
    db.session.rollback()
    assert verify_all().is_sound


def test_what_nobody_signed_leaves_no_trace(field: Fieldwork) -> None:
    data = jpeg()
    raw = field.record(data)
    before = written()
    forged = (f"record;bytes={len(raw)};signature={said(bytes(64))}", raw)
    answer = deliver(field, forged, file_part(data))
    parts = answer.get_json()["parts"]
    assert [(part["status"], part["code"]) for part in parts] == [
        (422, "bad_signature"), (409, "commit_first"),
    ]  # fmt: skip
    assert answer.status_code == 200
    assert written() == before
    assert list(spool.folder().iterdir()) == []


def test_a_result_waits_for_the_record_that_was_refused_before_it(field: Fieldwork) -> None:
    data = jpeg()
    raw = field.record(data)
    result = result_part(result_of(field, raw))
    before = written()
    forged = (f"record;bytes={len(raw)};signature={said(bytes(64))}", raw)
    told = deliver(field, forged, file_part(data), result).get_json()["parts"][2]
    assert (told["status"], told["code"], "kept" in told) == (422, "capture_unknown", False)
    assert written() == before

    answer = deliver(field, record_part(field, raw), file_part(data), result)
    assert statuses(answer) == [201, 201, 201]


def test_a_result_whose_record_never_came_is_kept(field: Fieldwork) -> None:
    result = result_part(result_of(field, field.record(jpeg())))
    told = deliver(field, result).get_json()["parts"][0]
    assert (told["status"], told["code"], told["kept"]) == (422, "capture_unknown", True)


def test_a_record_of_anothers_visit_lies_aside_with_its_file(field: Fieldwork) -> None:
    data = jpeg()
    with field.visit_of_another():
        answer = deliver(field, record_part(field, field.record(data)), file_part(data))
    record, file = answer.get_json()["parts"]
    assert (record["status"], record["code"], record["kept"]) == (404, "not_found", True)
    assert (file["status"], "receipt" in file) == (201, True)
    kinds = {row.what for row in db.session.scalars(select(Quarantine))}
    assert kinds == {"record", "file"}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [(b"not a picture at all" * 40, 422, "content_type"), (jpeg()[:400], 422, "content_truncated")],
)
def test_refused_content_lies_aside(field: Fieldwork, sent: bytes, status: int, code: str) -> None:
    answer = deliver(field, record_part(field, field.record(sent)), file_part(sent))
    file = answer.get_json()["parts"][1]
    assert (file["status"], file["code"], file["kept"]) == (status, code, True)
    assert newest_capture().state == "quarantined"


def test_other_bytes_than_promised_are_noticed(field: Fieldwork) -> None:
    data, other = jpeg(1), jpeg(2)
    other += b"\0" * (len(data) - len(other)) if len(other) < len(data) else b""
    other = other[: len(data)]
    promised = hashlib.sha256(data).digest()
    answer = deliver(field, record_part(field, field.record(data)),
                     file_part(other, sha256=promised))  # fmt: skip
    file = answer.get_json()["parts"][1]
    assert (file["status"], file["code"]) == (460, "media_mismatch")
    assert statuses(deliver(field, file_part(data))) == [201]


def test_a_second_result_stands_beside_the_first(field: Fieldwork) -> None:
    parts, raw = whole_visit(field, jpeg())
    deliver(field, *parts)
    answer = deliver(field, result_part(result_of(field, raw)))
    assert statuses(answer)[0] in (201, 409), answer.text


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"result_id": 4}', b'{"result_id": NaN}'])
def test_a_result_that_cannot_be_read(field: Fieldwork, body: bytes) -> None:
    before = written()
    answer = deliver(field, (f"result;bytes={len(body)}", body))
    assert answer.get_json()["parts"][0]["code"] == "malformed"
    assert written() == before


def test_a_delivery_that_does_not_fit_its_header_is_refused_whole(field: Fieldwork) -> None:
    before = written()
    parts, _ = whole_visit(field, jpeg())
    words, body = parts[0]
    answer = deliver(field, (words, body + b"x"))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "delivery_parts")
    assert deliver(field, *parts, **{"Content-Type": "text/plain"}).status_code == 415
    assert deliver(field, file_part(bytes((4 << 20) + 1))).status_code == 413
    before["ticket"] += 1
    before["journal_entry"] += 1
    assert written() == before


def attempt() -> dict[str, Any]:
    return {"attempt_id": str(uuid7()), "started_at": rfc3339(clock.now()), "met": "phone_off",
            "action": "rescheduled", "note": ""}  # fmt: skip


@pytest.mark.parametrize("other", [0, 1], ids=["the same visit", "another visit"])
def test_a_refused_result_takes_no_state_of_an_earlier_part_away(
    field: Fieldwork, other: int
) -> None:
    """The attempts of a result are journaled before it is judged; both may be undone together."""
    parts, _ = whole_visit(field, jpeg())
    bad = field.phone.result(
        field.city.visits[other].id, "deceased", captures=[], attempts=[attempt()]
    )
    assert statuses(deliver(field, *parts, result_part(bad))) == [201, 201, 201, 422]
    assert sound()
    body = {"visit_id": str(field.visit_id), "attempts": [attempt()]}
    field.phone.expect(field.phone.post("/attempts", body), 200)
    assert sound()


def sound() -> bool:
    db.session.rollback()
    return [finding for finding in verify_all().findings if not finding.is_remark] == []
