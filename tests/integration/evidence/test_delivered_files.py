"""What deliveries leave on the disks: no spool file, and in the store only what rows name."""

import errno
import hashlib
import os
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from storage.protocol import StoreUnavailable
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, newest_capture, written
from tests.integration.evidence.test_deliveries import (
    Piece,
    attempt,
    deliver,
    file_part,
    record_part,
    result_of,
    result_part,
    statuses,
    whole_visit,
)
from tests.integration.evidence.test_lost_originals import missing
from webapp import clock
from webapp.config import settings
from webapp.evidence.intake import deliveries, spool
from webapp.evidence.models import Media, Quarantine, Upload
from webapp.evidence.recovery import sweeping
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import blobs, db
from webapp.jobs import runner
from webapp.journal.models import JournalEntry


def unnamed() -> set[str]:
    """Return the keys of the store that no row names."""
    db.session.rollback()
    originals = {
        f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
        for sha256 in db.session.scalars(select(Media.sha256).where(Media.state != "expected"))
    }
    aside = {str(key) for key in db.session.scalars(select(Quarantine.blob_key))}
    return set(blobs().keys()) - originals - aside


def spooled() -> list[Path]:
    return sorted(spool.folder().iterdir())


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_store_that_does_not_answer_leaves_nothing_in_the_spool(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, _ = whole_visit(field, jpeg())

    def away(key: str, source: Path, *, consume: bool = False) -> None:
        raise StoreUnavailable(key)

    with monkeypatch.context() as patched:
        patched.setattr(blobs(), "put", away)
        for _ in range(3):
            answer = deliver(field, *parts)
            assert (answer.status_code, answer.get_json()["code"]) == (503, "store_unavailable")
    assert spooled() == []
    assert statuses(deliver(field, *parts)) == [200, 201, 201]
    assert unnamed() == set()
    assert verify_all().is_sound


def test_a_full_disk_leaves_nothing_of_what_it_could_not_take(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, _ = whole_visit(field, jpeg())

    def cut(file: Any, body: bytes) -> None:
        file.write(body[:1000])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(spool, "_write_all", cut)
        assert deliver(field, *parts).status_code in (503, 507)
    assert spooled() == []
    assert statuses(deliver(field, *parts)) == [200, 201, 201]


def old(path: Path) -> Path:
    path.write_bytes(b"left over")
    os.utime(path, (0, 0))
    return path


def test_old_files_that_no_running_upload_names_are_swept(field: Fieldwork) -> None:
    begun = field.begin(field.committed(jpeg()), jpeg())
    running = spool.path_of(db.session.scalars(select(Upload.id)).one())
    field.patch(begun.headers["Location"], 0, jpeg()[:100])
    os.utime(running, (0, 0))
    nobodys, new = old(spool.path_of(uuid4())), spool.path_of(uuid4())
    new.write_bytes(b"just begun")
    sweeping.sweep_soon()
    db.session.commit()
    runner.run_due()
    assert not nobodys.exists()
    assert spooled() == sorted([running, new])


def died_behind_the_store(field: Fieldwork, monkeypatch: pytest.MonkeyPatch) -> list[Piece]:
    """Let the server die between the two transactions of a delivery; return its parts."""
    parts, _ = whole_visit(field, jpeg())

    def dies(**_wanted: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "take_rest", dies)
        with pytest.raises(SystemExit):
            deliver(field, *parts)
    return parts


def test_a_delivery_whose_server_died_behind_the_store_is_ended_by_the_sweep(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or by the same delivery again; the file is then in the store, and an upload names it."""
    parts = died_behind_the_store(field, monkeypatch)
    assert newest_capture().state == "committed"
    with clock.freeze(clock.now() + 2 * sweeping.DAY):
        sweeping.sweep_soon()
        db.session.commit()
        runner.run_due()
        runner.run_due()
    assert newest_capture().state == "received"
    assert deliver(field, *parts).get_json()["parts"][1]["status"] == 200
    types = [entry.type for entry in db.session.scalars(select(JournalEntry))]
    assert types.count("media_received") == 1
    assert "media_restored" not in types


def test_the_same_delivery_ends_what_a_dead_server_left(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = died_behind_the_store(field, monkeypatch)
    assert statuses(deliver(field, *parts)) == [200, 201, 201]
    assert written()["upload"] == 1
    assert unnamed() == set()
    assert verify_all().is_sound


def test_a_record_that_differs_puts_no_file_into_the_store(field: Fieldwork) -> None:
    raw = field.record(jpeg(1))
    deliver(field, record_part(field, raw), file_part(jpeg(1)))
    capture_id = str(newest_capture().id)
    before, keys = written(), set(blobs().keys())
    for seed in range(2, 6):
        again = field.record(jpeg(seed), capture_id=capture_id)
        answer = deliver(field, record_part(field, again), file_part(jpeg(seed)))
        assert statuses(answer)[0] == 409
        assert answer.get_json()["parts"][1]["code"] == "media_not_in_record"
    assert (written(), set(blobs().keys())) == (before, keys)


def test_a_file_of_a_record_that_lies_aside_lies_there_once(field: Fieldwork) -> None:
    with field.visit_of_another():
        deliver(field, record_part(field, field.record(jpeg())), file_part(jpeg()))
    assert unnamed() == set()
    [key] = blobs().keys()
    assert key.startswith("quarantine/")


def test_the_bytes_of_a_phone_are_counted_before_they_are_stored(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.evidence.intake.uploads._check_quota", refuse_all)
    answer = deliver(field, record_part(field, field.record(jpeg())), file_part(jpeg()))
    assert statuses(answer) == [201, 429]
    assert list(blobs().keys()) == []


def refuse_all(*_wanted: object) -> None:
    from webapp.refusals import Refusal

    raise Refusal("quota_bytes", 429)


@pytest.mark.parametrize("how", ["aside", "refused", "begun"])
def test_who_knows_the_hash_of_anothers_file_gets_nothing(
    field: Fieldwork, other_field: Fieldwork, how: str
) -> None:
    data = jpeg()
    if how == "aside":
        with field.visit_of_another():
            deliver(field, record_part(field, field.record(data)), file_part(data))
    elif how == "refused":
        deliver(field, record_part(field, field.record(jpeg(2))), file_part(jpeg(2)))
        capture_id = str(newest_capture().id)
        deliver(field, record_part(field, field.record(data, capture_id=capture_id)),
                file_part(data))  # fmt: skip
    else:
        field.begin(field.committed(data), data)
    raw = other_field.record(data)
    deliver(other_field, record_part(other_field, raw))
    capture_id = str(newest_capture().id)
    assert missing(other_field, capture_id) == [sha256_of(data)]


@pytest.mark.parametrize("state", ["terminated", "expired"])
def test_an_upload_that_ended_has_an_owner_too(
    field: Fieldwork, other_field: Fieldwork, state: str
) -> None:
    """Verified bytes of an upload that nobody ended lie in the store; its row names them."""
    data = jpeg()
    field.begin(field.committed(data), data)
    upload = db.session.scalars(select(Upload)).one()
    upload.outcome = state
    media = db.session.get_one(Media, upload.media_id)
    media.sha256 = sha256_of(jpeg(2))
    db.session.commit()
    key = f"sha256/{sha256_of(data)[:2]}/{sha256_of(data)[2:4]}/{sha256_of(data)}"
    path = settings().data_dir / "file"
    path.write_bytes(data)
    blobs().put(key, path)
    deliver(other_field, record_part(other_field, other_field.record(data)))
    assert missing(other_field, str(newest_capture().id)) == [sha256_of(data)]


def test_an_entry_names_the_visit_of_its_own_part_alone(field: Fieldwork) -> None:
    parts, _ = whole_visit(field, jpeg())
    second = field.city.visits[1]
    field.visit_id, field.subject_ref = second.id, second.subject_ref
    raw = field.record(jpeg(2))
    later = [record_part(field, raw), file_part(jpeg(2)),
             result_part(result_of(field, raw, attempts=[attempt()]))]  # fmt: skip
    assert statuses(deliver(field, *parts, *later)) == [201] * 6
    db.session.rollback()
    entries = db.session.scalars(
        select(JournalEntry).where(JournalEntry.type == "attempts_recorded")
    ).all()
    assert entries
    for entry in entries:
        named = {one for one in entry.facts["objects"] if one.startswith("visit:")}
        assert named <= {f"visit:{UUID(entry.facts['visit_id'])}"}
    assert verify_all().is_sound
