"""Fetches original rows out of a workbook again, for the error workbook and for held rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from webapp.roster.imports.import_run import Outcome
from webapp.roster.imports.reading_process import ReadingJob, read_originals
from webapp.roster.reading.headers import Field
from webapp.roster.reading.treatments import Treatment


def originals_of(
    path: Path | None, data: bytes, rows: Iterable[tuple[Any, ...]], synonyms: Mapping[str, Field]
) -> dict[tuple[str, int], list[Any]]:
    """The packed cells of rows given as (sheet, row number, …)."""
    wanted: dict[str, list[int]] = {}
    for sheet, number, *_rest in rows:
        wanted.setdefault(sheet, []).append(number)
    if not wanted:
        return {}
    names = {header: field.value for header, field in synonyms.items()}
    return read_originals(
        ReadingJob(path=path, data=data, today=date.min, areas=[], originals=wanted, synonyms=names)
    )


# Rows that somebody looks at, and wants to see whom they name.
LOOKED_AT = frozenset({Treatment.WARN, Treatment.HOLD, Treatment.REJECT})


def fill_bare_cells(
    path: Path | None, data: bytes, outcome: Outcome, synonyms: Mapping[str, Field]
) -> None:
    """Plain rows were sent without their cells when only the roster or a later row marks them."""
    bare = [
        item for item in outcome.items.values()
        if item.treatment in LOOKED_AT and item.cells is None
    ]  # fmt: skip
    found = originals_of(path, data, [(item.sheet, item.row) for item in bare], synonyms)
    for item in bare:
        item.cells = found.get((item.sheet, item.row))
