"""Reading bytes: windows on a stream, and hashes taken while copying."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

CHUNK_BYTES = 1 << 20


class Readable(Protocol):
    """Anything that gives up to `size` bytes and, at its end, none."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        ...


class Window(io.RawIOBase):
    """A read-only view of the next `length` bytes of a stream, which it closes with itself."""

    def __init__(self, stream: Any, length: int | None = None) -> None:
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        """A window can always be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` with what comes next, never past the window's end."""
        wanted = len(buffer) if self._left is None else min(len(buffer), self._left)
        piece = self._stream.read(wanted) if wanted else b""
        buffer[: len(piece)] = piece
        if self._left is not None:
            self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the stream underneath as well."""
        if not self.closed:
            self._stream.close()
        super().close()


def window(stream: Any, length: int | None = None) -> BinaryIO:
    """Return `stream`, cut after `length` bytes, as an ordinary buffered reader."""
    return cast(BinaryIO, io.BufferedReader(Window(stream, length)))


def chunks(source: Readable) -> Iterator[bytes]:
    """Give the rest of `source` in pieces of at most one mebibyte."""
    while piece := source.read(CHUNK_BYTES):
        yield piece


@contextmanager
def reading(source: BinaryIO | Path) -> Iterator[BinaryIO]:
    """Open `source` if it is a path; a stream is the caller's and stays open."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source


def copy_hashed(source: Readable, target: BinaryIO) -> bytes:
    """Copy the rest of `source` into `target` and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    for piece in chunks(source):
        digest.update(piece)
        target.write(piece)
    return digest.digest()


def sha256_of(source: BinaryIO | Path) -> bytes:
    """Return the SHA-256 of a file, or of the rest of a stream."""
    digest = hashlib.sha256()
    with reading(source) as stream:
        for piece in chunks(stream):
            digest.update(piece)
    return digest.digest()
