"""A second file inside a file: where a reader of that kind would find it, and only if it opens.

A picture may be an archive, a page or a document at the same time (evidence §5.57).
Megabytes of honest film behind a picture hold every short signature by chance, so each kind is
believed only when what its own reader checks next is there as well. What is found is flagged and
wrapped in exports, never refused.
"""

from __future__ import annotations

import mmap
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum

Bytes = bytes | mmap.mmap


class SecondKind(StrEnum):
    """What a file is besides what it says; the values are codes."""

    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    TAR = "tar"
    DISC = "iso"
    PDF = "pdf"
    HTML = "html"
    SCRIPT = "script"


# A page is read wherever its tags stand; behind a tag by chance no text follows.
_TEXT = rb"[\t\n\r\x20-\x7e]"
_PAGE = re.compile(
    rb"<(?:(?:html|head|body|script|iframe|object|embed|form|!doctype[ ]+html)[\s/>]" + _TEXT
    + rb"{4}|svg[\s/>]" + _TEXT + rb"{10}|html>\s*<)",
    re.IGNORECASE,
)  # fmt: skip
_CODE = re.compile(
    rb"<(?:\?php\s" + _TEXT + rb"{8}|\?=\s*`" + _TEXT + rb"{8}|%@\s*page)", re.IGNORECASE
)
# Readers of PDF look for its header in the first kilobyte (ISO 32000-1, annex H, note 13).
_PDF = re.compile(rb"%PDF-[0-9]\.[0-9]")
_PDF_WINDOW = 1024
_METHODS = frozenset({0, *range(1, 13), 14, 18, 19, 93, 94, 95, 96, 97, 98, 99})
_END_OF_ZIP = struct.Struct("<4s4H2LH")
_LOCAL_FILE = struct.Struct("<4s5H3L2H")


def second_files(data: Bytes, family: str) -> tuple[SecondKind, ...]:
    """Return every other kind as which the whole file, under another name, would open."""
    return tuple(kind for kind, is_there in _LOOKS.items() if is_there(data, family))


def _places(data: Bytes, mark: bytes) -> Iterator[int]:
    place = data.find(mark)
    while place >= 0:
        yield place
        place = data.find(mark, place + 1)


def _is_zip(data: Bytes, _family: str) -> bool:
    """Look for a directory's end that leads to its directory, or a member's own header.

    The first is how a ZIP is opened (APPNOTE §4.3.16), the second how a damaged one is mended.
    """
    ends = any(_ends_zip(data, place) for place in _places(data, b"PK\x05\x06"))
    return ends or any(_begins_member(data, place) for place in _places(data, b"PK\x03\x04"))


def _ends_zip(data: Bytes, place: int) -> bool:
    raw = data[place : place + _END_OF_ZIP.size]
    if len(raw) < _END_OF_ZIP.size:
        return False
    _, disk, start_disk, here, total, size, _offset, note = _END_OF_ZIP.unpack(raw)
    if total == 0xFFFF and data[max(0, place - 20) : max(0, place - 16)] == b"PK\x06\x07":
        return True
    if disk or start_disk or here != total:
        return False
    if total == 0:
        return bool(size == 0 and place + len(raw) + note <= len(data))
    return bool(0 < size <= place and data[place - size : place - size + 4] == b"PK\x01\x02")


def _begins_member(data: Bytes, place: int) -> bool:
    raw = data[place : place + _LOCAL_FILE.size]
    if len(raw) < _LOCAL_FILE.size:
        return False
    _, version, _, method, _, _, _, _, _, name_length, _ = _LOCAL_FILE.unpack(raw)
    if version & 0xFF > 63 or method not in _METHODS or not 1 <= name_length <= 512:
        return False
    start = place + _LOCAL_FILE.size
    try:
        return bytes(data[start : start + name_length]).decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def _is_rar(data: Bytes, _family: str) -> bool:
    return data.find(b"Rar!\x1a\x07\x00") >= 0 or data.find(b"Rar!\x1a\x07\x01\x00") >= 0


def _is_seven_zip(data: Bytes, _family: str) -> bool:
    """Look for a signature header whose checksum is right (7zFormat.txt, SignatureHeader)."""
    for place in _places(data, b"7z\xbc\xaf\x27\x1c"):
        head = bytes(data[place : place + 32])
        if len(head) == 32 and zlib.crc32(head[12:32]) == int.from_bytes(head[8:12], "little"):
            return True
    return False


def _is_tar(data: Bytes, _family: str) -> bool:
    """Look at the one place of a ustar header, its checksum included (POSIX.1-2017, pax)."""
    head = bytes(data[:512])
    if head[257:262] != b"ustar":
        return False
    said = head[148:156].strip(b" \0")
    total = sum(head[:148]) + 8 * 0x20 + sum(head[156:])
    return re.fullmatch(rb"[0-7]{1,8}", said) is not None and int(said, 8) == total


def _is_disc(data: Bytes, _family: str) -> bool:
    """Look at the first volume descriptor of a disc's image (ISO 9660, ECMA-119 §8.1)."""
    return bytes(data[0x8001:0x8006]) == b"CD001"


def _is_pdf(data: Bytes, family: str) -> bool:
    return family != "pdf" and _PDF.search(data[: _PDF_WINDOW + 8]) is not None


def _is_page(data: Bytes, _family: str) -> bool:
    return _PAGE.search(data) is not None


def _is_script(data: Bytes, family: str) -> bool:
    """Look for code that a server would run, and for a picture that begins as a comment."""
    is_comment = family == "jpeg" and bytes(data[4:6]) == b"/*"
    is_code = data.find(b"__HALT_COMPILER();") >= 0 or _CODE.search(data) is not None
    return is_comment or is_code


_LOOKS: dict[SecondKind, Callable[[Bytes, str], bool]] = {
    SecondKind.ZIP: _is_zip,
    SecondKind.RAR: _is_rar,
    SecondKind.SEVEN_ZIP: _is_seven_zip,
    SecondKind.TAR: _is_tar,
    SecondKind.DISC: _is_disc,
    SecondKind.PDF: _is_pdf,
    SecondKind.HTML: _is_page,
    SecondKind.SCRIPT: _is_script,
}
