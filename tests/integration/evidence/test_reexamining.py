"""What was refused under older rules is received under today's, from the bytes that were kept."""

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    jpeg,
    media_item,
    newest_capture,
)
from tests.integration.evidence.files import zipped_behind_jpeg
from tests.integration.evidence.test_odd_values import assert_sound
from webapp.evidence import formats, ingest
from webapp.evidence.formats import Fault, Malformed
from webapp.evidence.models import Derivation
from webapp.extensions import db
from webapp.jobs import runner


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
        older.setattr(ingest, "_inspect", refuse_all)
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
