"""The folder store: durable, read-only, and blind to what does not belong there."""

import errno
import io
import os
import stat
from pathlib import Path

import pytest

from storage.local import SCRATCH_FOLDER, LocalBlobStore
from storage.protocol import BlobNotFound, BlobStore, StoreUnavailable, UnsafeStore

KEY = "sha256/ab/cd/blob"


def test_every_store_is_one_to_the_type_checker(store: LocalBlobStore) -> None:
    assert isinstance(store, BlobStore)


def test_a_blob_is_read_only_and_no_scratch_file_is_left(store: LocalBlobStore) -> None:
    store.put(KEY, io.BytesIO(b"x"))

    assert stat.S_IMODE(store.path_of(KEY).stat().st_mode) == 0o440
    assert list((store.root / SCRATCH_FOLDER).iterdir()) == []


def test_an_adopted_file_is_the_blob_itself(store: LocalBlobStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(b"x")
    number = source.stat().st_ino

    store.put(KEY, source, consume=True)

    assert store.path_of(KEY).stat().st_ino == number
    assert stat.S_IMODE(store.path_of(KEY).stat().st_mode) == 0o440
    assert store.path_of(KEY).stat().st_nlink == 1


def test_file_and_folders_are_synced_before_put_returns(
    store: LocalBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    sync = os.fsync

    def remember(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        sync(handle)

    monkeypatch.setattr(os, "fsync", remember)
    store.put(KEY, io.BytesIO(b"x"))

    assert any(SCRATCH_FOLDER in path.parts and path.name != SCRATCH_FOLDER for path in synced)
    for folder in ("sha256/ab/cd", "sha256/ab", "sha256", "."):
        assert store.root / folder in synced


def test_a_symlink_in_the_place_of_a_blob_is_refused(store: LocalBlobStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    place = store.root / KEY
    place.parent.mkdir(parents=True)
    place.symlink_to(secret)

    for ask in (store.open, store.exists, store.size, store.delete):
        with pytest.raises(UnsafeStore):
            ask(KEY)
    with pytest.raises(UnsafeStore):
        store.put(KEY, io.BytesIO(b"x"))
    assert secret.read_bytes() == b"secret"


def test_a_symlinked_folder_is_refused(store: LocalBlobStore, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (store.root / "sha256").mkdir(parents=True)
    (store.root / "sha256/ab").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UnsafeStore):
        store.put(KEY, io.BytesIO(b"x"))

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_symlinked_source_is_copied_and_not_adopted(
    store: LocalBlobStore, tmp_path: Path
) -> None:
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    store.put(KEY, tmp_path / "link", consume=True)

    assert store.path_of(KEY).is_file()
    assert not store.path_of(KEY).is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"


def test_a_full_disk_is_said_and_leaves_nothing(
    store: LocalBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (store.root / SCRATCH_FOLDER).mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="No space left"):
        store.put(KEY, io.BytesIO(b"x"))

    assert list((store.root / SCRATCH_FOLDER).iterdir()) == []
    with pytest.raises(BlobNotFound):
        store.path_of(KEY)


def test_an_adopted_file_stays_as_it_was_when_its_blob_cannot_be_published(
    store: LocalBlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "upload"
    source.write_bytes(b"x")
    source.chmod(0o600)

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "_publish", full)
    with pytest.raises(StoreUnavailable):
        store.put(KEY, source, consume=True)

    assert stat.S_IMODE(source.stat().st_mode) == 0o600
    assert source.stat().st_nlink == 1


def test_a_half_written_blob_of_a_crash_is_invisible(store: LocalBlobStore) -> None:
    scratch = store.root / SCRATCH_FOLDER / "0123"
    scratch.parent.mkdir(parents=True)
    scratch.write_bytes(b"half")

    assert list(store.keys()) == []
    assert not store.exists("0123")


def test_a_missing_source_is_not_blamed_on_the_store(store: LocalBlobStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put(KEY, tmp_path / "nowhere")


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobStore:
    return LocalBlobStore(tmp_path / "blobs")
