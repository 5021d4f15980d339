"""Real servers for the tests: PostgreSQL and a Ceph object store, each in a folder of its own.

`from tests.services import postgresql_server, object_store` in a conftest makes the two
session-wide fixtures available; both start on first use and stop with the session.
"""

from tests.services.ceph import ObjectStore, start_ceph
from tests.services.fixtures import object_store, postgresql_server
from tests.services.postgresql import PostgresqlServer, start_postgresql

__all__ = [
    "ObjectStore",
    "PostgresqlServer",
    "object_store",
    "postgresql_server",
    "start_ceph",
    "start_postgresql",
]
