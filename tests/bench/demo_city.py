"""Loading the demo city with 100,000 people, as the command does it."""

import time

from tests.bench.figure import Figure
from tests.bench.stage import GENEROUS, scratch
from tests.e2e.server import LiveServer

PEOPLE = 100_000


def measure() -> list[Figure]:
    """Return the seconds of `flask demo load` into an empty, migrated database."""
    with scratch("demo-city") as folder:
        server = LiveServer(folder, environ=dict(GENEROUS))
        server.flask("db", "upgrade")
        start = time.perf_counter()
        server.flask("demo", "load", "--people", str(PEOPLE))
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in folder.glob("anzai.sqlite*")) / 1e6
    return [Figure("demo city of 100,000 people", seconds, "s", 60.0, f"database {size:.0f} MB")]
