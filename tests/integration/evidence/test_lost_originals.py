"""The disk of the originals is older than the database, or damaged: nothing is vouched for unseen.

A phone lets go of the last copy when the receipt comes. So the receipt reads the file first, and a
file that the store has lost is taken again on each of the ways in.
"""

import hashlib
import json
from typing import Any

import pytest
from flask import Flask

from storage.local import LocalBlobStore
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, newest_capture, written
from tests.integration.evidence.test_kept_apart import newest_entry, unknown_visit
from tests.integration.evidence.test_packaging import codes, packed
from tests.integration.evidence.test_taking_in import parcel, taken
from webapp import clock
from webapp.evidence.models import Quarantine
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import blobs, db
from webapp.jobs import runner
from webapp.journal import service as journal
from webapp.journal.models import JournalEntry
from webapp.journal.rules import EntryType

DAMAGES: list[bytes | None] = [None, b"", jpeg()[:4000], jpeg()[:-1] + b"x", jpeg() + b"x"]
IDS = ["gone", "empty", "cut off", "one byte", "longer"]


def original() -> str:
    sha256 = hashlib.sha256(jpeg()).hexdigest()
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def aside_key() -> str:
    db.session.rollback()
    return str(db.session.scalars(db.select(Quarantine.blob_key).filter_by(what="file")).one())


def damage(key: str, content: bytes | None) -> None:
    """Let other bytes, or none, lie under a key, as a disk or a half-copied backup does."""
    store = blobs()
    assert isinstance(store, LocalBlobStore)
    path = store.root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)


def missing(field: Fieldwork, capture_id: str) -> Any:
    answer = field.receipt(capture_id)
    return answer.get_json()["missing"] if answer.status_code == 202 else answer.status_code


@pytest.mark.parametrize("content", DAMAGES, ids=IDS)
def test_a_lost_original_is_not_vouched_for_and_comes_again(
    field: Fieldwork, content: bytes | None
) -> None:
    capture_id = field.received(jpeg())
    db.session.rollback()
    runner.run_due()
    damage(original(), content)

    assert missing(field, capture_id) == [hashlib.sha256(jpeg()).hexdigest()]
    assert field.send(capture_id, jpeg()).status_code == 204

    assert newest_entry() | {"at": ""} == {
        "type": "media_restored", "at": "", "capture_id": capture_id, "bytes": len(jpeg()),
        "media_sha256": hashlib.sha256(jpeg()).hexdigest(), "device_kid": field.phone.kid,
    }  # fmt: skip
    assert field.receipt(capture_id).status_code == 200
    assert verify_all().is_sound, verify_all().findings
    entries = written()["journal_entry"]
    assert field.begin(capture_id, jpeg()).headers["Upload-Offset"] == str(len(jpeg()))
    assert written()["journal_entry"] == entries


def test_a_known_address_of_a_lost_file_says_that_it_has_ended(field: Fieldwork) -> None:
    capture_id = field.committed(jpeg())
    where = field.begin(capture_id, jpeg()).headers["Location"]
    assert field.patch(where, 0, jpeg()).status_code == 204
    damage(original(), None)

    assert field.head(where).status_code == 410
    assert field.patch(where, len(jpeg()), b"").get_json()["code"] == "upload_ended"
    begun = field.begin(capture_id, jpeg())
    assert begun.headers["Upload-Offset"] == "0"
    assert field.patch(begun.headers["Location"], 0, jpeg()[:1000]).status_code == 204
    # A phone that forgot the address again goes on where it was.
    assert field.begin(capture_id, jpeg()).headers["Upload-Offset"] == "1000"


@pytest.mark.parametrize("content", DAMAGES, ids=IDS)
def test_a_lost_file_beside_a_record_kept_apart_comes_again(
    field: Fieldwork, content: bytes | None
) -> None:
    raw = field.record(jpeg(), **unknown_visit(field))
    assert field.phone.commit(raw).status_code == 404
    capture_id = json.loads(raw)["capture_id"]
    assert field.send(capture_id, jpeg()).status_code == 204
    damage(aside_key(), content)

    assert missing(field, capture_id) == [hashlib.sha256(jpeg()).hexdigest()]
    assert field.send(capture_id, jpeg()).status_code == 204
    assert newest_entry()["type"] == "media_restored"
    assert field.receipt(capture_id).status_code == 200
    assert verify_all().is_sound, verify_all().findings


