"""Files that are not what they say (evidence §5.56 to §5.61): refused, kept aside, named."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    jpeg,
    media_item,
    newest_capture,
    written,
)
from tests.integration.evidence.files import (
    jpeg_without_tables,
    png,
    png_bomb,
    trimmed,
    video,
)
from tests.integration.evidence.polyglots import POLYGLOTS
from tests.unit.evidence.exif import exif, position, rationals, short, with_exif
from webapp.evidence.decoding import confinement, derivations
from webapp.evidence.models import Capture, Derivation, Media, Quarantine
from webapp.extensions import blobs, db
from webapp.jobs import runner

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
KIND_OF = {"image": "photo", "video": "video", "application": "document"}
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"


def refused(field: Fieldwork, data: bytes, code: str, **item: object) -> None:
    """Send a file and demand that it is refused, kept aside, journaled and never vouched for."""
    before = written()
    capture_id = field.committed(data, media=[media_item(data, **item)], **kind_of(item))
    answer = field.send(capture_id, data)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    after = written()
    assert after["quarantine"] == before["quarantine"] + 1
    assert db.session.scalars(select(Quarantine)).one().reason == code
    assert newest_capture().state == "quarantined"
    assert list(blobs().keys("sha256/")) == []
    assert field.receipt(capture_id).get_json()["code"] == "media_refused"
    assert field.begin(capture_id, data).get_json()["code"] == "media_refused"


def kind_of(item: dict[str, object]) -> dict[str, str]:
    return {"kind": "video"} if str(item.get("mime", "")).startswith("video") else {}


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png", "image/webp", "image/heic"])
@pytest.mark.parametrize("data", [SVG, HTML, EPS, PDF], ids=["svg", "html", "eps", "pdf"])
def test_58_other_types_as_pictures(field: Fieldwork, data: bytes, mime: str) -> None:
    refused(field, data, "content_type", mime=mime)


def test_58_a_picture_of_another_type_than_it_says(field: Fieldwork) -> None:
    refused(field, png(), "content_type", mime="image/jpeg")


def test_56_a_bomb_is_refused_by_its_header(field: Fieldwork) -> None:
    refused(field, png_bomb(30_000), "content_pixels", mime="image/png")


@pytest.mark.parametrize("name", sorted(POLYGLOTS))
def test_57_a_second_file_is_received_flagged_and_named(field: Fieldwork, name: str) -> None:
    data, mime, kind = POLYGLOTS[name]
    capture_id = field.received(
        data, media=[media_item(data, mime=mime)], kind=KIND_OF[mime.partition("/")[0]]
    )
    assert newest_capture().state == "received"
    code = "active_document" if name.startswith("active") else "second_file"
    assert kind in flags_of(capture_id)[code]["kind"].split("+")


def test_a_phones_own_trailer_is_only_flagged(field: Fieldwork) -> None:
    data = jpeg() + b"SEFT" + bytes(64)
    assert flags_of(field.received(data))["trailing_bytes"] == {"bytes": 68}


def test_60_a_cut_mp4(field: Fieldwork, tmp_path: Path) -> None:
    data = video(tmp_path)
    refused(field, data[: len(data) * 2 // 3], "content_truncated", mime="video/mp4")


def test_60_a_playlist_as_video(field: Fieldwork) -> None:
    refused(field, PLAYLIST, "content_type", mime="video/mp4")


@pytest.mark.parametrize("lost", [1, 2, 4000])
def test_a_jpeg_without_its_end_is_flagged_and_shown(field: Fieldwork, lost: int) -> None:
    capture_id = field.received(jpeg()[:-lost])
    derive()
    assert (newest_capture().state, "file_cut" in flags_of(capture_id)) == ("received", True)
    assert written()["derivation"] == 2


def test_a_jpeg_without_a_picture_is_refused(field: Fieldwork) -> None:
    refused(field, jpeg()[:200], "content_truncated")


def test_a_film_cut_behind_its_index_is_flagged(field: Fieldwork, tmp_path: Path) -> None:
    """Safari writes its index first: what was recorded before a crash can be played."""
    data = video(tmp_path, index_first=True)
    data = data[: len(data) * 3 // 4]
    item = media_item(data, mime="video/mp4")
    capture_id = field.received(data, kind="video", media=[item])
    derive()
    assert (newest_capture().state, "file_cut" in flags_of(capture_id)) == ("received", True)


def test_a_film_that_no_decoder_reads_stays_with_its_flag(field: Fieldwork) -> None:
    data = b"\x1aE\xdf\xa3\x84webm" + bytes(60) + b"\x18S\x80g" + bytes(200)
    item = media_item(data, mime="video/webm")
    capture_id = field.received(data, kind="video", media=[item])
    derive()
    assert (newest_capture().state, "undecodable" in flags_of(capture_id)) == ("received", True)


def test_a_file_that_no_decoder_reads_is_set_aside_by_the_job(field: Fieldwork) -> None:
    capture_id = field.received(jpeg_without_tables())
    derive()
    assert newest_capture().state == "quarantined"
    assert "undecodable" in flags_of(capture_id)
    assert written()["derivation"] == 0
    assert len(list(blobs().keys("sha256/"))) == 1


@pytest.mark.parametrize(
    ("reason", "code"),
    [("memory", "too_large_to_show"), ("killed", "undecodable"), ("timeout", "undecodable")],
)
def test_what_this_machine_cannot_decode_is_received_with_a_flag(
    field: Fieldwork, monkeypatch: pytest.MonkeyPatch, reason: str, code: str
) -> None:
    """The next file has its turn meanwhile: a child that dies stops nobody."""

    def fails(*_: object, **__: object) -> dict[str, Any]:
        raise confinement.Undecodable(reason)

    monkeypatch.setattr(derivations, "TRIES", 1)
    with monkeypatch.context() as child:
        child.setattr(confinement, "derive", fails)
        capture_id = field.received(jpeg())
        derive()
    field.received(jpeg(2))
    derive()
    assert set(db.session.scalars(select(Capture.state))) == {"received"}
    assert {"too_large_to_show", "undecodable"} & set(flags_of(capture_id)) == {code}
    assert written()["derivation"] == 2


@pytest.mark.parametrize("name", ["v.mp4", "v.webm"])
def test_a_video_gets_a_poster_and_its_true_length(
    field: Fieldwork, tmp_path: Path, name: str
) -> None:
    data = video(tmp_path, name, seconds=3)
    mime = f"video/{name[2:]}"
    item = media_item(data, mime=mime, width=320, height=240, duration_ms=3000)
    capture_id = field.received(data, kind="video", media=[item])
    derive()
    found = db.session.scalars(select(Media)).one()
    assert found.inspection["duration_ms"] == pytest.approx(3000, abs=150)
    kinds = set(db.session.scalars(select(Derivation.kind)))
    assert kinds == {"thumbnail", "poster"}
    assert not {"size_differs", "undecodable", "extra_tracks"} & set(flags_of(capture_id))


def test_61_a_second_track_is_flagged(field: Fieldwork, tmp_path: Path) -> None:
    data = video(tmp_path, tracks=2)
    item = media_item(data, mime="video/mp4", width=320, height=240, duration_ms=9000)
    capture_id = field.received(data, kind="video", media=[item])
    derive()
    flags = flags_of(capture_id)
    assert flags["extra_tracks"] == {"tracks": 1}
    assert "size_differs" in flags


def test_61_a_trimmed_film_is_flagged(field: Fieldwork, tmp_path: Path) -> None:
    data = trimmed(video(tmp_path, seconds=6), start_s=3, shown_ms=2000)
    capture_id = field.received(data, kind="video", media=[media_item(data, mime="video/mp4")])
    derive()
    assert flags_of(capture_id)["edit_list"] == {"seconds": 4}


def test_61_a_whole_film_is_not(field: Fieldwork, tmp_path: Path) -> None:
    data = video(tmp_path, seconds=6)
    capture_id = field.received(data, kind="video", media=[media_item(data, mime="video/mp4")])
    derive()
    assert "edit_list" not in flags_of(capture_id)


def derive() -> None:
    db.session.rollback()
    assert runner.run_due() == 1
    db.session.rollback()


@pytest.mark.parametrize(
    "place",
    [((0, 0), (0, 0)), ((0, 1), (0, 1)), ((91, 1), (0, 1))],
    ids=["zero over zero", "null island", "beyond the pole"],
)
def test_a_position_that_is_none_is_absent(field: Fieldwork, place: Any) -> None:
    """NaN is a number that PostgreSQL keeps in no JSON: it stopped the inspection for ever."""
    data = with_exif(jpeg(), exif([], gps=position(*place)))
    capture_id = field.received(data)
    derive()
    found = db.session.scalars(select(Media)).one().inspection
    assert (found["lat"], found["lon"], found["width"]) == (None, None, 640)
    assert "metadata_differs" not in flags_of(capture_id)
    assert set(db.session.scalars(select(Derivation.kind))) == {"thumbnail", "preview"}


def test_an_odd_rational_beside_a_turn(field: Fieldwork) -> None:
    fields = [short(0x0112, 6), rationals(0x011A, (-1, 0), signed=True)]
    data = with_exif(jpeg(), exif(fields))
    field.received(data)
    derive()
    assert newest_capture().state == "received"
    preview = db.session.scalars(select(Derivation).filter_by(kind="preview")).one()
    with blobs().open(preview.blob_key) as stream, Image.open(stream) as picture:
        assert picture.size == (480, 640)
