"""The files into which uploads run, one each; their length is how far an upload came.

Every answer waits for an fsync. A lock on the file keeps two requests from writing at once, in
one process or in several on this machine.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from webapp.config import settings
from webapp.refusals import Refusal

READ_BYTES = 1 << 20
FOLDER = "spool"
BUSY_SECONDS = 2.0


@dataclass(frozen=True)
class Checksum:
    """What a chunk must hash to: an algorithm of hashlib and the digest."""

    algorithm: str
    digest: bytes


def folder() -> Path:
    """Return the spool's folder, made if need be."""
    path = settings().data_dir / FOLDER
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync_folder(path.parent)
    return path


def path_of(upload_id: UUID) -> Path:
    """Return the file of an upload; the name is made from the id alone."""
    return folder() / f"{upload_id.hex}.part"


def is_busy() -> bool:
    """Say whether phones are sending to this machine: a file came, grew or went just now."""
    newest = folder().stat().st_mtime
    with os.scandir(folder()) as files:
        for file in files:
            with suppress(FileNotFoundError):
                newest = max(newest, file.stat().st_mtime)
    return time.time() - newest < BUSY_SECONDS


def create(upload_id: UUID) -> None:
    """Make the empty file; an existing one stays as it is. Its first bytes make its name last."""
    os.close(os.open(path_of(upload_id), os.O_WRONLY | os.O_CREAT, 0o600))


@contextmanager
def whole(upload_id: UUID, body: bytes) -> Iterator[None]:
    """Have a whole file in the spool, for this request alone; it goes with the block.

    The store syncs it when it takes it over. What a full disk took of it goes as well.

    Raises:
        Refusal: `upload_locked` (423) when it lies there, `store_unavailable` (503).
    """
    path = path_of(upload_id)
    try:
        file = path.open("xb", buffering=0)
    except FileExistsError:
        raise Refusal("upload_locked", 423) from None
    except OSError as error:
        raise Refusal("store_unavailable", 503) from error
    try:
        with file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_all(file, body)
            yield
    finally:
        path.unlink(missing_ok=True)


def _write_all(file: BinaryIO, body: bytes) -> None:
    """Write every byte; an unbuffered file may take fewer at once."""
    view = memoryview(body)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        raise Refusal("store_unavailable", 503) from error


def length(upload_id: UUID) -> int | None:
    """Return how many bytes lie in the file; None when it is gone."""
    try:
        return path_of(upload_id).stat().st_size
    except FileNotFoundError:
        return None


def remove(upload_id: UUID) -> None:
    """Remove the file, if it is there."""
    path_of(upload_id).unlink(missing_ok=True)


@contextmanager
def locked(upload_id: UUID) -> Iterator[BinaryIO]:
    """Open the file for this request alone.

    Between opening and locking another request may have finished the upload. The opened file is
    the stored original then, which nobody writes to again: so the name is looked at once more.

    Raises:
        Refusal: `upload_locked` (423) while another request has it, `upload_ended` (410).
    """
    path = path_of(upload_id)
    try:
        file = path.open("r+b", buffering=0)
    except FileNotFoundError:
        raise Refusal("upload_ended", 410) from None
    except PermissionError:
        # The store makes a file read-only just before it takes it over.
        raise Refusal("upload_locked", 423) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("upload_locked", 423) from None
        if not _is_named(file, path):
            raise Refusal("upload_ended", 410)
        yield file


def _is_named(file: BinaryIO, path: Path) -> bool:
    """Say whether the opened file still lies under the upload's name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def append(
    file: BinaryIO,
    *,
    offset: int,
    limit: int,
    read: Callable[[int], bytes],
    expected: int | None,
    checksum: Checksum | None,
) -> int:
    """Write a request's body at `offset`, at most `limit` bytes; return the new length.

    What came before a connection was cut stays, since the whole file is hashed at the end; a
    whole chunk that is wrong is taken back.

    Raises:
        Refusal: `upload_too_long` (413), `checksum_mismatch` (460): the file is as before;
                `body_cut` (400), `store_unavailable` (503): what came is kept.
    """
    file.truncate(offset)
    file.seek(offset)
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    try:
        written = _copy(file, read, limit, digest.update if digest else None)
        _judge(written, limit, expected, digest.digest() if digest else b"", checksum)
    except Refusal as refusal:
        if refusal.code != "body_cut":
            file.truncate(offset)
        raise
    except OSError as error:
        raise Refusal("store_unavailable", 503) from error
    finally:
        os.fsync(file.fileno())
        if offset == 0:
            _sync_folder(folder())
    return offset + written


def _copy(
    file: BinaryIO,
    read: Callable[[int], bytes],
    limit: int,
    update: Callable[[bytes], None] | None,
) -> int:
    """Copy the body, reading a byte beyond the limit to notice one that is too long."""
    written = 0
    while piece := read(min(READ_BYTES, limit - written + 1)):
        written += len(piece)
        if written > limit:
            break
        if update is not None:
            update(piece)
        view = memoryview(piece)
        while view:
            view = view[file.write(view) :]
    return written


def _judge(
    written: int, limit: int, expected: int | None, digest: bytes, checksum: Checksum | None
) -> None:
    if written > limit:
        raise Refusal("upload_too_long", 413)
    if expected is not None and written < expected:
        raise Refusal("body_cut", 400)
    if checksum is not None and digest != checksum.digest:
        raise Refusal("checksum_mismatch", 460)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
