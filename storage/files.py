"""A blob as a file with a name, for programs that seek or that run in a child process."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.local import LocalBlobStore
from storage.protocol import BlobStore
from storage.streams import copy_hashed


@contextmanager
def as_file(store: BlobStore, key: str) -> Iterator[Path]:
    """Give the path of a file with the blob's bytes, for reading only.

    A folder gives its own file; other stores a copy that is gone after the block.

    Raises:
        BlobNotFound: nothing is kept under `key`.
    """
    if isinstance(store, LocalBlobStore):
        yield store.path_of(key)
        return
    with store.open(key) as stream, tempfile.NamedTemporaryFile(prefix="anzai-") as copy:
        copy_hashed(stream, copy)  # type: ignore[arg-type]
        copy.flush()
        yield Path(copy.name)
