"""The program of the child process that opens a workbook: it has no keys, no database, no network.

It is given a job on its standard input (one JSON line, then the file's bytes) and answers with
JSON lines. Whatever a hostile file does, it does here, under limits.
"""

import gc
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from webapp.refusals import Refusal
from webapp.roster.reading.gazetteer import AreaRow, Gazetteer
from webapp.roster.reading.headers import Field
from webapp.roster.reading.sheet_reader import SheetReader, originals
from webapp.roster.reading.wire import Frame, dump
from webapp.roster.reading.workbook import open_workbook

MEMORY_BYTES = 2_500_000_000
CPU_SECONDS = 900


def main() -> None:
    """Do one job."""
    _limit()
    # Rows die young here and hold no cycles; the collector would only cost time.
    gc.disable()
    job = json.loads(sys.stdin.buffer.readline())
    data = Path(job["path"]).read_bytes() if job["path"] else sys.stdin.buffer.read()
    try:
        for frame in answer(job, data):
            sys.stdout.buffer.write(dump(frame))
            sys.stdout.buffer.flush()
    except Refusal as refusal:
        sys.stdout.buffer.write(dump({"refused": refusal.code, "facts": refusal.facts}))
    except MemoryError:
        sys.stdout.buffer.write(dump({"refused": "file_too_large", "facts": {}}))


def _limit() -> None:
    """Cap memory and time; systems without `resource` (Windows) go without."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(job: dict[str, Any], data: bytes) -> Iterator[Frame]:
    """The frames: for each sheet its header, then its rows; late findings; the end.

    Raises:
        Refusal: the file cannot be read; nothing of it may be used.
    """
    synonyms = {header: Field(name) for header, name in job["synonyms"].items()}
    book = open_workbook(data, synonyms)
    if job["originals"] is not None:
        yield from originals(book, job["originals"], synonyms)
        return
    gazetteer = Gazetteer(
        [AreaRow(*area) for area in job["areas"]], [tuple(alias) for alias in job["aliases"]],
        {name: tuple(within) for name, within in job["zones"].items()}, job["duty"],
    )  # fmt: skip
    reader = SheetReader(book, gazetteer, date.fromisoformat(job["today"]), synonyms)
    yield from reader.sheets(job["sheets"])


if __name__ == "__main__":
    main()
