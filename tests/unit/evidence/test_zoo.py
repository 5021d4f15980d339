"""Odd but honest pictures and films: each is received, decoded, and shown upright.

Browsers and gallery apps show all of them, so that nobody at the phone is warned. They are read
in this process, which takes a tenth of what a child each would.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from PIL import Image, ImageFile

from tests.unit.evidence.exif import Field, exif, position, rationals, short, text, with_exif
from tests.unit.evidence.test_variants import FRAGMENTS, film, saved
from tests.unit.evidence.trailers import segment
from webapp.evidence.decoding import confinement, imaging, video
from webapp.evidence.flags.inspection_flags import Claim, inspection_flags
from webapp.evidence.records.formats import inspect

# The child says nothing of what it warns of.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
JPEG = saved("JPEG")
UP, TURNED, MIRRORED = (640, 480), (480, 640), (640, 480)


def turned(payload: bytes) -> bytes:
    return with_exif(JPEG, payload)


def with_gps(*fields: Field) -> bytes:
    return turned(exif([short(0x0112, 6)], gps=list(fields)))


LAT, LON = rationals(2, (36, 1), (0, 1), (0, 1)), rationals(4, (118, 1), (0, 1), (0, 1))
ODD_EXIF: dict[str, tuple[bytes, tuple[int, int]]] = {
    **{f"orientation {way}": (turned(exif([short(0x0112, way)])), TURNED if 5 <= way <= 8 else UP)
       for way in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65535)},
    "orientation as text": (turned(exif([text(0x0112, b"6\0")])), TURNED),
    "orientation as a rational": (turned(exif([rationals(0x0112, (6, 1))])), TURNED),
    "orientation twice": (turned(exif([Field(0x0112, 3, 2, b"\6\0\3\0")])), TURNED),
    "orientation over nothing": (turned(exif([rationals(0x0112, (6, 0))])), UP),
    "a folder in itself": (
        turned(b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIII", 0x8769, 4, 1, 8, 8)), UP),
    "a folder beyond the end": (turned(b"Exif\0\0II*\0\xff\xff\xff\x7f"), UP),
    "nothing": (turned(b"Exif\0\0"), UP),
    "half a head": (turned(b"Exif\0\0II"), UP),
    "noise": (turned(b"Exif\0\0" + bytes(range(256))), UP),
    "a huge count": (
        turned(exif([Field(0x010F, 2, 2**31 - 1, b"abcdefgh"), short(0x0112, 6)])), TURNED),
    "a huge count of rationals": (
        turned(exif([Field(0x011A, 5, 2**32 - 1, b"abcdefgh"), short(0x0112, 6)])), TURNED),
    "an unknown kind": (turned(exif([Field(0x011A, 99, 1, b"abcd"), short(0x0112, 6)])), TURNED),
    "more entries than bytes": (
        turned(b"Exif\0\0II*\0\x08\0\0\0\xff\xff"
               + struct.pack("<HHII", 0x0112, 3, 1, 6) * 20), TURNED),
    "two of them": (with_exif(turned(exif([short(0x0112, 6)])), exif([short(0x0112, 6)])), TURNED),
    "a maker's notes": (turned(exif([], sub=[Field(0x927C, 7, 3000, bytes(3000))])), UP),
    "a maker in GBK": (turned(exif([text(0x010F, "华为\0".encode("gbk"))])), UP),
    "no fix": (with_gps(*position((0, 0), (0, 0))), TURNED),
    "beyond all places": (with_gps(*position((2**32 - 1, 1), (2**32 - 1, 1))), TURNED),
    "degrees alone": (with_gps(rationals(2, (36, 1)), rationals(4, (118, 1))), TURNED),
    "four parts": (with_gps(rationals(2, *[(36, 1)] * 4), rationals(4, *[(118, 1)] * 4)), TURNED),
    "degrees as text": (with_gps(text(2, b"36.5\0"), text(4, b"118.0\0")), TURNED),
    "no north": (with_gps(LAT, LON), TURNED),
    "north as a byte": (
        with_gps(Field(1, 1, 1, b"\xff"), LAT, Field(3, 1, 1, b"\xff"), LON), TURNED),
    "no numbers": (with_gps(Field(2, 12, 3, struct.pack("<3d", float("nan"), 0, 0)),
                            Field(4, 12, 3, struct.pack("<3d", float("inf"), 0, 0))), TURNED),
    "a place nowhere": (turned(exif([short(0x0112, 6), Field(0x8825, 4, 1, b"\xff" * 4)])), TURNED),
}  # fmt: skip
DAYS = [b"0000:00:00 00:00:00", b"2024:13:45 25:61:61", b"0001:01:01 00:00:00",
        b"9999:12:31 23:59:59", b"    :  :     :  :  ", b"",
        "2024年1月2日 早上八点".encode()]  # fmt: skip
CLAIM = Claim(640, 480, None, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 36.8, 118.0)


@pytest.fixture(autouse=True)
def _as_strict_as_the_child() -> Iterator[None]:
    yield
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def shown(data: bytes, family: str, folder: Path) -> tuple[int, int]:
    """Return the size in which the desk shows a file that was received."""
    assert inspect(data, f"image/{family}").is_plain
    (folder / "p").write_bytes(data)
    imaging.derive_picture(folder / "p", family, folder)
    with Image.open(folder / "preview.jpg") as preview:
        return preview.size


@pytest.mark.parametrize("name", ODD_EXIF)
def test_odd_exif(tmp_path: Path, name: str) -> None:
    data, size = ODD_EXIF[name]
    assert shown(data, "jpeg", tmp_path) == size


@pytest.mark.parametrize("way", range(1, 9))
def test_what_is_up_stays_up(tmp_path: Path, way: int) -> None:
    """A picture that was laid down in each way that there is looks as it did before."""
    upright = Image.new("L", (64, 48), 0)
    upright.paste(255, (0, 0, 16, 48))
    upright.paste(128, (0, 0, 64, 12))
    laid = dict(zip(
        range(2, 9), (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180,
                      Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.TRANSPOSE,
                      Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE,
                      Image.Transpose.ROTATE_270), strict=True))  # fmt: skip
    stored = upright.transpose(laid[way]) if way > 1 else upright
    data = with_exif(saved("JPEG", stored, quality=95), exif([short(0x0112, way)]))
    assert shown(data, "jpeg", tmp_path) == (64, 48)
    with Image.open(tmp_path / "preview.jpg") as preview:
        gray = preview.convert("L")
    places = [(8, 40), (40, 6), (40, 40)]
    assert [round(gray.getpixel(place) / 127) for place in places] == [2, 1, 0]


@pytest.mark.parametrize("day", DAYS)
def test_odd_days(tmp_path: Path, day: bytes) -> None:
    data = turned(exif([], sub=[text(36867, day + b"\0")]))
    assert shown(data, "jpeg", tmp_path) == UP
    found = imaging.derive_picture(tmp_path / "p", "jpeg", tmp_path)
    inspection_flags(found, CLAIM)


NOTES: dict[str, tuple[int, bytes]] = {
    "no colours": (0xE2, b"ICC_PROFILE\0"),
    "broken colours": (0xE2, b"ICC_PROFILE\0\x05\x09" + b"junk" * 9),
    "half of Adobe's": (0xEE, b"Adobe\0"),
    "half of JFIF": (0xE0, b"JFIF\0"),
    "half of Photoshop's": (0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\xff\xff"),
    "an index of nothing": (0xE2, b"MPF\0"),
    "an index of noise": (0xE2, b"MPF\0junkjunkjunk"),
    "XMP that is none": (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta <<<"),
    "a long comment": (0xFE, b"x" * 65_000),
}


@pytest.mark.parametrize("name", NOTES)
def test_notes_over_which_a_reader_stumbles(tmp_path: Path, name: str) -> None:
    """The picture is turned all the same: what is up stands in another note."""
    data = segment(turned(exif([short(0x0112, 6)])), *NOTES[name])
    assert shown(data, "jpeg", tmp_path) == TURNED


def chunk(name: bytes, body: bytes, *, is_wrong: bool = False) -> bytes:
    check = zlib.crc32(name + body) ^ is_wrong
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)


def png(depth: int, colour: int, channels: int, extra: bytes = b"", after: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", 64, 48, depth, colour, 0, 0, 0)
    row = b"\0" + os.urandom(64 * channels * depth // 8)
    pixels = chunk(b"IDAT", zlib.compress(row * 48))
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + extra + pixels + after + chunk(b"IEND", b"")


BOMB = zlib.compress(bytes(3_000_000))
PNGS = {
    "16 bit gray": png(16, 0, 1), "16 bit colours": png(16, 2, 3),
    "16 bit and clear": png(16, 6, 4),
    "gray and clear": png(8, 4, 2), "two bits": png(2, 0, 1),
    "one gray is clear": png(8, 0, 1, chunk(b"tRNS", b"\0\5")),
    "one colour is clear": png(8, 2, 3, chunk(b"tRNS", bytes(6))),
    "broken colours": png(8, 2, 3, chunk(b"iCCP", b"a\0\0junk")),
    "colours that swell": png(8, 2, 3, chunk(b"iCCP", b"a\0\0" + BOMB)),
    "text that swells": png(8, 2, 3, chunk(b"zTXt", b"a\0\0" + BOMB)),
    "text that swells behind": png(8, 2, 3, after=chunk(b"zTXt", b"a\0\0" + BOMB)),
    "a wrong check of text": png(8, 2, 3, chunk(b"tEXt", b"a\0b", is_wrong=True)),
    "no resolution": png(8, 2, 3, chunk(b"pHYs", b"\0")),
    "no brightness": png(8, 2, 3, chunk(b"gAMA", b"")),
    "no frames": png(8, 2, 3, chunk(b"acTL", b"\0")),
    "an unknown chunk": png(8, 2, 3, chunk(b"npOL", b"x")),
}  # fmt: skip


@pytest.mark.parametrize("name", PNGS)
def test_odd_png(tmp_path: Path, name: str) -> None:
    assert shown(PNGS[name], "png", tmp_path) == (64, 48)


def test_a_bomb_is_no_odd_note(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")
    (tmp_path / "p").write_bytes(data)
    with pytest.raises(Image.DecompressionBombError):
        imaging.derive_picture(tmp_path / "p", "png", tmp_path)


@pytest.mark.parametrize("is_progressive", [False, True])
@pytest.mark.parametrize("percent", range(20, 100, 10))
def test_a_cut_jpeg_is_shown_as_far_as_it_goes(
    tmp_path: Path, percent: int, is_progressive: bool
) -> None:
    whole = turned(exif([short(0x0112, 6)]))
    if is_progressive:
        whole = with_exif(saved("JPEG", progressive=True), exif([short(0x0112, 6)]))
    assert shown(whole[: len(whole) * percent // 100], "jpeg", tmp_path) == TURNED


@pytest.mark.parametrize("form", ["index first", "fragments", "recorder"])
def test_a_cut_film_never_stops_the_inspection(tmp_path: Path, form: str) -> None:
    flags = {"index first": "faststart", "fragments": FRAGMENTS}.get(form, "")
    name, codec = ("v.webm", "libvpx") if form == "recorder" else ("v.mp4", "libx264")
    whole = film(tmp_path, name, codec, flags=flags, live=form == "recorder")
    lasted = []
    for percent in range(5, 100, 5):
        (tmp_path / "p").write_bytes(whole[: len(whole) * percent // 100])
        try:
            lasted.append(video.probe(tmp_path / "p", name[2:])["duration_ms"])
        except (ValueError, av.FFmpegError):
            assert percent <= 25
    assert lasted == sorted(lasted)
    assert lasted[-1] >= 2500


def test_quicktime_of_an_iphone(tmp_path: Path) -> None:
    data = film(tmp_path, "v.mov", "libx264")
    assert data[8:12] == b"qt  "
    assert inspect(data, "video/mp4").is_plain
    (tmp_path / "p").write_bytes(data)
    facts = confinement.derive(tmp_path / "p", family="mp4", folder=tmp_path)
    assert 2500 <= facts["duration_ms"] <= 3500
    assert (tmp_path / "preview.jpg").exists()


@pytest.mark.parametrize("options", [{"subsampling": 0}, {"subsampling": 1}])
def test_a_picture_too_large_for_the_memory_is_not_to_blame(
    tmp_path: Path, options: dict[str, int]
) -> None:
    """Its decoder says "broken data stream"; nothing is broken but the bound on the memory."""
    plane = Image.linear_gradient("L").resize((9000, 8000))
    out = io.BytesIO()
    Image.merge("RGB", [plane] * 3).save(out, "JPEG", quality=30, progressive=True, **options)
    assert inspect(out.getvalue(), "image/jpeg").is_plain
    (tmp_path / "p").write_bytes(out.getvalue())
    limits = confinement.Limits(memory_bytes=300_000_000)
    with pytest.raises(confinement.Undecodable) as fault:
        confinement.derive(tmp_path / "p", family="jpeg", folder=tmp_path, limits=limits)
    assert fault.value.reason == confinement.MEMORY