@pytest.mark.parametrize("content", DAMAGES[1:], ids=IDS[1:])
def test_damaged_bytes_under_its_name_do_not_hold_up_a_photo(
    field: Fieldwork, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    damage(original(), content)

    capture_id = field.received(jpeg())

    assert field.receipt(capture_id).status_code == 200
    [apart] = blobs().keys("damaged/")
    with blobs().open(apart) as stream:
        assert stream.read() == content
    assert "damaged_blob_replaced" in caplog.text
    assert verify_all().is_sound, verify_all().findings


def test_a_folder_under_its_name_is_an_outage_and_no_fault_of_the_program(
    field: Fieldwork,
) -> None:
    damage(original() + "/inside", b"x")
    capture_id = field.committed(jpeg())
    answer = field.send(capture_id, jpeg())
    assert (answer.status_code, answer.get_json()["code"]) == (503, "store_unavailable")
    assert missing(field, capture_id) == [hashlib.sha256(jpeg()).hexdigest()]


@pytest.mark.parametrize("content", DAMAGES, ids=IDS)
def test_a_file_of_saved_work_brings_a_lost_original_back(
    app: Flask, field: Fieldwork, tmp_path: Any, content: bytes | None
) -> None:
    path = parcel(field, tmp_path / "work.zip")
    assert taken(app, path).exit_code == 0
    damage(original(), content)

    assert taken(app, path).exit_code == 0

    assert blobs().holds(original(), hashlib.sha256(jpeg()).hexdigest())
    of_its_kind = db.select(JournalEntry).filter_by(type="media_restored")
    assert len(db.session.scalars(of_its_kind).all()) == 1
    assert newest_capture().state == "received"
    assert verify_all().is_sound, verify_all().findings


def test_a_file_taken_over_from_aside_is_not_sent_twice(field: Fieldwork) -> None:
    """It came by no upload of its own, and was never away."""
    with field.visit_of_another():
        raw = field.record(jpeg())
        capture_id = json.loads(raw)["capture_id"]
        field.phone.commit(raw)
        assert field.send(capture_id, jpeg()).status_code == 204
    assert field.phone.commit(raw).status_code == 201
    db.session.rollback()
    runner.run_due()

    before = written()["journal_entry"]
    assert field.begin(capture_id, jpeg()).headers["Upload-Offset"] == str(len(jpeg()))
    assert written()["journal_entry"] == before
    damage(original(), None)
    assert field.send(capture_id, jpeg()).status_code == 204
    assert newest_entry()["type"] == "media_restored"


def test_a_damaged_file_beside_a_record_is_not_taken_over_as_the_original(
    field: Fieldwork,
) -> None:
    with field.visit_of_another():
        raw = field.record(jpeg())
        capture_id = json.loads(raw)["capture_id"]
        field.phone.commit(raw)
        assert field.send(capture_id, jpeg()).status_code == 204
        damage(aside_key(), jpeg()[:-1] + b"x")
    field.phone.commit(raw)
    db.session.rollback()
    runner.run_due()

    assert not blobs().exists(original())
    assert missing(field, capture_id) == [hashlib.sha256(jpeg()).hexdigest()]
    assert field.send(capture_id, jpeg()).status_code == 204
    assert field.receipt(capture_id).status_code == 200


def test_an_entry_about_a_file_that_never_came_is_named(field: Fieldwork) -> None:
    """And one that says another length; what really came again is sound (above)."""
    capture_id = field.committed(jpeg())
    sha256 = hashlib.sha256(jpeg()).hexdigest()
    for length in (len(jpeg()), len(jpeg()) + 1):
        journal.append(
            type=EntryType.MEDIA_RESTORED, at=clock.now(),
            facts={"capture_id": capture_id, "media_sha256": sha256, "bytes": length,
                   "device_kid": field.phone.kid},
        )  # fmt: skip
    db.session.commit()
    found = [one.words for one in verify_all().findings if one.code == "restored_unfounded"]
    assert [("before" in words, "length" in words) for words in found] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip


def test_the_package_tells_that_a_file_was_lost_and_came_again(
    app: Flask, field: Fieldwork, tmp_path: Any
) -> None:
    capture_id = field.received(jpeg())
    damage(original(), None)
    assert field.send(capture_id, jpeg()).status_code == 204
    whole = packed(app, field.visit_id, tmp_path / "visit.zip")
    assert "media_restored" in codes(whole)
    assert "media_restored_unfounded" not in codes(whole)


@pytest.mark.parametrize("more", [0, 1], ids=["of a file that never came", "of another length"])
def test_a_package_names_a_forged_entry_that_a_file_came_again(
    app: Flask, field: Fieldwork, tmp_path: Any, more: int
) -> None:
    """Whoever may write the journal signs it too: the entry is proven, and what it says is not."""
    capture_id = field.received(jpeg()) if more else field.committed(jpeg())
    journal.append(
        type=EntryType.MEDIA_RESTORED, at=clock.now(),
        facts={"capture_id": capture_id, "media_sha256": hashlib.sha256(jpeg()).hexdigest(),
               "bytes": len(jpeg()) + more, "device_kid": field.phone.kid},
    )  # fmt: skip
    db.session.commit()
    found = codes(packed(app, field.visit_id, tmp_path / "visit.zip"))
    assert "media_restored_unfounded" in found
