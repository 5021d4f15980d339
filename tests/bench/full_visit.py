"""What a full visit costs the server: record, photo of 300 kB, result, receipt.

Processor time, statements, syncs and requests a visit; how long one visit takes alone and among
eight; on SQLite and on a durable PostgreSQL, with one web process and with two. Beside it, in the
same run, the bare cost of the same bytes. The job worker does not run meanwhile.
"""

import base64
import hashlib
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

from flask import request_started
from sqlalchemy import event

from tests.bench import web_process
from tests.bench.figure import Figure
from tests.bench.pictures import visit_photo
from tests.bench.stage import GENEROUS, application, scratch
from tests.bench.web_process import WebProcess
from tests.bench.wire import WireClient
from tests.bench.workload import enrolled, give_visits
from tests.e2e.server import PASSWORD, LiveServer
from tests.phones import TestPhone, sign
from tests.services.postgresql import start_postgresql
from webapp.extensions import db

ROUND, ALONE, TOGETHER = 64, 1, 8
# Of one worker, for all that is sent to one city.
VISITS = 1000
SPREAD_BUDGET, SCALE_BUDGET = 4.0, 1.8


@dataclass
class Work:
    """One visit ready to be sent: everything that a phone makes is made before the clock runs."""

    phone: TestPhone
    capture_id: str
    record: bytes
    signature: str
    photo: bytes
    result: dict[str, Any]


@dataclass(frozen=True)
class Series:
    """What one series of visits took."""

    cpu_ms: float
    seconds: float
    times: Sequence[float]

    @property
    def rate(self) -> float:
        """Visits a second."""
        return len(self.times) / self.seconds

    @property
    def p50(self) -> float:
        """The median visit in milliseconds."""
        return statistics.median(self.times) * 1e3

    @property
    def p95(self) -> float:
        """The 95th of a hundred visits in milliseconds."""
        return statistics.quantiles(self.times, n=20)[18] * 1e3


def send_by_requests(work: Work) -> None:
    """Send a visit by the five requests: record, upload (two), result, receipt."""
    phone = work.phone
    kept = {"Capture-Signature": work.signature,
            "Content-Type": "application/vnd.anzai.capture+json"}  # fmt: skip
    answer = phone.client.post("/api/v1/captures", data=work.record, headers=phone.headers | kept)
    phone.expect(answer, 201)
    phone.upload(work.capture_id, work.photo)
    phone.expect(phone.post("/results", work.result), 201)
    phone.expect(phone.get(f"/captures/{work.capture_id}/receipt"), 200)


def send_by_delivery(work: Work) -> None:
    """Send a visit by one request."""
    phone, result = work.phone, json.dumps(work.result).encode()
    signature = base64.urlsafe_b64decode(work.signature + "==")
    parts = ", ".join((
        f"record;bytes={len(work.record)};signature={_said(signature)}",
        f"file;bytes={len(work.photo)};sha256={_said(hashlib.sha256(work.photo).digest())}",
        f"result;bytes={len(result)}",
    ))  # fmt: skip
    described = {"Content-Type": "application/vnd.anzai.delivery", "Delivery-Parts": parts}
    answer = phone.client.post(
        "/api/v1/deliveries", data=work.record + work.photo + result,
        headers=phone.headers | described,
    )  # fmt: skip
    told = phone.expect(answer, 201).get_json()["parts"]
    if [part["status"] for part in told] != [201, 201, 201] or "receipt" not in told[1]:
        raise RuntimeError(f"a delivery was not taken: {told}")


def _said(raw: bytes) -> str:
    return f":{base64.b64encode(raw).decode()}:"


@dataclass(frozen=True)
class Way:
    """A way to send a visit, with the processor time that it may cost on each database."""

    words: str
    send: Callable[[Work], None]
    budget_ms: dict[str, float]


WAYS = (
    Way("five requests", send_by_requests, {"SQLite": 32.0, "PostgreSQL": 32.0}),
    Way("one request", send_by_delivery, {"SQLite": 16.0, "PostgreSQL": 28.0}),
)


