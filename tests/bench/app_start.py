"""From a cold profile to the first button of the sign-in screen, on a slow line and phone."""

import statistics
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.line import KBIT_400, ROUND_TRIP, slow_line
from tests.bench.slow_phone import SlowPhone, slow_phone
from tests.bench.stage import prepared
from tests.e2e.server import LiveServer

RUNS = 3
BUTTON = "button:not([disabled])"


def measure() -> list[Figure]:
    """Return the median seconds; the line is a relay, so connections cost round trips too."""
    with prepared("app-start", people=100) as server:
        server.start()
        relayed = [_through_line(server, server.data_dir / f"a{run}") for run in range(RUNS)]
        emulated = [_emulated(server, server.data_dir / f"b{run}") for run in range(RUNS)]
    note = (
        f"cold profile, median of {RUNS}, slowest {max(relayed):.1f} s; "
        f"with the browser's own throttling {statistics.median(emulated):.1f} s"
    )
    name = "app usable, 400 kbit/s, 400 ms, CPU 4×"
    return [Figure(name, statistics.median(relayed), "s", 3.0, note)]


def _through_line(server: LiveServer, profile: Path) -> float:
    with slow_line(server.port) as line, slow_phone(profile, line.url) as phone:
        return _first_button(phone)


def _emulated(server: LiveServer, profile: Path) -> float:
    with slow_phone(profile, server.url) as phone:
        phone.devtools.send("Network.enable")
        phone.devtools.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": ROUND_TRIP * 1e3,
            "downloadThroughput": KBIT_400, "uploadThroughput": KBIT_400,
        })  # fmt: skip
        return _first_button(phone)


def _first_button(phone: SlowPhone) -> float:
    phone.slow_down()
    return phone.seconds_until(BUTTON)
