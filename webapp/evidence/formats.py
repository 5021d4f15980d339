"""What uploaded bytes are, told from the bytes alone and before any decoder sees them.

Pure readers of containers: the type by its magic, the size in pixels by its header, whether the
container ends where the file ends, and what lies behind its end (evidence §5, attacks 56 to 60).
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Bytes = bytes | mmap.mmap

MAX_PIXELS = 50_000_000
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_MP4_BRANDS = re.compile(rb"iso[m2-9]|mp4[12v]|avc1|dash|M4[VA] |msnv|3gp[4-7]")
_JPEG_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_FOREIGN = re.compile(
    rb"PK\x03\x04|PK\x05\x06|%PDF-|<(html|script|svg|!doctype|\?php|\?xml)|Rar!\x1a|7z\xbc\xaf",
    re.IGNORECASE,
)


class Fault(StrEnum):
    """Why content is refused; the values are codes."""

    TYPE = "content_type"
    TRUNCATED = "content_truncated"
    TOO_MANY_PIXELS = "content_pixels"
    POLYGLOT = "content_polyglot"


@dataclass(frozen=True)
class Content:
    """What a file's container says; pixels are None where a decoder would be needed."""

    family: str
    width: int | None = None
    height: int | None = None
    trailing_bytes: int = 0


class Malformed(Exception):  # noqa: N818 - it says what happened.
    """The container does not hold together; `fault` says how."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


FAMILY_OF = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "video/webm": "webm",
    "audio/webm": "webm",
    "video/mp4": "mp4",
    "audio/mp4": "mp4",
    "application/pdf": "pdf",
}


def family_of_bytes(head: bytes) -> str | None:
    """Return the family that the first 64 bytes belong to, None for anything not accepted."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return "webm"
    if head.startswith(b"%PDF-"):
        return "pdf"
    return _brand(head) if head[4:8] == b"ftyp" else None


def _brand(head: bytes) -> str | None:
    major = head[8:12]
    if major in _HEIC_BRANDS:
        return "heic"
    return "mp4" if _MP4_BRANDS.fullmatch(major) else None


def inspect(data: Bytes, mime: str) -> Content:
    """Return what `data` is; raise `Malformed` when it is not a whole file of the type `mime`.

    Bytes behind the end of a picture are counted, since phones write trailers of their own; a
    second file among them that a browser or an archive reader would open is refused.
    """
    family = family_of_bytes(data[:64])
    if family is None or family != FAMILY_OF.get(mime):
        raise Malformed(Fault.TYPE)
    content = _READERS[family](data)
    if (content.width or 0) * (content.height or 0) > MAX_PIXELS:
        raise Malformed(Fault.TOO_MANY_PIXELS)
    if content.trailing_bytes and _FOREIGN.search(data, len(data) - content.trailing_bytes):
        raise Malformed(Fault.POLYGLOT)
    return content


def _jpeg(data: Bytes) -> Content:
    place, size = 2, (0, 0)
    while True:
        found = _JPEG_MARK.search(data, place)
        if found is None:
            raise Malformed(Fault.TRUNCATED)
        mark, place = data[found.end() - 1], found.end()
        if mark == 0xD9:
            return Content("jpeg", *size, trailing_bytes=len(data) - place)
        if mark == 0x01:
            continue
        length = int.from_bytes(data[place : place + 2], "big")
        if mark in _JPEG_SIZES and length >= 8:
            size = _big(data, place + 5, 2), _big(data, place + 3, 2)
        place += max(length, 2)


def _png(data: Bytes) -> Content:
    place = 8
    while place + 12 <= len(data):
        name = data[place + 4 : place + 8]
        place += 12 + _big(data, place, 4)
        if name == b"IEND" and place <= len(data):
            size = _big(data, 16, 4), _big(data, 20, 4)
            return Content("png", *size, trailing_bytes=len(data) - place)
    raise Malformed(Fault.TRUNCATED)


def _webp(data: Bytes) -> Content:
    declared = int.from_bytes(data[4:8], "little") + 8
    declared += declared % 2
    if declared > len(data) + 1:
        raise Malformed(Fault.TRUNCATED)
    width, height = _webp_size(data)
    return Content("webp", width, height, max(0, len(data) - declared))


def _webp_size(data: Bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    if kind == b"VP8L":
        bits = _little(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF
    raise Malformed(Fault.TRUNCATED)


def _boxes(family: str) -> Callable[[Bytes], Content]:
    def read(data: Bytes) -> Content:
        """Walk the top-level boxes (ISO/IEC 14496-12 §4.2): the last must end with the file."""
        place, names = 0, set()
        while place + 8 <= len(data):
            length = _big(data, place, 4)
            names.add(data[place + 4 : place + 8])
            if length == 1:
                length = _big(data, place + 8, 8)
            place += len(data) - place if length == 0 else max(length, 8)
        if place != len(data):
            raise Malformed(Fault.TRUNCATED)
        if not names & {b"moov", b"meta"} or (family == "mp4" and b"moov" not in names):
            raise Malformed(Fault.TRUNCATED)
        return Content(family)

    return read


def _webm(data: Bytes) -> Content:
    if b"\x18S\x80g" not in data[:4096]:
        raise Malformed(Fault.TRUNCATED)
    return Content("webm")


def _pdf(data: Bytes) -> Content:
    if b"%%EOF" not in data[-2048:]:
        raise Malformed(Fault.TRUNCATED)
    return Content("pdf")


def _big(data: Bytes, place: int, length: int) -> int:
    return int.from_bytes(data[place : place + length], "big")


def _little(data: Bytes, place: int, length: int) -> int:
    return int.from_bytes(data[place : place + length], "little")


_READERS: dict[str, Callable[[Bytes], Content]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "heic": _boxes("heic"),
    "mp4": _boxes("mp4"),
    "webm": _webm,
    "pdf": _pdf,
}
