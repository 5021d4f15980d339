"""Importing a workbook of 100,000 rows beside merely reading it with the same reader."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.roster_workbook import write_workbook
from tests.bench.stage import GENEROUS, scratch
from tests.e2e.server import LiveServer

ROWS = 100_000
READINGS = 3
_READ = """
import sys, time
from python_calamine import CalamineWorkbook
start = time.perf_counter()
sheet = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
rows = sum(1 for _ in sheet.iter_rows())
print(rows, time.perf_counter() - start)
"""


def measure() -> list[Figure]:
    """Return how many times as long the whole command takes as reading alone."""
    with scratch("roster-import") as folder:
        workbook = folder / "roster.xlsx"
        write_workbook(workbook, ROWS)
        reading = min(_read(workbook) for _ in range(READINGS))
        server = _city(folder)
        dry, report = _import(server, workbook, "--dry-run")
        real, _ = _import(server, workbook)
    note = (
        f"import {real:.2f} s, dry run {dry:.2f} s, reading {reading:.2f} s; "
        f"{report['clean']:,} of {report['rows']:,} rows clean"
    )
    return [
        Figure("roster import of 100,000 rows, against reading", real / reading, "×", 3.0, note),
        Figure("its dry run, against reading", dry / reading, "×", 3.0),
    ]


def _read(workbook: Path) -> float:
    """Read every row in a process of its own; return the seconds of reading alone."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(workbook)], capture_output=True, text=True, check=True
    )
    rows, seconds = done.stdout.split()
    if int(rows) < ROWS:
        raise RuntimeError(f"the reader found {rows} rows")
    return float(seconds)


def _city(folder: Path) -> LiveServer:
    """Return a data folder with areas and accounts and next to nobody in it."""
    server = LiveServer(folder, people=1, environ=dict(GENEROUS))
    server.prepare()
    return server


def _import(server: LiveServer, workbook: Path, *options: str) -> tuple[float, dict[str, int]]:
    """Import as a user would; return the seconds from start to end of the command, its report."""
    start = time.perf_counter()
    output = server.flask("roster", "import", str(workbook), "--json", *options)
    seconds = time.perf_counter() - start
    report: dict[str, int] = json.loads(output[output.index("{") :])
    if report["clean"] + report["fix"] + report["warn"] < ROWS * 0.99:
        words = {key: report[key] for key in ("rows", "clean", "fix", "warn", "hold", "reject")}
        raise RuntimeError(f"the import did not take the rows: {words}")
    return seconds, report
