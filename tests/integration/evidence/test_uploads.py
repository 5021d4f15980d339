"""Uploads by tus 1.0.0: resuming, checksums, limits and whatever arrives out of order."""

import base64
import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.builders import PASSWORD
from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import (
    CHUNK_TYPE,
    TUS,
    Fieldwork,
    jpeg,
    media_item,
    metadata,
    newest_capture,
    written,
)
from tests.phones import enrolled, jwk_of, sign
from webapp import clock
from webapp.database.base import WILL_WRITE
from webapp.evidence.intake import spool
from webapp.evidence.models import Quarantine
from webapp.extensions import blobs, db
from webapp.jobs import runner
from webapp.people import service as people
from webapp.people.models import Device


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    digest = hashlib.new(algorithm, data).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


def spooled(field: Fieldwork) -> list[str]:
    return [path.name for path in spool.folder().iterdir()]


def test_options_tell_what_the_server_can_do(field: Fieldwork) -> None:
    answer = field.client.options("/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    extensions = set(answer.headers["Tus-Extension"].split(","))
    assert extensions == {
        "creation", "creation-with-upload", "checksum", "expiration", "termination",
    }  # fmt: skip
    assert "sha256" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_a_file_comes_in_chunks_and_survives_interruptions(field: Fieldwork) -> None:
    data = jpeg()
    begun = field.begin(field.committed(data), data)
    where = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert "GMT" in begun.headers["Upload-Expires"]
    offset = 0
    for end in (1000, 4096, len(data)):
        told = field.head(where)
        assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == (
            str(offset), str(len(data)),
        )  # fmt: skip
        assert told.headers["Cache-Control"] == "no-store"
        answer = field.patch(where, offset, data[offset:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        offset = end
    assert field.head(where).headers["Upload-Offset"] == str(len(data))
    assert newest_capture().state == "received"
    assert spooled(field) == []


def test_a_chunk_does_not_wait_for_a_long_import(field: Fieldwork) -> None:
    """SQLite has one writer; a chunk that is not the last one writes to a file alone."""
    data = jpeg()
    where = field.begin(field.committed(data), data).headers["Location"]
    db.session.remove()
    with db.engine.connect().execution_options(**{WILL_WRITE: True}) as importing:
        importing.exec_driver_sql("UPDATE person SET name = name")
        answer = field.patch(where, 0, data[:1000])
        importing.rollback()
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "1000")


def test_the_first_bytes_make_the_files_name_last(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered lies on disk under a name that a power cut does not take away."""
    data = jpeg()
    where = field.begin(field.committed(data), data).headers["Location"]
    synced: list[Path] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    field.patch(where, 0, data[:1000])
    (name,) = spooled(field)
    assert synced == [spool.folder() / name, spool.folder()]
    field.patch(where, 1000, data[1000:2000])
    assert synced[2:] == [spool.folder() / name]


def test_previews_wait_while_phones_are_sending(field: Fieldwork) -> None:
    data = jpeg()
    field.begin(field.committed(data), data)
    assert spool.is_busy()
    earlier = time.time() - 2 * spool.BUSY_SECONDS
    for path in (spool.folder(), *spool.folder().iterdir()):
        os.utime(path, (earlier, earlier))
    assert not spool.is_busy()


def test_creation_with_upload_takes_the_whole_file(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    answer = field.client.post("/api/v1/uploads", data=data, headers=field.phone.headers | TUS | {
        "Upload-Length": str(len(data)), "Content-Type": CHUNK_TYPE,
        "Upload-Metadata": metadata(capture_id, hashlib.sha256(data).hexdigest()),
    })  # fmt: skip
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(data)))
    assert field.receipt(capture_id).status_code == 200


def test_beginning_again_gives_the_same_upload_with_its_offset(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    first = field.begin(capture_id, data)
    field.patch(first.headers["Location"], 0, data[:500])
    again = field.begin(capture_id, data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == "500"
    assert written()["upload"] == 1


def test_64_chunks_reordered_or_doubled_are_refused(field: Fieldwork) -> None:
    data = jpeg()
    where = field.begin(field.committed(data), data).headers["Location"]
    field.patch(where, 0, data[:1000])
    for offset in (0, 2000):
        answer = field.patch(where, offset, data[offset : offset + 1000])
        assert (answer.status_code, answer.get_json()["offset"]) == (409, 1000)
    assert field.head(where).headers["Upload-Offset"] == "1000"


def test_64_a_second_writer_finds_the_file_locked(field: Fieldwork) -> None:
    data = jpeg()
    where = field.begin(field.committed(data), data).headers["Location"]
    with spool.locked(UUID(where.rpartition("/")[2])):
        answer = field.patch(where, 0, data)
    assert (answer.status_code, answer.get_json()["code"]) == (423, "upload_locked")


class TestChecksums:
    @pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
    def test_a_right_chunk_is_taken(self, field: Fieldwork, algorithm: str) -> None:
        data = jpeg()
        where = field.begin(field.committed(data), data).headers["Location"]
        answer = field.patch(where, 0, data, **{"Upload-Checksum": checksum(data, algorithm)})
        assert answer.status_code == 204

    def test_a_wrong_chunk_is_taken_back(self, field: Fieldwork) -> None:
        data = jpeg()
        where = field.begin(field.committed(data), data).headers["Location"]
        field.patch(where, 0, data[:100])
        answer = field.patch(where, 100, data[100:], **{"Upload-Checksum": checksum(b"other")})
        assert (answer.status_code, answer.get_json()["code"]) == (460, "checksum_mismatch")
        assert field.head(where).headers["Upload-Offset"] == "100"

    @pytest.mark.parametrize("header", ["md5 AAAA", "sha256 !!", "sha256 AAAA", "sha256"])
    def test_an_unknown_form_is_refused(self, field: Fieldwork, header: str) -> None:
        data = jpeg()
        where = field.begin(field.committed(data), data).headers["Location"]
        answer = field.patch(where, 0, data, **{"Upload-Checksum": header})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "checksum_algorithm")
        assert field.head(where).headers["Upload-Offset"] == "0"


class TestRefusals:
    def test_68_media_before_the_record(self, field: Fieldwork) -> None:
        before = written()
        answer = field.begin("0198c0de-0000-7000-8000-000000000000", jpeg())
        assert (answer.status_code, answer.get_json()["code"]) == (409, "commit_first")
        assert written() == before

    def test_another_workers_capture(self, field: Fieldwork, other_field: Fieldwork) -> None:
        capture_id, before = other_field.committed(jpeg()), written()
        assert field.begin(capture_id, jpeg()).get_json()["code"] == "commit_first"
        assert written() == before

    def test_another_workers_upload(self, field: Fieldwork, other_field: Fieldwork) -> None:
        data = jpeg()
        where = other_field.begin(other_field.committed(data), data).headers["Location"]
        assert field.patch(where, 0, data).status_code == 404
        assert field.head(where).status_code == 404

    def test_a_file_that_the_record_does_not_promise(self, field: Fieldwork) -> None:
        answer = field.begin(field.committed(jpeg()), jpeg(2))
        assert (answer.status_code, answer.get_json()["code"]) == (422, "media_not_in_record")

    def test_another_length_than_promised(self, field: Fieldwork) -> None:
        data = jpeg()
        answer = field.begin(field.committed(data), data, **{"Upload-Length": "5"})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "media_length_differs")

    def test_more_than_promised(self, field: Fieldwork) -> None:
        data = jpeg()
        where = field.begin(field.committed(data), data).headers["Location"]
        answer = field.patch(where, 0, data + b"x")
        assert (answer.status_code, answer.get_json()["code"]) == (413, "upload_too_long")
        assert field.head(where).headers["Upload-Offset"] == "0"

    def test_another_version_of_the_protocol(self, field: Fieldwork) -> None:
        answer = field.begin(field.committed(jpeg()), jpeg(), **{"Tus-Resumable": "0.2.2"})
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")

    def test_another_content_type(self, field: Fieldwork) -> None:
        data = jpeg()
        where = field.begin(field.committed(data), data).headers["Location"]
        assert field.patch(where, 0, data, **{"Content-Type": "image/jpeg"}).status_code == 415

    @pytest.mark.parametrize("header", ["", "capture_id", "capture_id !!", "sha256 Li4vLi4v"])
    def test_malformed_metadata(self, field: Fieldwork, header: str) -> None:
        answer = field.begin(field.committed(jpeg()), jpeg(), **{"Upload-Metadata": header})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "upload_metadata")

    @pytest.mark.parametrize("offset", ["-1", "1.0", "x", "9" * 30, "٣"])
    def test_malformed_offsets(self, field: Fieldwork, offset: str) -> None:
        where = field.begin(field.committed(jpeg()), jpeg()).headers["Location"]
        answer = field.client.patch(where, data=b"x", headers=field.phone.headers | TUS | {
            "Upload-Offset": offset.encode("utf-8").decode("latin-1"), "Content-Type": CHUNK_TYPE,
        })  # fmt: skip
        assert answer.status_code == 400

    def test_a_revoked_phone(self, field: Fieldwork) -> None:
        data = jpeg()
        where = field.begin(field.committed(data), data).headers["Location"]
        revoke(field)
        assert field.patch(where, 0, data).status_code == 401
        assert field.head(where).status_code == 401


def test_32_a_stolen_phone_does_nothing_after_its_revocation(
    field: Fieldwork, other_field: Fieldwork
) -> None:
    """Neither its token nor, with another worker's token, its key opens anything any more."""
    data = jpeg()
    raw = field.record(data)
    stolen, path = field.phone, f"/captures/{field.committed(data)}/receipt"
    revoke(field)
    before = written()
    for answer in (
        stolen.get("/pack"), stolen.commit(raw), stolen.post("/tickets", {"count": 1}),
        stolen.post("/results", stolen.result(field.visit_id, "refused")), stolen.get(path),
    ):  # fmt: skip
        assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed_in")
    headers = other_field.phone.headers | {
        "Capture-Signature": sign(stolen.key, raw),
        "Content-Type": "application/vnd.anzai.capture+json",
    }
    foreign = field.client.post("/api/v1/captures", data=raw, headers=headers)
    assert (foreign.status_code, foreign.get_json()["code"]) == (422, "unknown_device")
    again = field.client.post("/api/v1/devices", json={
        "username": "worker1", "password": PASSWORD, "name": "x", "public_key": jwk_of(stolen.key),
    })  # fmt: skip
    assert (again.status_code, again.get_json()["code"]) == (422, "revoked_device")
    assert written() == before


def revoke(field: Fieldwork) -> None:
    device = db.session.get_one(Device, field.phone.kid)
    people.revoke_device(device=device, by=device.account_id)
    db.session.commit()


def test_the_same_persons_next_phone_sends_the_rest(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    where = field.begin(capture_id, data).headers["Location"]
    field.patch(where, 0, data[:700])
    revoke(field)
    field.phone = enrolled(field.client, field.city)
    assert field.begin(capture_id, data).headers["Location"] == where
    assert field.patch(where, 700, data[700:]).status_code == 204
    assert field.receipt(capture_id).status_code == 200


def test_63_names_given_by_the_phone_name_nothing(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    evil = base64.b64encode("../../../etc/暗号<script>".encode()).decode()
    begun = field.begin(capture_id, data, **{
        "Upload-Metadata": metadata(capture_id, hashlib.sha256(data).hexdigest())
        + f",filename {evil},filetype {evil}",
    })  # fmt: skip
    assert begun.status_code == 201
    assert spooled(field) == [f"{UUID(begun.headers['Location'].rpartition('/')[2]).hex}.part"]


def test_wrong_bytes_are_set_aside_and_the_right_ones_still_welcome(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    where = field.begin(capture_id, data).headers["Location"]
    wrong = data[:-10] + b"0123456789"
    answer = field.patch(where, 0, wrong)
    assert (answer.status_code, answer.get_json()["code"]) == (460, "media_mismatch")
    aside = db.session.scalars(select(Quarantine)).one()
    with blobs().open(str(aside.blob_key)) as stream:
        assert stream.read() == wrong
    assert field.head(where).status_code == 410
    assert field.send(capture_id, data).status_code == 204
    assert newest_capture().state == "received"


def test_a_dropped_upload_can_be_begun_anew(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    where = field.begin(capture_id, data).headers["Location"]
    field.patch(where, 0, data[:100])
    assert field.client.delete(where, headers=field.phone.headers | TUS).status_code == 204
    assert field.head(where).status_code == 410
    assert spooled(field) == []
    assert field.send(capture_id, data).status_code == 204


def test_a_finished_upload_cannot_be_taken_back(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.received(data)
    where = field.begin(capture_id, data).headers["Location"]
    answer = field.client.delete(where, headers=field.phone.headers | TUS)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "upload_finished")
    assert field.receipt(capture_id).status_code == 200


def test_a_stale_upload_expires_and_its_bytes_go(field: Fieldwork) -> None:
    data = jpeg()
    where = field.begin(field.committed(data), data).headers["Location"]
    field.patch(where, 0, data[:100])
    with clock.freeze(MORNING + timedelta(days=8)):
        assert field.head(where).status_code == 410
        db.session.rollback()
        while runner.run_due():
            pass
    assert spooled(field) == []


def test_two_files_of_one_record(field: Fieldwork) -> None:
    one, two = jpeg(1), jpeg(2)
    capture_id = field.committed(one, media=[media_item(one), media_item(two)])
    field.send(capture_id, two)
    waiting = field.receipt(capture_id)
    assert waiting.status_code == 202
    assert waiting.get_json() == {"missing": [hashlib.sha256(one).hexdigest()]}
    field.send(capture_id, one)
    assert field.receipt(capture_id).status_code == 200
    own = field.phone.get(
        f"/captures/{capture_id}/receipt?sha256={hashlib.sha256(two).hexdigest()}"
    )
    assert own.status_code == 200


def test_69_one_file_in_two_records(field: Fieldwork) -> None:
    data = jpeg()
    first, second = field.received(data), field.received(data)
    assert field.receipt(first).status_code == field.receipt(second).status_code == 200
    assert len(list(blobs().keys("sha256/"))) == 1


def test_65_the_byte_quota_holds_a_phone_back(field: Fieldwork, app: object) -> None:
    from dataclasses import replace

    data = jpeg()
    first, second = field.committed(data), field.committed(data)
    settings = app.config["SETTINGS"]  # type: ignore[attr-defined]
    app.config["SETTINGS"] = replace(settings, captures_per_hour=1, photo_max_bytes=len(data))  # type: ignore[attr-defined]
    assert field.begin(first, data).status_code == 201
    answer = field.begin(second, data)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "quota_bytes")