def measure() -> list[Figure]:
    """Return the figures of both databases beside those of the bare bytes."""
    with scratch("full-visit") as folder:
        bare = _bare(folder / "bare")
        figures = [Figure("bare cost of a visit's bytes", bare.cpu_ms, "ms CPU", bare.cpu_ms,
                          f"{bare.rate:.0f}/s one at a time")]  # fmt: skip
        figures += _on_sqlite(folder / "sqlite", bare)
        figures += _on_postgresql(folder / "postgresql", bare)
    return figures


def _bare(folder: Path) -> Series:
    photos = [visit_photo(10_000 + number) for number in range(ROUND)]
    with web_process.bare(folder) as server:
        client = WireClient(server.url)

        def send(photo: bytes) -> None:
            client.send("POST", "/", photo, {})

        return _series(server, send, photos, ALONE)


def _on_sqlite(folder: Path, bare: Series) -> list[Figure]:
    place = _city(folder, {})
    url = f"sqlite:///{place.data_dir}/anzai.sqlite"
    with web_process.embedded(place.environment()) as server:
        both = [_both_ways(server, way) for way in WAYS]
    return [
        figure for way, series in zip(WAYS, both, strict=True)
        for figure in _figures("SQLite", way, series, bare, _counted(place, url, way))
    ]  # fmt: skip


def _on_postgresql(folder: Path, bare: Series) -> list[Figure]:
    database = start_postgresql(is_durable=True)
    figures = []
    try:
        url = database.create_database()
        place = _city(folder, {"ANZAI_DATABASE_URL": url})
        for way in WAYS:
            with web_process.gunicorn(place.environment(), workers=1) as server:
                one = _both_ways(server, way, database.pid)
            with web_process.gunicorn(place.environment(), workers=2) as server:
                work = _prepare(server.url, ROUND * 2, TOGETHER)
                two = _series(server, way.send, work, TOGETHER, database.pid)
            counted = _counted(place, url, way)
            figures += _figures("PostgreSQL", way, one, bare, counted)
            figures.append(_scale(way, one[1], two))
    finally:
        database.stop()
    return figures


def _scale(way: Way, one: Series, two: Series) -> Figure:
    name = f"full visits, PostgreSQL, {way.words}, two processes : one"
    note = f"{two.rate:.1f}/s against {one.rate:.1f}/s"
    return Figure(name, two.rate / one.rate, "×", SCALE_BUDGET, note, at_least=True)


def _city(folder: Path, environ: dict[str, str]) -> LiveServer:
    folder.mkdir()
    place = LiveServer(folder, people=2000, environ=GENEROUS | environ)
    place.prepare()
    give_visits(place, "worker1", VISITS)
    return place


def _both_ways(server: WebProcess, way: Way, database: int | None = None) -> tuple[Series, Series]:
    """Send one visit after another, then eight at a time; the first few warm everything up."""
    _series(server, way.send, _prepare(server.url, 8, ALONE), ALONE)
    work = _prepare(server.url, ROUND, ALONE)
    alone = _series(server, way.send, work, ALONE, database)
    work = _prepare(server.url, ROUND * 2, TOGETHER)
    return alone, _series(server, way.send, work, TOGETHER, database)


def _series(
    server: WebProcess, send: Callable[[Any], None], work: Sequence[Any], width: int,
    database: int | None = None,
) -> Series:  # fmt: skip
    """Send all of it, `width` at a time; each sender has its own share, in its order."""

    def spent() -> float:
        pids = web_process.tree(database) if database else []
        return server.cpu_seconds() + sum(map(web_process.spent, pids))

    def send_share(share: Sequence[Any]) -> list[float]:
        times = []
        for each in share:
            begun = time.perf_counter()
            send(each)
            times.append(time.perf_counter() - begun)
        return times

    cpu, begun = spent(), time.perf_counter()
    with ThreadPoolExecutor(width) as senders:
        times = [one for some in senders.map(send_share, [work[n::width] for n in range(width)])
                 for one in some]  # fmt: skip
    seconds = time.perf_counter() - begun
    return Series((spent() - cpu) / len(work) * 1e3, seconds, times)


