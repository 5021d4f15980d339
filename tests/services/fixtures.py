"""The servers as session-wide pytest fixtures, started only when a test asks for one."""

from collections.abc import Iterator

import pytest

from tests.services.ceph import ObjectStore, start_ceph
from tests.services.postgresql import PostgresqlServer, start_postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this session's own."""
    server = start_postgresql()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """A Ceph object store of this session's own."""
    store = start_ceph()
    yield store
    store.stop()
