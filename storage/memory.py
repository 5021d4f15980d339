"""Blobs in this process's memory, for tests and for trying things out; nothing outlives it."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from storage.keys import check_key, check_prefix
from storage.protocol import BlobExists, BlobNotFound, Capabilities
from storage.streams import chunks, reading


class MemoryBlobStore:
    """A dictionary with the manners of a blob store."""

    capabilities = Capabilities(exclusive_create=True)

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._lock = Lock()

    def put(self, key: str, source: BinaryIO | Path, *, consume: bool = False) -> None:
        """Keep the bytes; see `BlobStore.put`."""
        check_key(key)
        with reading(source) as stream:
            content = b"".join(chunks(stream))
        with self._lock:
            if self._blobs.setdefault(key, content) != content:
                raise BlobExists(key)
        if consume and isinstance(source, Path):
            source.unlink()

    def replace(self, key: str, source: BinaryIO | Path, *, aside: str) -> None:
        """Exchange the bytes; see `BlobStore.replace`."""
        check_key(aside)
        with reading(source) as stream:
            content = b"".join(chunks(stream))
        with self._lock:
            self._blobs[aside] = self._content(key)
            self._blobs[key] = content

    def holds(self, key: str, sha256_hex: str) -> bool:
        """Compare the hash; see `BlobStore.holds`."""
        return self.exists(key) and hashlib.sha256(self._content(key)).hexdigest() == sha256_hex

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open a slice; see `BlobStore.open`."""
        return io.BytesIO(self._content(key)[start:end])

    def size(self, key: str) -> int:
        """Return the length in bytes."""
        return len(self._content(key))

    def exists(self, key: str) -> bool:
        """Say whether the key is taken."""
        return check_key(key) in self._blobs

    def delete(self, key: str) -> None:
        """Forget the blob."""
        self._blobs.pop(check_key(key), None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Give the keys in order."""
        check_prefix(prefix)
        return iter(sorted(key for key in self._blobs if key.startswith(prefix)))

    def _content(self, key: str) -> bytes:
        try:
            return self._blobs[check_key(key)]
        except KeyError:
            raise BlobNotFound(key) from None
