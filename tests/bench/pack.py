"""A pack of 2,000 people on a slow line, whole and then without a change: seconds and bytes."""

import time
from dataclasses import dataclass

from tests.bench.figure import Figure
from tests.bench.line import Line, slow_line
from tests.bench.stage import prepared
from tests.bench.wire import WireClient
from tests.bench.workload import enrolled, give_visits
from tests.phones import TestPhone

PEOPLE = 2000


@dataclass(frozen=True)
class Fetched:
    """What one fetch of everything new cost; `down` counts heads and bodies on the line."""

    cursor: str
    visits: int
    pages: int
    seconds: float
    down: int


def measure() -> list[Figure]:
    """Return the bytes and seconds of a first pack, and the bytes of the next one."""
    with prepared("pack", people=PEOPLE) as server:
        give_visits(server, "worker1", PEOPLE)
        server.start()
        phone = enrolled(server.url)
        with slow_line(server.port) as line:
            first = _fetch(phone, line, "")
            again = _fetch(phone, line, first.cursor)
    if (first.visits, again.visits) != (PEOPLE, 0):
        raise RuntimeError(f"the packs held {first.visits} and {again.visits} visits")
    return _figures(first, again)


def _fetch(phone: TestPhone, line: Line, cursor: str) -> Fetched:
    """Fetch page after page on one connection, as the phone's sync does."""
    client, visits, pages, more = WireClient(line.url), 0, 0, True
    before, start = line.down.total, time.perf_counter()
    while more:
        answer = client.get(f"/api/v1/pack?cursor={cursor}", phone.headers)
        if answer.status_code != 200:
            raise RuntimeError(f"no pack: {answer.status_code} {answer.text[:200]}")
        page = answer.get_json()
        cursor, more = page["cursor"], page["next"] is not None
        visits, pages = visits + len(page["visits"]), pages + 1
    seconds = time.perf_counter() - start
    client.close()
    return Fetched(cursor, visits, pages, seconds, line.down.total - before)


def _figures(first: Fetched, again: Fetched) -> list[Figure]:
    pages = f"{first.pages} pages, {first.down / PEOPLE:.0f} B a person"
    return [
        Figure("pack of 2,000 people, on the line", first.down / 1e6, "MB", 1.0, pages),
        Figure("pack of 2,000 people, 400 kbit/s, 400 ms", first.seconds, "s", 10.0),
        Figure("next pack without a change", again.down / 1e3, "kB", 2.0,
               f"{again.seconds:.1f} s, heads included"),
    ]  # fmt: skip
