"""What was refused under older rules is received under today's, from the bytes that were kept."""

from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from storage.protocol import StoreUnavailable
from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    jpeg,
    media_item,
    newest_capture,
    written,
)
from tests.integration.evidence.files import jpeg_without_tables, zipped_behind_jpeg
from tests.integration.evidence.test_odd_values import assert_sound
from tests.unit.evidence.exif import exif, rationals, short, with_exif
from webapp.evidence.decoding import confinement
from webapp.evidence.intake import verifying
from webapp.evidence.models import Capture, Derivation, Media, Quarantine
from webapp.evidence.records import formats
from webapp.evidence.records.formats import Fault, Malformed
from webapp.evidence.recovery import reexamining
from webapp.evidence.verification import verification
from webapp.extensions import db
from webapp.jobs import runner
from webapp.jobs.models import Job
from webapp.jobs.registry import ask_at_start


def refuse_all(_path: object, _mime: str) -> formats.Content:
    raise Malformed(Fault.TYPE)


def reexamined(app: APIFlask) -> str:
    db.session.rollback()
    ran = app.test_cli_runner().invoke(args=["evidence", "reexamine"])
    assert ran.exit_code == 0, ran.output
    return ran.output


def derive() -> None:
    db.session.rollback()
    runner.run_due()
    db.session.rollback()


def test_a_motion_photo_of_before_is_received(
    app: APIFlask, field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped_behind_jpeg()
    with monkeypatch.context() as older:
        older.setattr(verifying, "_inspect", refuse_all)
        capture_id = field.committed(data)
        assert field.send(capture_id, data).status_code == 422
    assert newest_capture().state == "quarantined"
    assert "received" in reexamined(app)
    assert newest_capture().state == "received"
    assert "second_file" in flags_of(capture_id)
    assert field.receipt(capture_id).status_code == 200
    derive()
    assert len(db.session.scalars(select(Derivation.id)).all()) == 2
    # The phone that tries once more finds its file there.
    assert field.send(capture_id, data).status_code in {204, 409}
    assert reexamined(app) == ""
    assert_sound()


def test_what_is_still_refused_stays_aside(app: APIFlask, field: Fieldwork) -> None:
    data = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    capture_id = field.committed(data, media=[media_item(data)])
    assert field.send(capture_id, data).status_code == 422
    assert "still refused" in reexamined(app)
    assert newest_capture().state == "quarantined"
    assert_sound()


def test_a_whole_visit_of_before_goes_on(app: APIFlask, field: Fieldwork) -> None:
    field.received(jpeg())
    assert reexamined(app) == ""
    assert newest_capture().state == "received"


def odd_for_older_readers() -> bytes:
    """Return a turned picture whose EXIF the first versions could not read."""
    return with_exif(jpeg(), exif([short(0x0112, 6), rationals(0x011A, (-1, 0), signed=True)]))


def set_aside_as_undecodable(field: Fieldwork, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have an honest picture judged by an inspection that fails over it."""

    def fails(*_: object, **__: object) -> dict[str, Any]:
        raise confinement.Undecodable("ZeroDivisionError")

    with monkeypatch.context() as older:
        older.setattr(confinement, "derive", fails)
        capture_id = field.received(odd_for_older_readers())
        derive()
    assert newest_capture().state == "quarantined"
    return capture_id


def test_a_picture_that_no_older_decoder_read_is_received(
    app: APIFlask, field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture_id = set_aside_as_undecodable(field, monkeypatch)
    before = written()
    assert "undecodable\treceived" in reexamined(app)
    assert newest_capture().state == "received"
    assert "undecodable" not in flags_of(capture_id)
    assert set(db.session.scalars(select(Derivation.kind))) == {"thumbnail", "preview"}
    assert db.session.scalars(select(Quarantine.reason)).all() == ["undecodable"]
    found = db.session.scalars(select(Media)).one()
    assert (found.inspection["width"], found.picture_hash is None) == (640, False)
    # Decoded again, two renditions: each has its entry; the time of arrival stays.
    assert written()["journal_entry"] == before["journal_entry"] + 3
    assert field.receipt(capture_id).status_code == 200
    db.session.rollback()
    runner.run_due()
    assert reexamined(app) == ""
    assert written()["journal_entry"] == before["journal_entry"] + 3
    assert_sound()


def test_a_picture_that_no_decoder_reads_stays_aside(app: APIFlask, field: Fieldwork) -> None:
    capture_id = field.received(jpeg_without_tables())
    derive()
    before = written()
    for _ in range(2):
        assert "undecodable\tstill refused" in reexamined(app)
    assert written() == before
    assert newest_capture().state == "quarantined"
    assert "undecodable" in flags_of(capture_id)
    assert_sound()


def test_what_was_refused_at_the_door_and_cannot_be_decoded_stays_aside(
    app: APIFlask, field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = jpeg_without_tables()
    with monkeypatch.context() as older:
        older.setattr(verifying, "_inspect", refuse_all)
        field.send(field.committed(data), data)
    for _ in range(2):
        assert "content_type\tstill refused" in reexamined(app)
    assert newest_capture().state == "quarantined"
    assert_sound()


def test_the_first_worker_of_a_version_looks_once(
    app: APIFlask, field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_at_start()
    assert db.session.scalars(select(Job).filter_by(kind=reexamining.JOB)).all() == []
    set_aside_as_undecodable(field, monkeypatch)
    for _ in range(2):
        ask_at_start()
        db.session.commit()
        derive()
    assert newest_capture().state == "received"
    assert len(db.session.scalars(select(Job).filter_by(kind=reexamining.JOB)).all()) == 1
    assert_sound()


def test_a_file_that_cannot_be_read_now_keeps_no_other_waiting(
    app: APIFlask, field: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    field.send(field.committed(data, media=[media_item(data)]), data)
    gone = db.session.scalars(select(Quarantine.blob_key)).one()
    db.session.rollback()
    set_aside_as_undecodable(field, monkeypatch)
    real = reexamining.as_file

    def away(store: Any, key: str) -> Any:
        if key == gone:
            raise StoreUnavailable(key)
        return real(store, key)

    monkeypatch.setattr(reexamining, "as_file", away)
    said = reexamined(app)
    assert "content_type\tstill refused" in said
    assert "undecodable\treceived" in said


@pytest.mark.parametrize("has_looked", [False, True])
def test_only_a_journaled_look_changes_what_a_file_is(
    app: APIFlask, field: Fieldwork, monkeypatch: pytest.MonkeyPatch, has_looked: bool
) -> None:
    set_aside_as_undecodable(field, monkeypatch)
    if has_looked:
        reexamined(app)
    other = "quarantined" if has_looked else "received"
    db.session.execute(update(Media).values(state=other))
    db.session.execute(update(Capture).values(state=other))
    db.session.commit()
    assert "state_unfounded" in {one.code for one in verification.verify_all().findings}
