"""Blobs as read-only files in a folder of this machine, written so that a power cut loses none."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from storage.keys import check_key, check_prefix
from storage.protocol import (
    BlobExists,
    BlobNotFound,
    Capabilities,
    StoreUnavailable,
    UnsafeStore,
)
from storage.streams import copy_hashed, reading, sha256_of, window

# Keys never begin with a dot, so that a half-written blob can never be taken for one.
SCRATCH_FOLDER = ".incoming"
READ_ONLY = 0o440
_WRITABLE = 0o600
# What a disk says; other errors come from the source that is being read and stay as they are.
_DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM,
                 errno.EMFILE, errno.ENFILE, errno.ESTALE}  # fmt: skip
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


class LocalBlobStore:
    """A folder of blobs.

    A blob is written under a scratch name in the same file system, synced, made read-only and
    then linked to its name, which fails if the name is taken: no reader ever sees half a blob,
    and no writer ever replaces one.
    """

    capabilities = Capabilities(exclusive_create=True, local_files=True)

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def put(self, key: str, source: BinaryIO | Path, *, consume: bool = False) -> None:
        """Keep the bytes; see `BlobStore.put`."""
        target = self._path(key)
        with self._disk_errors(key):
            adopted = self._adopt(source) if consume else None
            scratch = adopted or self._copy(source)
            try:
                self._publish(key, scratch, target)
            except BaseException:
                # An adopted file is the caller's own; it must stay as it was for another try.
                if adopted is not None:
                    scratch.chmod(_WRITABLE)
                raise
            finally:
                scratch.unlink(missing_ok=True)
            if consume and isinstance(source, Path):
                source.unlink(missing_ok=True)

    def replace(self, key: str, source: BinaryIO | Path, *, aside: str) -> None:
        """Exchange the file by a rename; see `BlobStore.replace`."""
        target, apart = self.path_of(key), self._path(aside)
        with self._disk_errors(key):
            scratch = self._copy(source)
            try:
                self._make_folders(apart.parent)
                os.link(target, apart)
                _sync_folder(apart.parent)
                scratch.replace(target)
                _sync_folder(target.parent)
            finally:
                scratch.unlink(missing_ok=True)

    def holds(self, key: str, sha256_hex: str) -> bool:
        """Hash the file; one that the disk cannot read any more holds nothing."""
        if not self.exists(key):
            return False
        with self._disk_errors(key), self._open_file(key) as stream:
            try:
                return sha256_of(stream).hex() == sha256_hex
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return False

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open a slice; see `BlobStore.open`."""
        stream = self._open_file(key)
        if not start and end is None:
            return stream
        stream.seek(start)
        return window(stream, None if end is None else max(0, end - start))

    def size(self, key: str) -> int:
        """Return the length in bytes."""
        with self._open_file(key) as stream:
            return os.fstat(stream.fileno()).st_size

    def exists(self, key: str) -> bool:
        """Say whether a file lies under the key."""
        return self._is_kept(self._path(key))

    def delete(self, key: str) -> None:
        """Remove the file and sync its folder, so that the removal lasts."""
        path = self._path(key)
        with self._disk_errors(key):
            if self._is_kept(path):
                path.unlink(missing_ok=True)
                _sync_folder(path.parent)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Give the keys in order, folder by folder."""
        check_prefix(prefix)
        names = (path.relative_to(self.root).as_posix() for path in self._files(prefix))
        return iter(sorted(name for name in names if name.startswith(prefix)))

    def path_of(self, key: str) -> Path:
        """Return the file that holds the blob, to be read only; raises `BlobNotFound`."""
        path = self._path(key)
        if not self._is_kept(path):
            raise BlobNotFound(key)
        return path

    # Writing, in the order in which it happens.

    def _adopt(self, source: BinaryIO | Path) -> Path | None:
        """Give the caller's file a scratch name, or None if it cannot be had without a copy."""
        if not isinstance(source, Path) or source.is_symlink():
            return None
        scratch = self._scratch_path()
        try:
            os.link(source, scratch)
        except OSError:
            return None
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        scratch.chmod(READ_ONLY)
        return scratch

    def _copy(self, source: BinaryIO | Path) -> Path:
        """Write the bytes under a scratch name, synced and read-only."""
        scratch = self._scratch_path()
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file, reading(source) as stream:
                copy_hashed(stream, file)
                file.flush()
                os.fsync(file.fileno())
            scratch.chmod(READ_ONLY)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
        return scratch

    def _publish(self, key: str, scratch: Path, target: Path) -> None:
        """Give the finished scratch file its name; the first writer of a name keeps it."""
        self._make_folders(target.parent)
        try:
            os.link(scratch, target)
        except FileExistsError:
            if not self._is_kept(target):
                raise UnsafeStore(key, "no plain file lies in the place of a blob") from None
            if not self.holds(key, sha256_of(scratch).hex()):
                raise BlobExists(key) from None
        _sync_folder(target.parent)

    def _scratch_path(self) -> Path:
        folder = self.root / SCRATCH_FOLDER
        self._make_folders(folder)
        return folder / secrets.token_hex(16)

    def _make_folders(self, folder: Path) -> None:
        """Make what is missing of `folder`, each new name synced into its parent."""
        if folder.is_dir():
            return
        if folder != self.root:
            self._make_folders(folder.parent)
        folder.mkdir(parents=folder == self.root, exist_ok=True, mode=0o750)
        _sync_folder(folder.parent)

    # Reading.

    def _open_file(self, key: str) -> BinaryIO:
        path = self.path_of(key)
        with self._disk_errors(key):
            return os.fdopen(os.open(path, os.O_RDONLY | _NO_FOLLOW), "rb")

    def _files(self, prefix: str) -> Iterator[Path]:
        """Walk the deepest folder that `prefix` names, without following symlinks."""
        start = self.root / prefix.rpartition("/")[0]
        for folder, subfolders, names in os.walk(start, followlinks=False):
            if Path(folder) == self.root and SCRATCH_FOLDER in subfolders:
                subfolders.remove(SCRATCH_FOLDER)
            yield from (Path(folder) / name for name in names)

    def _is_kept(self, path: Path) -> bool:
        try:
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return False
        if stat.S_ISLNK(mode):
            raise UnsafeStore(path.name, "a symlink lies in the place of a blob")
        return stat.S_ISREG(mode)

    def _path(self, key: str) -> Path:
        """Return the key's place; a symlink on the way to it is refused, not followed."""
        path = self.root / check_key(key)
        folder = path.parent
        while folder != self.root:
            if folder.is_symlink():
                raise UnsafeStore(key, "a symlink lies in the place of a folder")
            folder = folder.parent
        return path

    @contextmanager
    def _disk_errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in _DISK_TROUBLE:
                raise
            raise StoreUnavailable(key, error.strerror or "disk error") from error


def _sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable; not every system lets a folder be opened."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
