"""Previews that the store lost, or holds damaged, are made again out of their originals."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from storage.keys import original_key
from tests.integration.desk.pages import Desk
from tests.integration.evidence.fieldwork import Fieldwork, jpeg, media_item
from tests.integration.evidence.test_lost_originals import damage
from tests.integration.evidence.test_media import sign_in
from tests.integration.evidence.test_packaging import codes as package_codes
from tests.integration.evidence.test_packaging import packed, worked
from tests.integration.evidence.test_results import eligible
from webapp import clock
from webapp.evidence.decoding import remaking
from webapp.evidence.models import Derivation
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import blobs, db
from webapp.jobs import queries as jobs
from webapp.jobs import runner
from webapp.jobs.models import Job
from webapp.journal import queries, service
from webapp.journal.rules import EntryType, read_entry
from webapp.visits.models import Result

DATA = Path(__file__).parent / "data"
SHA256 = hashlib.sha256(jpeg()).hexdigest()
DAMAGES: list[bytes | None] = [None, b"", b"another picture"]
IDS = ["gone", "empty", "changed"]


@pytest.fixture
def reported(field: Fieldwork) -> str:
    """A result that waits, its photo with both renditions; the id of its capture."""
    capture_id = field.received(jpeg())
    assert field.phone.post("/results", eligible(field, capture_id)).status_code == 201
    work()
    return capture_id


def work() -> None:
    db.session.rollback()
    runner.run_due()
    db.session.rollback()


def made() -> list[Derivation]:
    db.session.rollback()
    return list(db.session.scalars(select(Derivation).order_by(Derivation.kind)))


def entries() -> list[dict[str, Any]]:
    return [read_entry(entry.body) for entry in queries.entries_of(EntryType.DERIVED)]


def wrong() -> set[tuple[str, str]]:
    db.session.rollback()
    found = {(f.code, f.object.split()[0]) for f in verify_all().findings if not f.is_remark}
    db.session.rollback()
    return found


def lose(content: bytes | None = None) -> list[str]:
    """Let every rendition be gone or damaged; return the hashes of before, by kind."""
    hashes = [row.blob_sha256 for row in made()]
    for row in made():
        damage(row.blob_key, content)
    db.session.rollback()
    return hashes


def page_of(office: Desk) -> Any:
    return office.get(f"/review/{db.session.scalars(select(Result.id)).one()}")


@pytest.mark.parametrize("content", DAMAGES, ids=IDS)
def test_what_verification_finds_lost_is_made_again(
    app: Flask, reported: str, content: bytes | None
) -> None:
    before = lose(content)
    code = "blob_missing" if content is None else "blob_changed"
    assert wrong() == {(code, "preview"), (code, "thumbnail")}
    ran = app.test_cli_runner().invoke(args=["evidence", "verify-all"])
    assert ran.exit_code == 1
    work()
    work()

    report = verify_all()
    assert report.is_sound, report.findings
    replaced = [entry.get("replaces") for entry in entries()]
    assert (replaced[:2], sorted(map(str, replaced[2:]))) == ([None, None], sorted(before))
    for row in made():
        assert blobs().holds(row.blob_key, row.blob_sha256)
    apart = [one.object for one in report.findings if one.code == "blob_damaged"]
    assert len(apart) == (0 if content is None else 2)


def test_a_beginning_worker_looks_for_what_a_restored_folder_lacks(reported: str) -> None:
    lose()
    remaking.search_soon()
    db.session.commit()
    work()
    work()
    assert wrong() == set()
    count = len(entries())
    remaking.search_soon()
    db.session.commit()
    work()
    assert len(entries()) == count


@pytest.mark.parametrize("content", DAMAGES, ids=IDS)
def test_the_page_says_that_a_preview_is_made_again_and_shows_it_then(
    field: Fieldwork, reported: str, content: bytes | None
) -> None:
    lose(content)
    office = Desk(sign_in(field, "office1"))
    page = page_of(office)
    assert "正在准备预览" in page.text
    assert [e.get("src", "") for e in page.all("img") if "/media/" in e.get("src", "")] == []
    work()
    page = page_of(office)
    shown = [e.get("src", "") for e in page.all("img") if "/media/" in e.get("src", "")]
    assert shown == [f"/media/{SHA256}/preview"]
    assert wrong() == set()
    answer = office.client.get(shown[0])
    assert hashlib.sha256(answer.data).hexdigest() == made()[0].blob_sha256


def test_a_lost_preview_that_is_asked_for_is_refused_unseen_and_made_again(
    field: Fieldwork, reported: str
) -> None:
    lose(b"another picture")
    client = sign_in(field, "office1")
    assert client.get(f"/media/{SHA256}/preview").status_code == 404
    assert client.get(f"/media/{SHA256}/thumbnail/locked").status_code == 404
    assert not list(queries.entries_of(EntryType.VIEWED))
    work()
    assert client.get(f"/media/{SHA256}/preview").status_code == 200


@pytest.mark.parametrize("content", [None, jpeg(2)], ids=["gone", "another"])
def test_what_cannot_be_made_again_is_said_once_and_made_when_the_original_is_back(
    field: Fieldwork, reported: str, content: bytes | None
) -> None:
    lose()
    damage(original_key(SHA256), content)
    office = Desk(sign_in(field, "office1"))
    page_of(office)
    work()
    assert len(jobs.dead()) == 1
    page = page_of(office)
    assert "没能重新制作" in page.text
    assert [e for e in page.all("img") if "/media/" in e.get("src", "")] == []
    assert (
        db.session.scalar(
            select(db.func.count(Job.id)).filter_by(state="waiting", kind="evidence.remake")
        )
        == 0
    )
    assert len(entries()) == 2

    assert field.send(reported, jpeg()).status_code == 204
    work()
    assert wrong() == set()
    assert f"/media/{SHA256}/preview" in [e.get("src") for e in page_of(office).all("img")]


def test_a_row_that_its_entry_does_not_bear_out_is_not_covered_up(reported: str) -> None:
    row = made()[0]
    row.blob_sha256 = "0" * 64
    db.session.commit()
    before = wrong()
    assert ("journal_differs", "preview") in before
    remaking.search(is_thorough=True)
    db.session.commit()
    work()
    work()
    assert wrong() == before
    assert len(entries()) == 2


def forge(**facts: Any) -> int:
    """Append an entry of a rendition and let the row tell of it, as who may write both can."""
    said = {"media_sha256": SHA256, "kind": "preview", "derived_sha256": made()[0].blob_sha256}
    index = service.append(type=EntryType.DERIVED, at=clock.now(), facts=said | facts).index
    db.session.commit()
    return index


def test_an_entry_that_replaces_an_original_is_named_and_excuses_nothing(reported: str) -> None:
    forge(kind="original", replaces=SHA256)
    assert wrong() == {("replacement_unfounded", "original")}
    forge(replaces=SHA256)
    damage(original_key(SHA256), None)
    assert wrong() == {
        ("replacement_unfounded", "original"), ("replacement_unfounded", "preview"),
        ("blob_missing", "media"),
    }  # fmt: skip


@pytest.mark.parametrize("said", [{}, {"replaces": "0" * 64}, {"replaces": None}])
def test_a_preview_exchanged_under_an_entry_that_replaces_another_is_named(
    reported: str, said: dict[str, Any]
) -> None:
    other = b"another picture"
    row = made()[0]
    damage(row.blob_key, other)
    digest = hashlib.sha256(other).hexdigest()
    index = forge(derived_sha256=digest, **said)
    row = made()[0]
    row.blob_sha256, row.size_bytes, row.journal_index = digest, len(other), index
    db.session.commit()
    assert ("row_missing", "preview") in wrong()


def test_the_package_of_a_visit_whose_previews_were_made_again_is_sound(
    app: Flask, field: Fieldwork, tmp_path: Path
) -> None:
    worked(field)
    work()
    before = package_codes(packed(app, field.visit_id, tmp_path / "before.zip"))
    lose()
    remaking.search_soon()
    db.session.commit()
    work()
    work()
    assert len(entries()) == 4
    assert package_codes(packed(app, field.visit_id, tmp_path / "visit.zip")) == before
    assert wrong() == set()


def test_a_first_preview_takes_the_place_of_what_lies_under_its_name(field: Fieldwork) -> None:
    """A folder that is newer than the restored database, or was copied in part."""
    for kind in ("preview", "thumbnail"):
        damage(f"derived/{kind}/{SHA256}.jpg", b"half")
    field.received(jpeg())
    work()
    assert wrong() == set()
    assert min(row.size_bytes for row in made()) > 1000


def test_the_poster_of_a_film_is_made_again(field: Fieldwork) -> None:
    data = (DATA / "video-rotated-90.mp4").read_bytes()
    item = media_item(data, mime="video/mp4", duration_ms=2000)
    field.received(data, kind="video", media=[item])
    work()
    assert [row.kind for row in made()] == ["poster", "thumbnail"]
    lose(b"half")
    remaking.search(is_thorough=True)
    db.session.commit()
    work()
    work()
    assert wrong() == set()
    assert [entry["kind"] for entry in entries() if "replaces" in entry] == ["thumbnail", "poster"]


def test_the_picture_of_last_time_is_never_broken_on_the_phone_and_comes_again(
    field: Fieldwork, reported: str
) -> None:
    person = db.session.scalars(select(Result)).one().person
    person.photo_sha256 = SHA256
    db.session.commit()
    lose(b"another picture")
    path = f"/people/{person.id}/photo"
    assert field.phone.get(path).status_code == 404
    work()
    assert field.phone.get(path).status_code == 200