def _prepare(url: str, count: int, width: int) -> list[Work]:
    """Return `count` visits, the n-th for phone n modulo `width`."""
    phones = [enrolled(url) for _ in range(width)]
    tickets = [phone.ticket() for phone in phones]
    visits = list(islice(_open_visits(phones[0]), count))
    if len(visits) < count:
        raise ValueError(f"{count} visits are wanted, {len(visits)} are open")
    return [
        _work(phones[n % width], tickets[n % width], visit, n) for n, visit in enumerate(visits)
    ]


def _open_visits(phone: TestPhone) -> Iterator[dict[str, Any]]:
    path = "/pack"
    while path:
        page = phone.get(path).get_json()
        yield from (each for each in page["visits"] if each["status"] == "assigned")
        path = str(page["next"] or "").removeprefix("/api/v1")


def _work(phone: TestPhone, ticket: dict[str, str], visit: dict[str, Any], number: int) -> Work:
    photo = visit_photo(int(hashlib.sha256(visit["visit_id"].encode()).hexdigest()[:12], 16))
    body, record = phone.record(
        visit["visit_id"], visit["subject_ref"], photo,
        ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]},
        challenge=phone.challenge(ticket, UUID(visit["visit_id"])),
    )  # fmt: skip
    phone.seq, phone.prev = phone.seq + 1, hashlib.sha256(record).hexdigest()
    result = phone.result(
        visit["visit_id"], "eligible",
        captures=[{"capture_id": body["capture_id"], "record_sha256": phone.prev}],
    )  # fmt: skip
    return Work(phone, body["capture_id"], record, sign(phone.key, record), photo, result)


@dataclass
class Counted:
    """What one visit asked of database, disk and line."""

    statements: int = 0
    ends: int = 0
    syncs: int = 0
    requests: int = 0


def _counted(place: LiveServer, database_url: str, way: Way) -> Counted:
    """Send one visit to the program in this process, and count."""
    app, counted = application(place.data_dir, database_url), Counted()
    phone = TestPhone(app.test_client(), "worker1", PASSWORD).enrol()
    visit = next(_open_visits(cast(TestPhone, phone)))
    work = _work(cast(TestPhone, phone), phone.ticket(), visit, 0)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *_: _add(counted, "statements"))
    for end in ("commit", "rollback"):
        event.listen(engine, end, lambda *_: _add(counted, "ends"))
    sync = os.fsync
    with (
        request_started.connected_to(lambda *_a, **_k: _add(counted, "requests"), app),
        patch.object(os, "fsync", lambda handle: (_add(counted, "syncs"), sync(handle))[1]),
    ):
        way.send(work)
    engine.dispose()
    return counted


def _add(counted: Counted, name: str) -> None:
    setattr(counted, name, getattr(counted, name) + 1)


def _figures(
    database: str, way: Way, both: tuple[Series, Series], bare: Series, counted: Counted
) -> list[Figure]:
    alone, together = both
    cost = (
        f"{counted.requests} requests, {counted.statements} statements, {counted.ends} ends of"
        f" transactions, {counted.syncs} syncs of files; {alone.cpu_ms / bare.cpu_ms:.1f} × bare"
    )
    crowd = f"p50 {together.p50:.0f} ms, {together.rate:.1f}/s; alone {alone.rate:.1f}/s"
    return [
        Figure(f"full visit, {database}, {way.words}", alone.cpu_ms, "ms CPU",
               way.budget_ms[database], cost),
        Figure(f"full visit, {database}, {way.words}, p95", alone.p95, "ms",
               SPREAD_BUDGET * alone.p50, f"p50 {alone.p50:.0f} ms"),
        Figure(f"full visits, {database}, {way.words}, eight at once, p95", together.p95, "ms",
               SPREAD_BUDGET * together.p50, crowd),
    ]  # fmt: skip
