"""A phone's saved work comes in from its file: as if sent, once, and nothing that is forged."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Ran
from flask import Flask

from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture, written
from tests.phones import sign
from webapp.database.base import uuid7
from webapp.evidence.intake import finishing, spool
from webapp.evidence.models import RaisedFlag
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.people import acts, administration
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
    {"phone.json": b"{}"}, {"phone.json": b"["},
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


SOUND = {"rec": 1, "sig": 1, "jpg": 3, "result": 3, "attempts": 3, "phone.json": 4}


def turned(path: Path, mark: str) -> str:
    """Turn one bit of the first member whose name holds `mark`; return that name."""
    with zipfile.ZipFile(path) as archive:
        found = next(info for info in archive.infolist() if mark in info.filename)
        place = found.header_offset + 30 + len(found.filename.encode()) + found.file_size // 2
    raw = bytearray(path.read_bytes())
    raw[place] ^= 4
    path.write_bytes(raw)
    return found.filename


@pytest.mark.parametrize("mark", sorted(SOUND))
def test_one_turned_bit_costs_only_what_rests_on_it(
    app: Flask, field: Fieldwork, tmp_path: Path, mark: str
) -> None:
    name = turned(parcel(field, tmp_path / "work.zip"), mark)

    ran = taken(app, tmp_path / "work.zip")

    assert (ran.exit_code, ran.output.count("ok: ")) == (1, SOUND[mark]), ran.output
    assert f"parcel_member_damaged: {name}: " in ran.output
    assert not list(spool.folder().iterdir())
    assert verify_all().is_sound, verify_all().findings


@pytest.mark.parametrize("change", [
    {"rec": b"{" * 100_000}, {"sig": bytes(100)}, {"rec": b"{}"}, {"rec": b"\xff"},
])  # fmt: skip
def test_a_bad_record_keeps_the_attempt_not_out(
    app: Flask, field: Fieldwork, tmp_path: Path, change: dict[str, Any]
) -> None:
    ran = taken(app, parcel(field, tmp_path / "work.zip", **change))
    assert (ran.exit_code, ran.output.count("ok: ")) == (1, 1), ran.output
    # The photo of it is named as well, and is not dropped without a word.
    assert "commit_first: media/" in ran.output


def test_a_photo_whose_record_came_before_needs_it_not_again(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    path = parcel(field, tmp_path / "work.zip")
    with zipfile.ZipFile(path) as archive:
        record = next(archive.read(name) for name in archive.namelist() if name.endswith(".rec"))
    assert field.phone.commit(record).status_code == 201
    turned(path, ".rec")

    ran = taken(app, path)

    assert (ran.exit_code, ran.output.count("ok: ")) == (1, 3), ran.output
    assert newest_capture().state == "received"


def test_a_failure_at_one_member_stops_none_of_the_others(
    app: Flask, field: Fieldwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise LookupError("a fault of the program")

    path = parcel(field, tmp_path / "work.zip")
    with monkeypatch.context() as patched:
        patched.setattr(finishing, "verify", broken)
        ran = taken(app, path)
    assert (ran.exit_code, ran.output.count("ok: ")) == (1, 3), ran.output
    assert "parcel_member_failed: media/" in ran.output
    assert taken(app, path).exit_code == 0


def test_a_member_that_no_phone_writes_is_named(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    path = parcel(field, tmp_path / "work.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("pecords/x.rec", b"x")
        archive.writestr("outbox.json", b"[]")
    ran = taken(app, path)
    assert (ran.exit_code, ran.output.count("ok: ")) == (1, 4), ran.output
    assert "parcel_member_damaged: pecords/x.rec: " in ran.output


def without_directory(raw: bytes) -> bytes:
    return raw[: raw.index(b"PK\x01\x02")]


def with_turned_directory(raw: bytes) -> bytes:
    at = raw.index(b"PK\x01\x02")
    return raw[:at] + b"X" + raw[at + 1 :]


@pytest.mark.parametrize("damage", [without_directory, with_turned_directory])
def test_a_damaged_directory_costs_nothing(
    app: Flask, field: Fieldwork, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = parcel(field, tmp_path / "work.zip")
    path.write_bytes(damage(path.read_bytes()))
    ran = taken(app, path)
    assert (ran.exit_code, ran.output.count("ok: ")) == (0, 4), ran.output
    assert newest_capture().state == "received"
    assert verify_all().is_sound, verify_all().findings


def test_of_a_file_that_is_cut_off_what_came_over_is_taken_in(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    path = parcel(field, tmp_path / "work.zip")
    raw = path.read_bytes()
    path.write_bytes(raw[: raw.index(jpeg()) + 1000])
    ran = taken(app, path)
    assert (ran.exit_code, ran.output.count("ok: ")) == (1, 1), ran.output
    assert "parcel_member_damaged: media/" in ran.output
    assert newest_capture().state == "committed"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "auditor"}])
def test_work_of_an_account_that_left_is_taken_in_and_flagged(
    app: Flask, field: Fieldwork, tmp_path: Path, change: dict[str, Any]
) -> None:
    """The phone is enrolled, and what it made was made when its holder might."""
    path = parcel(field, tmp_path / "work.zip")
    account = field.city.accounts["worker1"]
    acts.record_all_once()
    if "role" in change:
        account.role = change["role"]
    else:
        administration.switch(actor=field.city.actor("admin"), account=account, is_active=False)
    db.session.commit()

    ran = taken(app, path)

    assert (ran.exit_code, ran.output.splitlines()[-1]) == (0, "taken in: 4 of 4")
    capture = newest_capture()
    assert capture.state == "received"
    assert [flag.code for flag in capture.flags].count("account_off") == 1
    [result] = db.session.scalars(db.select(Result)).all()
    named = db.select(RaisedFlag.code).filter_by(result_id=result.id)
    assert "account_off" in set(db.session.scalars(named))
    assert taken(app, path).exit_code == 0
    if "role" not in change:
        assert [one for one in verify_all().findings if not one.is_remark] == []


def test_work_of_an_account_at_work_is_not_flagged(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    taken(app, parcel(field, tmp_path / "work.zip"))
    assert "account_off" not in flags_of(str(newest_capture().id))


def test_a_file_beyond_4_gb_is_read(app: Flask, field: Fieldwork, tmp_path: Path) -> None:
    """Its directory lies behind the reach of 32 bits (Zip64), as in a week's films."""
    path, far = parcel(field, tmp_path / "work.zip"), tmp_path / "far.zip"
    with zipfile.ZipFile(path) as near, far.open("wb") as file:
        # A hole before the archive: offsets count from the beginning of the file.
        file.seek(5 << 30)
        with zipfile.ZipFile(file, "w") as archive:
            for name in near.namelist():
                with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                    member.write(near.read(name))
    ran = taken(app, far)
    assert (ran.exit_code, ran.output.splitlines()[-1]) == (0, "taken in: 4 of 4")
    assert newest_capture().state == "received"
