"""Starting the app without signal: from the navigation to today's list."""

import statistics
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.slow_phone import slow_phone
from tests.bench.stage import prepared
from tests.bench.workload import give_visits
from tests.e2e.pages import Screens

RUNS, VISITS = 5, 500
LIST = "ul[aria-label=走访名单] a, ol[aria-label=走访名单] a, [aria-label=走访名单] a"


def measure() -> list[Figure]:
    """Return the median seconds over fresh browsers, each on the storage of an enrolled phone."""
    with prepared("offline-start", people=VISITS) as server:
        give_visits(server, "worker1", VISITS)
        server.start()
        profile = server.data_dir / "phone"
        with slow_phone(profile, server.url) as phone:
            Screens(phone).enrol()
        times = [_start_offline(profile, server.url) for _ in range(RUNS)]
    note = f"{VISITS} visits, median of {RUNS} cold browsers, slowest {max(times):.2f} s"
    return [Figure("offline start, CPU 4×", statistics.median(times), "s", 1.0, note)]


def _start_offline(profile: Path, url: str) -> float:
    with slow_phone(profile, url) as phone:
        phone.go_offline()
        phone.slow_down()
        return phone.seconds_until(LIST)
