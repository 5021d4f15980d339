"""Serving pictures and originals: fixed types, ranges, areas, and a journal of who looked."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import PASSWORD
from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, media_item
from tests.integration.evidence.files import video
from webapp import clock
from webapp.evidence.models import MediaView
from webapp.extensions import db
from webapp.jobs import runner
from webapp.journal.models import JournalEntry


@pytest.fixture
def photo(field: Fieldwork) -> bytes:
    data = jpeg()
    field.received(data)
    db.session.rollback()
    runner.run_due()
    return data


def sign_in(field: Fieldwork, username: str) -> FlaskClient:
    client = field.client.application.test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
    assert answer.status_code in {302, 303}, answer.text
    return client


def address(data: bytes, kind: str) -> str:
    return f"/media/{hashlib.sha256(data).hexdigest()}/{kind}"


def test_the_original_is_bit_exact_and_inert(field: Fieldwork, photo: bytes) -> None:
    answer = sign_in(field, "office1").get(address(photo, "original"))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, photo, "image/jpeg")
    digest = hashlib.sha256(photo).hexdigest()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{digest}.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", ["thumbnail", "preview"])
def test_renditions_are_small_pictures(field: Fieldwork, photo: bytes, kind: str) -> None:
    answer = sign_in(field, "office1").get(address(photo, kind))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "Content-Disposition" not in answer.headers


def test_each_look_is_journaled_once_in_ten_minutes(field: Fieldwork, photo: bytes) -> None:
    desk = sign_in(field, "office1")
    for _ in range(3):
        desk.get(address(photo, "preview"))
    assert viewed() == 1
    desk.get(address(photo, "thumbnail"))
    with clock.freeze(MORNING + timedelta(minutes=11)):
        desk.get(address(photo, "preview"))
    assert viewed() == 3


def viewed() -> int:
    db.session.rollback()
    entries = db.session.scalars(select(JournalEntry).filter_by(type="viewed")).all()
    assert len(db.session.scalars(select(MediaView)).all()) == len(entries)
    return len(entries)


@pytest.mark.parametrize(("username", "status"), [("office9", 404), ("agency9", 404),
                                                 ("admin", 403), ("city1", 403)])  # fmt: skip
def test_foreign_areas_and_roles_see_nothing(
    field: Fieldwork, photo: bytes, username: str, status: int
) -> None:
    assert sign_in(field, username).get(address(photo, "preview")).status_code == status
    assert viewed() == 0


@pytest.mark.parametrize("kind", ["poster", "playback", "other", "..%2f..%2fetc"])
def test_forms_that_are_not_there(field: Fieldwork, photo: bytes, kind: str) -> None:
    assert sign_in(field, "office1").get(address(photo, kind)).status_code == 404


def test_without_a_session_nothing_is_shown(field: Fieldwork, photo: bytes) -> None:
    assert field.client.get(address(photo, "preview")).status_code in {302, 303, 401}
    assert viewed() == 0


def test_a_video_plays_in_ranges(field: Fieldwork, tmp_path: Path) -> None:
    data = video(tmp_path)
    field.received(data, kind="video", media=[media_item(data, mime="video/mp4")])
    desk = sign_in(field, "office1")
    part = desk.get(address(data, "playback"), headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.data) == (206, data[100:300])
    assert part.headers["Content-Range"] == f"bytes 100-299/{len(data)}"
    tail = desk.get(address(data, "playback"), headers={"Range": "bytes=-50"})
    assert tail.data == data[-50:]
    beyond = desk.get(address(data, "playback"), headers={"Range": f"bytes={len(data)}-"})
    assert beyond.status_code == 416


def test_a_portrait_goes_to_a_worker_with_a_visit_there(
    field: Fieldwork, other_field: Fieldwork, photo: bytes
) -> None:
    person = field.city.people[0]
    path = f"/people/{person.id}/photo"
    assert field.phone.get(path).status_code == 404
    person.photo_sha256 = hashlib.sha256(photo).hexdigest()
    db.session.commit()
    answer = field.phone.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert len(answer.data) <= 25_000
    assert other_field.phone.get(path).status_code == 404
    assert viewed() == 1


@pytest.mark.parametrize("status", ["accepted", "cancelled"])
def test_a_portrait_is_seen_only_while_there_is_a_visit(
    field: Fieldwork, photo: bytes, status: str
) -> None:
    visit = field.city.visits[0]
    visit.person.photo_sha256 = hashlib.sha256(photo).hexdigest()
    db.session.commit()
    path = f"/people/{visit.person_id}/photo"
    assert field.phone.get(path).status_code == 200
    visit.status = status
    db.session.commit()
    assert field.phone.get(path).status_code == 404


def unlocked(locked: bytes, key: bytes) -> bytes:
    return AESGCM(key).decrypt(locked[:12], locked[16:], None)


def test_a_picture_fetched_ahead_is_a_look_only_once_its_key_is_given(
    field: Fieldwork, photo: bytes
) -> None:
    desk, where = sign_in(field, "office1"), address(photo, "preview")
    locked = desk.get(f"{where}/locked")
    assert (locked.status_code, locked.headers["Cache-Control"]) == (200, "private, no-store")
    assert viewed() == 0
    key = desk.get(f"{where}/locked/{locked.data[:16].hex()}")
    assert viewed() == 1
    assert unlocked(locked.data, key.data) == desk.get(where).data
    assert viewed() == 1, "key and picture are one look"


def test_no_key_opens_another_picture_or_an_earlier_fetch(field: Fieldwork, photo: bytes) -> None:
    desk, other = sign_in(field, "office1"), sign_in(field, "agency1")
    where = address(photo, "preview")
    first, second = (desk.get(f"{where}/locked").data for _ in range(2))
    key = desk.get(f"{where}/locked/{first[:16].hex()}").data
    with pytest.raises(InvalidTag):
        unlocked(second, key)
    with pytest.raises(InvalidTag):
        unlocked(first, other.get(f"{where}/locked/{first[:16].hex()}").data)
    with pytest.raises(InvalidTag):
        unlocked(desk.get(f"{address(photo, 'thumbnail')}/locked").data, key)


def test_only_what_may_be_seen_is_fetched_ahead(field: Fieldwork, photo: bytes) -> None:
    desk, where = sign_in(field, "office1"), address(photo, "preview")
    assert sign_in(field, "office9").get(f"{where}/locked").status_code == 404
    assert sign_in(field, "city1").get(f"{where}/locked").status_code == 403
    assert desk.get(f"{address(photo, 'original')}/locked").status_code == 404
    for nonce in ("00", "x" * 32, "0" * 34):
        assert desk.get(f"{where}/locked/{nonce}").status_code == 404
    assert viewed() == 0
