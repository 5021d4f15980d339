"""Files that would open as something else leave the house as text (evidence §5.57).

A stranger unpacks a package with a program and on a machine that nobody here knows. A file that is
an archive, a page or a document with a script besides is therefore put in as base64: no program
opens that as anything but text, `base64 -d` and `verify.py` get the very bytes back, and their
hash is still the one in the record. All other files lie in the package as they were captured.
"""

import base64
import io
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from storage.files import as_file
from webapp.evidence.records.formats import Malformed, inspect
from webapp.evidence.records.media_types import EXTENSIONS
from webapp.extensions import blobs

WRAPPED = ".base64.txt"
# 57 bytes are one line of 76 characters (RFC 2045 §6.8).
_LINES_AT_ONCE = 57 * 4096


class _Text(io.RawIOBase):
    """The base64 lines of a binary stream."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready:
            self._ready = base64.encodebytes(self._source.read(_LINES_AT_ONCE))
        piece, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def outgoing(key: str, sha256: str, mime: str) -> Iterator[tuple[str, BinaryIO]]:
    """Give the name below `media/` and the bytes under which an original leaves the house.

    Raises:
        BlobNotFound: nothing is kept under `key`.
    """
    with as_file(blobs(), key) as path, path.open("rb") as original:
        name = _name(path, sha256, mime)
        if name.endswith(WRAPPED):
            yield name, io.BufferedReader(_Text(original), 1 << 20)
        else:
            yield name, original


def name_of(key: str, sha256: str, mime: str) -> str:
    """Return the name below `media/` under which an original leaves the house.

    Raises:
        BlobNotFound: nothing is kept under `key`.
    """
    with as_file(blobs(), key) as path:
        return _name(path, sha256, mime)


def _name(path: Path, sha256: str, mime: str) -> str:
    name = f"{sha256}.{EXTENSIONS.get(mime, 'bin')}"
    return name if is_plain(path, mime) else name + WRAPPED


def is_plain(path: Path, mime: str) -> bool:
    """Say whether a file is what it says and nothing else, whoever opens it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return inspect(data, mime).is_plain
        except Malformed:
            return False
