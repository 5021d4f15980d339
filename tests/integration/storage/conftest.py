"""The three stores, each empty, behind one fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.local import LocalBlobStore
from storage.memory import MemoryBlobStore
from storage.protocol import BlobStore
from storage.s3 import S3BlobStore


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    """An empty store of each kind; the S3 one is a bucket of a real Ceph."""
    if request.param == "local":
        yield LocalBlobStore(tmp_path / "blobs")
    elif request.param == "memory":
        yield MemoryBlobStore()
    else:
        server = request.getfixturevalue("object_store")
        client = server.client()
        yield S3BlobStore(client, server.create_bucket(), "anzai/")
        client.close()
