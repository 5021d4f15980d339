"""What uploaded bytes are, told from the bytes alone and before any decoder sees them.

Pure readers of containers: the type by its magic, the size in pixels by its header, whether the
container ends where the file ends, and what lies behind its end (evidence §5.56 to §5.60).
Only what could never be shown is refused; a file that is whole enough to look at is received, and
what is odd about it is flagged. `tests/contracts/media-heads.json` has the phone judge heads alike.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from webapp.evidence.records.pdf_actions import Action, actions_of
from webapp.evidence.records.second_files import SecondKind, second_files
from webapp.evidence.records.trailers import unaccounted

Bytes = bytes | mmap.mmap

# As in `imaging`: what a decoder can show within its memory.
MAX_PIXELS = 120_000_000
MAX_PIXELS_OF = {"jpeg": 256_000_000, "heic": 256_000_000}
HEAD_BYTES = 4096
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
# QuickTime is the form that MP4 was made of, and one reader opens both: an iPhone's own camera
# writes it. It is kept under the type of MP4.
_MP4_BRANDS = re.compile(
    rb"iso[m2-9a-c]|mp4[12v]|avc1|hvc1|dash|cmf[c2]|M4[VA] |MSNV|msnv|3gp[4-9]|qt  "
)
_PDF_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_BOX_NAME = re.compile(rb"[\x20-\x7e\xa9]{4}")
_JPEG_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


class Fault(StrEnum):
    """Why content is refused; the values are codes."""

    TYPE = "content_type"
    TRUNCATED = "content_truncated"
    TOO_MANY_PIXELS = "content_pixels"


@dataclass(frozen=True)
class Content:
    """What a file's container says; pixels are None where a decoder would be needed.

    `trailing_bytes` lie behind the end and nothing in the file announces them. `is_cut` when the
    file ends before its container does; `second` names what else it is, and `actions` what a
    document would do when it is opened.
    """

    family: str
    width: int | None = None
    height: int | None = None
    trailing_bytes: int = 0
    is_cut: bool = False
    second: tuple[SecondKind, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Say whether the file is what it says and nothing else, whoever opens it."""
        return not self.second and not self.actions


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


def families_of_bytes(head: bytes) -> frozenset[str]:
    """Return the families that a file may be of by its first 4096 bytes; none is not accepted."""
    if head[4:8] == b"ftyp":
        return _families_of_brands(head)
    found = None
    if head.startswith(b"\xff\xd8\xff"):
        found = "jpeg"
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        found = "png"
    elif head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        found = "webp"
    elif head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        found = "webm"
    elif head.startswith(b"%PDF-"):
        found = "pdf"
    return frozenset({found} if found else ())


def _families_of_brands(head: bytes) -> frozenset[str]:
    """Return what the major brand or any compatible one says (ISO/IEC 14496-12 §4.3).

    A writer names itself in the major brand and says in the others whose rules the file keeps.
    """
    length = min(_big(head, 0, 4), len(head))
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, length - 3, 4))}
    if head[8:12] in _AVIF_BRANDS:
        return frozenset()
    found = {"heic"} if brands & _HEIC_BRANDS else set()
    if any(_MP4_BRANDS.fullmatch(brand) for brand in brands):
        found.add("mp4")
    return frozenset(found)


def inspect(data: Bytes, mime: str) -> Content:
    """Return what `data` is; raise `Malformed` when nothing of the type `mime` could be shown.

    Bytes behind the end that no phone's own trailer accounts for are counted, and a second file is
    named wherever its reader would find it.
    """
    family = FAMILY_OF.get(mime, "")
    if family not in families_of_bytes(data[:HEAD_BYTES]):
        raise Malformed(Fault.TYPE)
    content = _READERS[family](data)
    most = MAX_PIXELS_OF.get(family, MAX_PIXELS)
    if (content.width or 0) * (content.height or 0) > most:
        raise Malformed(Fault.TOO_MANY_PIXELS)
    return replace(content, second=second_files(data, family))


def _jpeg(data: Bytes) -> Content:
    """Walk the segments to the end of the image; one that never comes is a cut (ITU T.81 §B.1)."""
    place, size, has_scan = 2, (0, 0), False
    while (found := _JPEG_MARK.search(data, place)) is not None:
        mark, place = data[found.end() - 1], found.end()
        if mark == 0xD9:
            return Content("jpeg", *size, trailing_bytes=unaccounted(data, place, "jpeg"))
        if mark == 0x01:
            continue
        has_scan = has_scan or mark == 0xDA
        length = int.from_bytes(data[place : place + 2], "big")
        if mark in _JPEG_SIZES and length >= 8:
            size = _big(data, place + 5, 2), _big(data, place + 3, 2)
        place += max(length, 2)
    if not has_scan:
        raise Malformed(Fault.TRUNCATED)
    return Content("jpeg", *size, is_cut=True)


def _png(data: Bytes) -> Content:
    place, size, has_pixels = 8, (_big(data, 16, 4), _big(data, 20, 4)), False
    while place + 12 <= len(data):
        name = data[place + 4 : place + 8]
        has_pixels = has_pixels or name == b"IDAT"
        place += 12 + _big(data, place, 4)
        if name == b"IEND" and place <= len(data):
            return Content("png", *size, trailing_bytes=unaccounted(data, place, "png"))
    if not has_pixels:
        raise Malformed(Fault.TRUNCATED)
    return Content("png", *size, is_cut=True)


def _webp(data: Bytes) -> Content:
    declared = int.from_bytes(data[4:8], "little") + 8
    declared += declared % 2
    if declared > len(data) + 1:
        raise Malformed(Fault.TRUNCATED)
    width, height = _webp_size(data)
    return Content("webp", width, height, unaccounted(data, declared, "webp"))


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
    index = b"moov" if family == "mp4" else b"meta"

    def read(data: Bytes) -> Content:
        """Walk the top-level boxes (ISO/IEC 14496-12 §4.2); the index of all must be whole.

        What does not begin as a box does lies behind the last one, as a phone's own notes do.
        """
        place, names = 0, set()
        while _BOX_NAME.fullmatch(data[place + 4 : place + 8]):
            name, length = data[place + 4 : place + 8], _big(data, place, 4)
            if length == 1:
                length = _big(data, place + 8, 8)
            place += len(data) - place if length == 0 else max(length, 8)
            if place <= len(data):
                names.add(name)
        if not names & {index, b"moov"}:
            raise Malformed(Fault.TRUNCATED)
        left = bytes(data[place : place + 8])
        is_cut = place > len(data) or (len(left) < 8 and left.strip(b"\0") != b"")
        behind = 0 if is_cut else unaccounted(data, place, family)
        return Content(family, is_cut=is_cut, trailing_bytes=behind)

    return read


def _webm(data: Bytes) -> Content:
    if b"\x18S\x80g" not in data[:4096]:
        raise Malformed(Fault.TRUNCATED)
    return Content("webm")


def _pdf(data: Bytes) -> Content:
    # Every document has an object in the clear (ISO 32000-1, 7.3.10), even if most are compressed.
    if _PDF_OBJECT.search(data) is None:
        raise Malformed(Fault.TRUNCATED)
    return Content("pdf", is_cut=b"%%EOF" not in data[-2048:], actions=actions_of(data))


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
