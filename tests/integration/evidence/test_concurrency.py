"""Fifty equal posts at once make one row; every recorded request replayed changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from apiflask import APIFlask

from tests.integration.evidence.fieldwork import TUS, Fieldwork, jpeg, written
from tests.integration.evidence.test_captures import RECORD_TYPE
from tests.integration.evidence.test_results import eligible
from tests.phones import sign
from webapp.evidence.intake import receiving, snapshots, spool
from webapp.extensions import db

MANY = 50


def at_once(app: APIFlask, call: Callable[[object], int]) -> list[int]:
    """Make the same request from many threads, each with its own client; return the statuses."""
    db.session.remove()
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda _: call(app.test_client()), range(MANY)))


def test_fifty_equal_records_are_one(app: APIFlask, field: Fieldwork) -> None:
    raw = field.record(jpeg())
    headers = field.phone.headers | {
        "Capture-Signature": sign(field.phone.key, raw), "Content-Type": RECORD_TYPE,
    }  # fmt: skip
    before = written()
    statuses = at_once(app, lambda client: client.post(
        "/api/v1/captures", data=raw, headers=headers).status_code)  # fmt: skip
    assert sorted(statuses) == [200] * (MANY - 1) + [201]
    after = written()
    assert after["capture"] == after["media"] == 1
    assert after["journal_entry"] == before["journal_entry"] + 1


def test_fifty_equal_results_are_one(app: APIFlask, field: Fieldwork) -> None:
    body = eligible(field, field.committed(jpeg()))
    headers, before = field.phone.headers, written()
    statuses = at_once(app, lambda client: client.post(
        "/api/v1/results", json=body, headers=headers).status_code)  # fmt: skip
    assert sorted(statuses) == [200] * (MANY - 1) + [201]
    assert written()["result"] == 1
    # The result, and what it left of the visit.
    assert written()["journal_entry"] == before["journal_entry"] + 2


def test_fifty_beginnings_are_one_upload(app: APIFlask, field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    places = set()

    def begin(client: object) -> int:
        one = Fieldwork(client, field.city, field.phone, field.visit_id, field.subject_ref)  # type: ignore[arg-type]
        answer = one.begin(capture_id, data)
        places.add(answer.headers["Location"])
        return answer.status_code

    assert at_once(app, begin) == [201] * MANY
    assert len(places) == 1
    assert written()["upload"] == 1


def test_64_fifty_equal_last_chunks_are_one_file(app: APIFlask, field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    where = field.begin(capture_id, data).headers["Location"]
    before = written()

    def patch(client: object) -> int:
        one = Fieldwork(client, field.city, field.phone, field.visit_id, field.subject_ref)  # type: ignore[arg-type]
        return one.patch(where, 0, data).status_code

    statuses = at_once(app, patch)
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    assert written()["journal_entry"] == before["journal_entry"] + 1
    assert field.receipt(capture_id).status_code == 200


def test_a_chunk_that_comes_while_an_equal_one_finishes_hears_of_no_end(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    where = field.begin(capture_id, data).headers["Location"]
    seen = snapshots.find(UUID(where.rsplit("/", 1)[1]))
    assert seen is not None
    db.session.rollback()
    assert field.patch(where, 0, data).status_code == 204
    # The late one looked when the file was still there, and wants to lock it when it is gone.
    monkeypatch.setattr(spool, "length", lambda _: len(data))
    with receiving.own_turn(seen) as file:
        assert file is None


def test_every_recorded_request_replayed_changes_nothing(field: Fieldwork) -> None:
    data = jpeg()
    raw = field.record(data)
    signature = sign(field.phone.key, raw)
    assert field.phone.commit(raw).status_code == 201
    from tests.integration.evidence.fieldwork import newest_capture

    capture_id = str(newest_capture().id)
    where = field.begin(capture_id, data).headers["Location"]
    field.patch(where, 0, data[:900])
    field.patch(where, 900, data[900:])
    body = eligible(field, capture_id)
    field.phone.post("/results", body)
    before = written()
    field.client.post("/api/v1/captures", data=raw, headers=field.phone.headers | {
        "Capture-Signature": signature, "Content-Type": RECORD_TYPE})  # fmt: skip
    assert field.begin(capture_id, data).headers["Location"] == where
    assert field.patch(where, 0, data[:900]).status_code == 409
    assert field.patch(where, 900, data[900:]).status_code == 409
    assert field.client.delete(where, headers=field.phone.headers | TUS).status_code == 409
    assert field.phone.post("/results", body).status_code == 200
    assert field.receipt(capture_id).status_code == 200
    assert written() == before
