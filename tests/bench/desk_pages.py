"""The review queue and the archive on 100,000 visits, with their filters, on both databases."""

import re
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from flask_migrate import upgrade

from tests.bench.archive_builder import Year, build_year
from tests.bench.figure import Figure
from tests.bench.stage import program, scratch
from tests.builders import PASSWORD
from tests.services.postgresql import start_postgresql
from webapp.roster import look_up

VISITS, RUNS, BUDGET_MS = 100_000, 9, 100.0
COMMON_FLAG, RARE_FLAG = "location_missing", "metadata_differs"
_NEXT = re.compile(r'href="([^"]*[?&;]after=[^"]+)"')


def measure() -> list[Figure]:
    """Return the slowest page of each kind, by its median, for SQLite and for PostgreSQL."""
    with scratch("desk-sqlite") as folder:
        figures = _on_database("SQLite", folder, f"sqlite:///{folder}/anzai.sqlite")
    server = start_postgresql()
    try:
        with scratch("desk-postgresql") as folder:
            return figures + _on_database("PostgreSQL", folder, server.create_database())
    finally:
        server.stop()


def _on_database(words: str, folder: Path, url: str) -> list[Figure]:
    with program(folder, url) as app:
        upgrade()
        year = build_year(VISITS)
    with program(folder, url) as app:
        client = app.test_client()
        _sign_in(client)
        return [
            _figure(f"{kind} pages on 100,000 visits, {words}", client, paths)
            for kind, paths in (("review", _review_paths(year)), ("archive", _archive_paths(year)))
        ]


def _sign_in(client: FlaskClient) -> None:
    form = client.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    sent = {"username": "checker", "password": PASSWORD, "next": "/today"}
    answer = client.post("/sign-in", data=sent | {"csrf_token": token[1] if token else ""})
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"no sign-in: {answer.status_code}")


def _review_paths(year: Year) -> list[str]:
    district, community = _area_ids(year)
    return [
        "/review", f"/review?area={district}", f"/review?area={community}",
        "/review?outcome=deceased", "/review?outcome=imprisoned", "/review?flagged=1",
        "/review?conflict=1", f"/review?area={community}&flagged=1",
    ]  # fmt: skip


def _archive_paths(year: Year) -> list[str]:
    district, community = _area_ids(year)
    worker, until = year.workers[7][0], date.today() - timedelta(days=200)
    return [
        "/archive", f"/archive?area={district}", f"/archive?area={community}",
        "/archive?outcome=imprisoned", f"/archive?worker={worker}", "/archive?state=returned",
        f"/archive?search={year.a_name}", f"/archive?search={year.a_name[0]}",
        look_up.address_of({"list": "/archive", "search": year.a_number}),
        "/archive?search=没有这个人",
        f"/archive?flag={COMMON_FLAG}", f"/archive?flag={RARE_FLAG}",
        f"/archive?flag={RARE_FLAG}&area={community}",
        f"/archive?since={until - timedelta(days=7)}&until={until}",
        f"/archive?outcome=deceased&area={community}&worker={worker}",
    ]  # fmt: skip


def _area_ids(year: Year) -> tuple[int, int]:
    """Return the ids of one district and of one community elsewhere."""
    community = year.communities[len(year.communities) // 3]
    ids = [int(part) for part in community.path.strip("/").split("/")]
    return ids[1], ids[-1]


def _figure(name: str, client: FlaskClient, paths: Sequence[str]) -> Figure:
    medians: dict[str, float] = {}
    for path in paths:
        medians[path], following = _median_ms(client, path)
        if following and path == paths[0]:
            medians["the second page"], _ = _median_ms(client, following)
    for path, median in medians.items():
        print(f"  {median:7.1f} ms  {path}", file=sys.stderr)
    slowest = max(medians, key=lambda path: medians[path])
    middle = statistics.median(medians.values())
    note = f"slowest of {len(medians)}: {slowest}; half of them ≤ {middle:.0f} ms"
    return Figure(name, medians[slowest], "ms", BUDGET_MS, note)


def _median_ms(client: FlaskClient, path: str) -> tuple[float, str | None]:
    """Fetch a page once to warm up, then `RUNS` times; return the median, the next page."""
    times, text = [], ""
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - start) * 1e3)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        text = answer.text
    found = _NEXT.search(text)
    following = found[1].replace("&amp;", "&") if found else None
    return statistics.median(times[1:]), following
