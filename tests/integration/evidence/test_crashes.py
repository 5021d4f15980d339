"""The server dies between any two steps of a file's way: nothing is lost, nothing doubled."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from storage.protocol import StoreUnavailable
from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import (
    CHUNK_TYPE,
    TUS,
    Fieldwork,
    jpeg,
    newest_capture,
    written,
)
from webapp import clock
from webapp.evidence.intake import committing, finishing, spool, verifying
from webapp.extensions import blobs, db
from webapp.jobs import runner


class Died(BaseException):
    """Stands for the death of the process: no handler of the program catches it."""


def dying(module: object, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Let the process die just before or just after a function."""
    real: Callable[..., Any] = getattr(module, name)

    def die(*args: Any, **kwargs: Any) -> None:
        if after:
            real(*args, **kwargs)
        raise Died

    monkeypatch.setattr(module, name, die)


STEPS = [
    pytest.param(spool, "append", True, id="after the last byte"),
    pytest.param(finishing, "verify", False, id="before the hash"),
    pytest.param(verifying, "_inspect", True, id="before the store"),
    pytest.param(finishing, "verify", True, id="after the store"),
    pytest.param(finishing, "_write_down", False, id="before the rows"),
    pytest.param(finishing, "_write_down", True, id="before the commit"),
    pytest.param(spool, "remove", False, id="after the commit"),
]


@pytest.fixture
def begun(field: Fieldwork) -> tuple[str, str, bytes]:
    data = jpeg()
    capture_id = field.committed(data)
    where = field.begin(capture_id, data).headers["Location"]
    field.patch(where, 0, data[:1000])
    return capture_id, where, data


def die_in_patch(field: Fieldwork, where: str, data: bytes) -> None:
    with pytest.raises(Died):
        field.patch(where, 1000, data[1000:])
    db.session.remove()


@pytest.mark.parametrize(("module", "name", "after"), STEPS)
def test_70_the_phone_comes_back_and_finishes(
    field: Fieldwork, begun: tuple[str, str, bytes], monkeypatch: pytest.MonkeyPatch,
    module: object, name: str, after: bool,
) -> None:  # fmt: skip
    capture_id, where, data = begun
    with monkeypatch.context() as patched:
        dying(module, name, patched, after=after)
        die_in_patch(field, where, data)
    offset = int(field.head(where).headers["Upload-Offset"])
    if offset < len(data):
        assert field.receipt(capture_id).status_code == 202
        assert field.patch(where, offset, data[offset:]).status_code == 204
    assert_once(field, capture_id, data)


@pytest.mark.parametrize(("module", "name", "after"), STEPS)
def test_70_the_phone_never_comes_back_and_a_job_finishes(
    field: Fieldwork, begun: tuple[str, str, bytes], monkeypatch: pytest.MonkeyPatch,
    module: object, name: str, after: bool,
) -> None:  # fmt: skip
    capture_id, where, data = begun
    with monkeypatch.context() as patched:
        dying(module, name, patched, after=after)
        die_in_patch(field, where, data)
    with clock.freeze(MORNING + timedelta(hours=2)):
        db.session.rollback()
        runner.run_due()
        runner.run_due()
    assert_once(field, capture_id, data)
    assert list(spool.folder().iterdir()) == []


def test_a_job_that_finds_wrong_bytes_leaves_none_of_them_in_the_spool(
    field: Fieldwork, begun: tuple[str, str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, where, data = begun
    with monkeypatch.context() as patched:
        dying(finishing, "_write_down", patched, after=False)
        die_in_patch(field, where, data[:-1] + bytes([data[-1] ^ 1]))
    with clock.freeze(MORNING + timedelta(hours=2)):
        db.session.rollback()
        runner.run_due()
    counts = written()
    assert (counts["upload"], counts["quarantine"]) == (1, 1)
    assert list(spool.folder().iterdir()) == []


def assert_once(field: Fieldwork, capture_id: str, data: bytes) -> None:
    assert field.receipt(capture_id).status_code == 200
    assert newest_capture().state == "received"
    counts = written()
    assert (counts["media"], counts["upload"], counts["quarantine"]) == (1, 1, 0)
    entries = counts["journal_entry"]
    assert field.begin(capture_id, data).headers["Upload-Offset"] == str(len(data))
    assert written()["journal_entry"] == entries
    key = f"sha256/{hashlib.sha256(data).hexdigest()[:2]}"
    with blobs().open(next(iter(blobs().keys(key)))) as stream:
        assert stream.read() == data


def test_a_cut_connection_keeps_what_came(field: Fieldwork, begun: tuple[str, str, bytes]) -> None:
    _, where, data = begun
    answer = field.client.patch(
        where, data=data[1000:2000], environ_overrides={"CONTENT_LENGTH": "5000"},
        headers=field.phone.headers | TUS | {"Upload-Offset": "1000", "Content-Type": CHUNK_TYPE},
    )  # fmt: skip
    assert (answer.status_code, answer.get_json()["code"]) == (400, "body_cut")
    assert field.head(where).headers["Upload-Offset"] == "2000"
    assert field.patch(where, 2000, data[2000:]).status_code == 204


def test_70_a_full_disk_gives_no_receipt_and_loses_nothing(
    field: Fieldwork, begun: tuple[str, str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    capture_id, where, data = begun

    def full(key: str, source: Path, *, consume: bool = False) -> None:
        raise StoreUnavailable(key, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(blobs(), "put", full)
        answer = field.patch(where, 1000, data[1000:])
    assert (answer.status_code, answer.get_json()["code"]) == (503, "store_unavailable")
    assert field.receipt(capture_id).status_code == 202
    assert field.head(where).headers["Upload-Offset"] == str(len(data) - 1)
    assert field.patch(where, len(data) - 1, data[-1:]).status_code == 204
    assert_once(field, capture_id, data)


@pytest.mark.parametrize("name", ["_journal", "_capture"])
def test_70_a_death_in_commit_leaves_nothing_and_the_same_bytes_are_new(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    raw = field.record(jpeg())
    before = written()
    with monkeypatch.context() as patched:
        dying(committing, name, patched, after=True)
        with pytest.raises(Died):
            field.phone.commit(raw)
        db.session.remove()
    assert written() == before
    assert field.phone.commit(raw).status_code == 201


def test_a_lost_spool_file_asks_for_a_new_upload(
    field: Fieldwork, begun: tuple[str, str, bytes]
) -> None:
    capture_id, where, data = begun
    spool.remove(UUID(where.rpartition("/")[2]))
    assert field.head(where).status_code == 410
    assert field.send(capture_id, data).status_code == 204
