"""A day of 20 visits that comes home to a poor line, beside what the line needs for the bytes.

The phone's own app sends what it kept without signal: in deliveries, as it does by itself, and by
single calls, as it does for an office of before.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Request, sync_playwright

from tests.bench.figure import Figure
from tests.bench.line import KBIT_400, slow_line
from tests.bench.pictures import visit_photo
from tests.bench.stage import prepared
from tests.bench.workload import give_visits
from tests.e2e.pages import Screens
from tests.e2e.phone import WITHOUT_DELIVERIES, Phone
from tests.e2e.server import LiveServer

VISITS, BUDGET = 20, 1.15
PATIENCE_MS = 600_000
SENDING = ("/deliveries", "/captures", "/uploads", "/results", "/attempts", "/consistency")


@dataclass(frozen=True)
class Sent:
    """What it took until the office had vouched for everything."""

    seconds: float
    requests: int
    payload: int

    @property
    def line_seconds(self) -> float:
        """How long the bytes alone keep the line."""
        return self.payload / KBIT_400


def measure() -> list[Figure]:
    """Return the day's time by both ways, and a single visit's, as parts of the line's own."""
    found: list[Figure] = []
    with prepared("day-of-visits", people=300) as server:
        give_visits(server, "worker1", 4 * VISITS)
        server.start()
        ways = (("in deliveries", []), ("by single calls", [WITHOUT_DELIVERIES]))
        for run, (count, (words, scripts)) in enumerate(product((1, VISITS), ways)):
            # The office never gets a photo that it has already.
            photos = range(run * VISITS, run * VISITS + count)
            sent = _sent(server, server.data_dir / f"run{run}", photos, scripts)
            found.append(_figure(count, words, sent))
    return found


def _figure(count: int, words: str, sent: Sent) -> Figure:
    note = f"{sent.seconds:.1f} s, {sent.requests} requests, line alone {sent.line_seconds:.1f} s"
    name = f"{count} visits sent {words}" if count > 1 else f"one visit sent {words}"
    budget = BUDGET if count > 1 and words == "in deliveries" else sent.seconds / sent.line_seconds
    return Figure(name, sent.seconds / sent.line_seconds, "× line", budget, note)


def _sent(server: LiveServer, folder: Path, photos: range, scripts: Sequence[str]) -> Sent:
    with slow_line(server.port) as line, sync_playwright() as playwright:
        phone = Phone(playwright, folder / "phone", line.url, changes={"refused": ["camera"]},
                      init_scripts=list(scripts))  # fmt: skip
        try:
            screens = Screens(phone)
            screens.enrol()
            phone.go_offline()
            for number in photos:
                _visit(screens, folder / "photo.jpg", number)
            return _send(phone, screens)
        finally:
            phone.close()


def _visit(screens: Screens, photo: Path, number: int) -> None:
    photo.write_bytes(visit_photo(number))
    screens.open_visit()
    screens.begin()
    screens.answer_met_at_home()
    screens.press("拍照", exact=True)
    screens.pick_file(photo)
    screens.expect_kept()
    screens.press("下一步")
    screens.press("下一步")
    screens.answer_identity()
    screens.answer_contact()
    screens.answer_note()
    screens.confirm()


def _send(phone: Phone, screens: Screens) -> Sent:
    screens.open_outbox()
    items = phone.stores("outbox")["outbox"]
    calls: list[str] = []

    def note(request: Request) -> None:
        if any(name in request.url for name in SENDING):
            calls.append(request.url)

    phone.context.on("request", note)
    started = time.monotonic()
    phone.go_online()
    screens.expect_all_sent(PATIENCE_MS)
    seconds = time.monotonic() - started
    return Sent(seconds, len(calls), sum(int(item["size_bytes"]) for item in items))
