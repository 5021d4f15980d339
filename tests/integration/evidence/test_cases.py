"""Photos and films that were once refused, or never inspected, though they were honest."""

from pathlib import Path

import pytest
from PIL import Image

from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    media_item,
    newest_capture,
)
from tests.integration.evidence.test_hostile_files import derive
from webapp.evidence.models import Derivation, Media
from webapp.extensions import blobs, db

DATA = Path(__file__).parent / "data"
# What speaks against a file itself; flags of place and time say nothing of these.
OF_THE_FILE = {"undecodable", "metadata_differs", "second_file", "content_cut", "type_differs"}


def shape_of(kind: str) -> tuple[int, int]:
    made = db.session.scalars(db.select(Derivation).filter_by(kind=kind)).one()
    with blobs().open(made.blob_key) as stream, Image.open(stream) as picture:
        return picture.size


@pytest.mark.parametrize(
    ("name", "sent", "upright"),
    [
        ("photo-gps-zero-over-zero.jpg", (1600, 1200), (4, 3)),
        ("photo-gps-null-island.jpg", (1600, 1200), (4, 3)),
        ("photo-odd-rational.jpg", (1200, 1600), (4, 3)),
    ],
)
def test_an_honest_photo_is_received_and_shown_upright(
    field: Fieldwork, name: str, sent: tuple[int, int], upright: tuple[int, int]
) -> None:
    data = (DATA / name).read_bytes()
    capture_id = field.received(data, media=[media_item(data, width=sent[0], height=sent[1])])
    derive()
    assert newest_capture().state == "received"
    assert not OF_THE_FILE & flags_of(capture_id).keys()
    found = db.session.scalars(db.select(Media)).one().inspection
    assert found is not None
    assert (found["lat"], found["lon"]) == (None, None)
    width, height = shape_of("preview")
    assert width * upright[1] == pytest.approx(height * upright[0], abs=8)


@pytest.mark.parametrize(
    ("name", "poster"),
    [
        ("video-brand-msnv.mp4", (640, 480)),
        ("video-brand-qt.mp4", (640, 480)),
        ("video-rotated-90.mp4", (480, 640)),
    ],
)
def test_an_honest_film_is_received_and_its_poster_is_upright(
    field: Fieldwork, name: str, poster: tuple[int, int]
) -> None:
    data = (DATA / name).read_bytes()
    item = media_item(data, mime="video/mp4", duration_ms=2000)
    capture_id = field.received(data, kind="video", media=[item])
    derive()
    assert newest_capture().state == "received"
    assert not OF_THE_FILE & flags_of(capture_id).keys()
    assert shape_of("poster") == poster
