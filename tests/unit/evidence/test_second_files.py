"""A second file is named where its reader finds it, and never because of bytes by chance."""

import io
import random
import tarfile
import zipfile

import pytest

from tests.integration.evidence.fieldwork import jpeg
from tests.integration.evidence.files import png
from tests.integration.evidence.polyglots import POLYGLOTS, mp4, pdf
from webapp.evidence.records.formats import inspect
from webapp.evidence.records.second_files import SecondKind, second_files

# The short beginnings for which whole files were refused when they stood in a film by chance.
MARKS = [b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<svg", b"<html", b"<script", b"Rar!\x1a",
         b"7z\xbc\xaf", b"7z\xbc\xaf\x27\x1c", b"<?php", b"<!doctype", b"<form"]  # fmt: skip


@pytest.mark.parametrize("name", sorted(POLYGLOTS))
def test_57_each_polyglot_is_named(name: str) -> None:
    data, mime, kind = POLYGLOTS[name]
    content = inspect(data, mime)
    assert kind in (*content.second, *content.actions)
    assert not content.is_plain


@pytest.mark.parametrize("name", [name for name in POLYGLOTS if POLYGLOTS[name][2] == "zip"])
def test_the_archives_among_them_open(name: str) -> None:
    assert zipfile.ZipFile(io.BytesIO(POLYGLOTS[name][0])).namelist()[-1] == "run.html"


def test_the_tape_archive_opens() -> None:
    with tarfile.open(fileobj=io.BytesIO(POLYGLOTS["tape archive as a jpeg"][0])) as archive:
        assert len(archive.getnames()) == 1


def noise(size: int, seed: int) -> bytes:
    """Return compressed-looking bytes with each mark planted ten times."""
    chance = random.Random(seed)
    body = bytearray(chance.randbytes(size))
    for mark in MARKS * 10:
        place = chance.randrange(size - 64)
        body[place : place + len(mark)] = mark
    return bytes(body)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("trailer", ["google", "samsung", "film"])
def test_motion_photos_are_no_second_file(seed: int, trailer: str) -> None:
    film = mp4()[:24] + (1_000_008).to_bytes(4, "big") + b"mdat" + noise(1_000_000, seed)
    data = {
        "google": jpeg() + film,
        "samsung": jpeg() + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film + b"SEFH" + bytes(40)
        + b"SEFT",
        "film": jpeg()[:-2] + b"\xff\xd9" + bytes(64) + film,
    }[trailer]  # fmt: skip
    content = inspect(data, "image/jpeg")
    assert content.second == ()
    assert content.trailing_bytes > 1_000_000


def test_more_pictures_behind_the_first_are_no_second_file() -> None:
    """So are Ultra HDR gain maps and the pictures of a multi-picture file kept."""
    content = inspect(jpeg(1) + jpeg(2) + jpeg(3, (160, 120)), "image/jpeg")
    assert (content.second, content.trailing_bytes > 0) == ((), True)


@pytest.mark.parametrize(
    ("data", "mime"),
    [(jpeg(), "image/jpeg"), (png(), "image/png"), (pdf(), "application/pdf"), (mp4(), "video/mp4"),
     (pdf(b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://example.org)>>>>"), "application/pdf"),
     (pdf(b"<</OpenAction[3 0 R/Fit]/AcroForm 5 0 R>>"), "application/pdf")],
)  # fmt: skip
def test_honest_files_are_plain(data: bytes, mime: str) -> None:
    assert inspect(data, mime).is_plain


def test_xmp_is_no_page() -> None:
    xmp = (b'<?xpacket begin="\xef\xbb\xbf"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>'
           b'<rdf:Description GCamera:MotionPhoto="1"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
           )  # fmt: skip
    assert second_files(jpeg()[:2] + xmp + jpeg()[2:], "jpeg") == ()


def test_a_discs_image_is_named() -> None:
    data = bytearray(jpeg() + bytes(0x9000))
    data[0x8001:0x8006] = b"CD001"
    assert second_files(bytes(data), "jpeg") == (SecondKind.DISC,)
