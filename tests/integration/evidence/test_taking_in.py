"""A phone's saved work comes in from its file: as if sent, once, and nothing that is forged."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Ran
from flask import Flask

from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture, written
from tests.phones import sign
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.visits.models import Attempt, Result


def raw_signature(field: Fieldwork, record: bytes) -> bytes:
    text = sign(field.phone.key, record)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parcel(field: Fieldwork, path: Path, **members: bytes) -> Path:
    """Write a phone's file with one photo and its result; `members` replace, by their endings."""
    data = jpeg()
    record = field.record(data)
    body = json.loads(record)
    named = [{"capture_id": body["capture_id"],
              "record_sha256": hashlib.sha256(record).hexdigest()}]  # fmt: skip
    result = field.phone.result(field.visit_id, "eligible", captures=named)
    attempt = {"attempt_id": str(uuid7()), "started_at": "2027-01-11T09:00:00Z",
               "met": "phone_off", "action": None, "number_end": "0001", "note": ""}  # fmt: skip
    whole: dict[str, bytes] = {
        "phone.json": json.dumps({"v": 1, "device_kid": field.phone.kid}).encode(),
        f"records/{body['capture_id']}.rec": record,
        f"records/{body['capture_id']}.sig": raw_signature(field, record),
        f"media/{hashlib.sha256(data).hexdigest()}.jpg": data,
        f"results/result-{result['result_id']}.json": json.dumps(result).encode(),
        f"results/attempts-{uuid7()}.json": json.dumps(
            {"visit_id": str(field.visit_id), "attempts": [attempt]}).encode(),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in whole.items():
            changed = [members[ending] for ending in members if name.endswith(ending)]
            archive.writestr(name, changed[0] if changed else content)
    return path


def taken(app: Flask, path: Path) -> Ran:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["evidence", "take-in", str(path)])


def test_everything_in_the_file_comes_in_as_if_sent(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    ran = taken(app, parcel(field, tmp_path / "work.zip"))
    assert (ran.exit_code, ran.output.count("ok: ")) == (0, 4), ran.output
    capture = newest_capture()
    assert (capture.state, capture.worker_id) == ("received", field.city.accounts["worker1"].id)
    assert "revoked_device" not in flags_of(str(capture.id))
    result = db.session.scalars(db.select(Result)).one()
    assert (result.outcome, result.device_kid, result.is_standing) == (
        "eligible", field.phone.kid, True,
    )  # fmt: skip
    assert db.session.scalars(db.select(Attempt)).one().number_end == "0001"


def test_the_same_file_and_the_phone_after_it_change_nothing(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    path = parcel(field, tmp_path / "work.zip")
    taken(app, path)
    before = written()
    assert taken(app, path).exit_code == 0
    with zipfile.ZipFile(path) as archive:
        record = next(archive.read(name) for name in archive.namelist() if name.endswith(".rec"))
    assert field.phone.commit(record).status_code == 200
    assert written() == before


def test_a_forged_record_is_refused_and_its_result_rests_on_nothing(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    before = written()
    ran = taken(app, parcel(field, tmp_path / "work.zip", sig=bytes(64)))
    assert ran.exit_code == 1
    for code in ("bad_signature", "commit_first", "capture_unknown"):
        assert f"{code}: " in ran.output, ran.output
    # Of all that the file holds only the attempt came in.
    assert written() == before | {"journal_entry": before["journal_entry"] + 1}


def test_wrong_bytes_are_set_aside(app: Flask, field: Fieldwork, tmp_path: Path) -> None:
    wrong = bytearray(jpeg())
    wrong[-1] ^= 1
    ran = taken(app, parcel(field, tmp_path / "work.zip", jpg=bytes(wrong)))
    assert "media_mismatch: " in ran.output
    assert newest_capture().state == "committed"


@pytest.mark.parametrize("change", [
    {"phone.json": b"{}"}, {"phone.json": b"["}, {"rec": b"{" * 100_000}, {"sig": bytes(100)},
])  # fmt: skip
def test_a_file_of_another_kind_writes_nothing(
    app: Flask, field: Fieldwork, tmp_path: Path, change: dict[str, Any]
) -> None:
    before = written()
    ran = taken(app, parcel(field, tmp_path / "work.zip", **change))
    assert ran.exit_code == 2
    assert written() == before


def test_no_zip_and_no_enrolled_phone_are_said_in_a_sentence(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    assert taken(app, tmp_path / "no.zip").exit_code == 2
    kid = json.dumps({"device_kid": "x" * 43}).encode()
    stranger = parcel(field, tmp_path / "work.zip", **{"phone.json": kid})
    assert taken(app, stranger).exit_code == 2
