"""What a blob store promises, whatever keeps the bytes, and how it says no."""

# ruff: noqa: N818 - the exceptions say what happened.

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol, runtime_checkable


class BlobError(Exception):
    """A blob could not be kept, found or given out; `code` is stable."""

    code: ClassVar[str] = "blob_error"

    def __init__(self, key: str, reason: str = "") -> None:
        super().__init__(f"{key}: {reason}" if reason else key)
        self.key = key
        self.reason = reason


class BadBlobKey(BlobError):
    """The key is not of the form that every store can keep (see `storage.keys`)."""

    code = "blob_key"


class BlobNotFound(BlobError):
    """No blob is kept under the key."""

    code = "blob_not_found"


class BlobExists(BlobError):
    """Other bytes are already kept under the key; they stay as they are."""

    code = "blob_exists"


class BlobDamaged(BlobError):
    """The bytes changed on their way to the store, which therefore refused them."""

    code = "blob_damaged"


class BlobLocked(BlobError):
    """The store refuses to delete the blob before its retention ends."""

    code = "blob_locked"


class UnsafeStore(BlobError):
    """Something other than plain files and folders lies where a blob should, as a symlink."""

    code = "blob_unsafe"


class StoreUnavailable(BlobError):
    """The store cannot do its work now: full, out of reach or refusing us; try later."""

    code = "blob_store_unavailable"


@dataclass(frozen=True)
class Capabilities:
    """What a store can promise beyond keeping bytes, found out and not assumed.

    `exclusive_create`: of several writers of one key exactly one wins, atomically.
    `write_once`: the store itself refuses every deletion until a retention has passed.
    `local_files`: blobs are files of this machine, so `storage.files.as_file` copies nothing.
    """

    exclusive_create: bool
    write_once: bool = False
    local_files: bool = False


@runtime_checkable
class BlobStore(Protocol):
    """Keeps immutable blobs under keys such as `sha256/ab/cd/<hex>`."""

    @property
    def capabilities(self) -> Capabilities:
        """Say what this store can promise."""
        ...

    def put(self, key: str, source: BinaryIO | Path, *, consume: bool = False) -> None:
        """Keep the bytes of `source` under `key`, durably, before returning.

        A stream is read from its present position to its end. The same bytes again change
        nothing. With `consume`, `source` is a path that nobody writes to any more: the store
        may take the file itself instead of a copy, and the path is gone afterwards.

        Raises:
            BlobExists: other bytes are kept under `key`.
            BadBlobKey, BlobDamaged, UnsafeStore, StoreUnavailable: nothing was kept.
        """
        ...

    def replace(self, key: str, source: BinaryIO | Path, *, aside: str) -> None:
        """Let the bytes of `source` take the place of damaged ones, which go to `aside`.

        Whoever reads `key` meanwhile finds the old bytes or the new ones, whole. `aside` must be
        a key that nobody uses.

        Raises:
            BlobNotFound: nothing is kept under `key`.
            BadBlobKey, BlobDamaged, UnsafeStore, StoreUnavailable: `key` is as it was.
        """
        ...

    def holds(self, key: str, sha256_hex: str) -> bool:
        """Read what is kept under `key`, and say whether its SHA-256 is this one.

        Raises:
            StoreUnavailable: it cannot be said now.
        """
        ...

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open the bytes from offset `start` up to, not including, `end` (default: the end).

        Offsets beyond the blob give fewer bytes, as slices do. The stream is read only and,
        save in `as_file`, not promised to be seekable.

        Raises:
            BlobNotFound: nothing is kept under `key`.
        """
        ...

    def size(self, key: str) -> int:
        """Return the blob's length in bytes; raises `BlobNotFound`."""
        ...

    def exists(self, key: str) -> bool:
        """Say whether a blob is kept under `key`."""
        ...

    def delete(self, key: str) -> None:
        """Forget the blob; one that is not there is no error. Raises `BlobLocked`."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Give every key that begins with `prefix`, in code point order."""
        ...
