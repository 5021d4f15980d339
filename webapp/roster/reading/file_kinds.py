"""What a file is by its own bytes, whatever its name says, and why it may not be a workbook."""

import io
import zipfile
from enum import StrEnum

from webapp.refusals import Refusal

MOST_UNPACKED = 1_500_000_000
# An ordinary workbook unpacks to six times its size, the bomb that was tried to 224 times.
MOST_RATIO = 120
SMALL_UNPACKED = 60_000_000
MOST_PARTS = 5_000

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh")
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"MZ", b"\x7fELF", b"{\\rtf")


class FileKind(StrEnum):
    """The forms in which a roster can be read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    TEXT = "text"


def kind_of(data: bytes) -> FileKind:
    """The kind of the file.

    Raises:
        Refusal: file_empty, file_is_archive, file_has_password, file_is_html, file_too_large,
            file_not_workbook.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Refusal("file_empty")
    if data.startswith(_ZIP):
        return _kind_of_zip(data)
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    if data.startswith(_ARCHIVES):
        raise Refusal("file_is_archive")
    if data.startswith(_OTHERS):
        raise Refusal("file_not_workbook")
    if _is_markup(data[:4096]):
        raise Refusal("file_is_html")
    if b"\0" in data[:4096] and not _is_utf16(data):
        raise Refusal("file_not_workbook")
    return FileKind.TEXT


def _is_utf16(data: bytes) -> bool:
    """UTF-16 by its mark, or as text in which each plain letter has a zero at its side."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = data[:4096]
    odd, even = head[1::2].count(0), head[::2].count(0)
    text = head.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    return max(odd, even) > len(head) // 20 and "\0" not in text


def _is_markup(head: bytes) -> bool:
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith((b"<", b"mime-version:"))


def _kind_of_zip(data: bytes) -> FileKind:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refusal("file_damaged") from error
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(len(data), 1)
    bomb = ratio > MOST_RATIO and unpacked > SMALL_UNPACKED
    if unpacked > MOST_UNPACKED or bomb or len(parts) > MOST_PARTS:
        raise Refusal("file_too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("file_has_password")
    names = {part.filename.replace("\\", "/").lower() for part in parts}
    for name, kind in _PARTS.items():
        if name in names:
            return kind
    if names & _LETTERS:
        raise Refusal("file_not_workbook")
    raise Refusal("file_is_archive")


_LETTERS = {"word/document.xml", "ppt/presentation.xml"}
_PARTS = {
    "xl/workbook.xml": FileKind.XLSX,
    "xl/workbook.bin": FileKind.XLSB,
    "content.xml": FileKind.ODS,
}


def _kind_of_ole(data: bytes) -> FileKind:
    """Old workbooks, encrypted new ones and old letters share one container."""
    for name, refusal in (
        ("EncryptedPackage", "file_has_password"),
        ("WordDocument", "file_not_workbook"),
    ):
        if name.encode("utf-16-le") in data:
            raise Refusal(refusal)
    return FileKind.XLS
