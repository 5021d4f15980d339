"""Fetches original rows out of a workbook again, for the error workbook and for held rows."""

from collections.abc import Iterable
from typing import Any

from webapp.roster import imports
from webapp.roster.import_run import Outcome
from webapp.roster.imports import IncomingFile
from webapp.roster.reading_process import ReadingJob, read_originals
from webapp.roster.treatments import Treatment


def originals_of(
    file: IncomingFile, rows: Iterable[tuple[Any, ...]]
) -> dict[tuple[str, int], list[Any]]:
    """The packed cells of rows given as (sheet, row number, …)."""
    wanted: dict[str, list[int]] = {}
    for sheet, number, *_rest in rows:
        wanted.setdefault(sheet, []).append(number)
    if not wanted:
        return {}
    today = imports.today()
    return read_originals(
        ReadingJob(path=file.path, data=file.data, today=today, areas=[], originals=wanted)
    )


def fill_held_cells(file: IncomingFile, outcome: Outcome) -> None:
    """Plain rows that only the roster itself holds back were sent without their cells."""
    bare = [
        item for item in outcome.items.values()
        if item.treatment is Treatment.HOLD and item.cells is None
    ]  # fmt: skip
    found = originals_of(file, [(item.sheet, item.row) for item in bare])
    for item in bare:
        item.cells = found.get((item.sheet, item.row))
