"""The program of the child process that opens a workbook: it has no keys, no database, no network.

It is given a job on its standard input (one JSON line, then the file's bytes) and answers with
JSON lines. Whatever a hostile file does, it does here, under limits.
"""

import gc
import json
import sys
from collections.abc import Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

from webapp.refusals import Refusal
from webapp.roster.cleaning import Cell, as_text
from webapp.roster.delimited import refuse_ruined
from webapp.roster.gazetteer import AreaRow, Gazetteer
from webapp.roster.headers import LOOK_AT, Field, Header, find_header
from webapp.roster.repeats import Repeats
from webapp.roster.rules import SheetRules
from webapp.roster.sheet_heads import HeadRow, head_of
from webapp.roster.wire import ROWS_A_FRAME, Frame, Late, dump, pack_cells, pack_reading
from webapp.roster.workbook import Workbook, open_workbook

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
        yield from originals(book, job["originals"])
        return
    gazetteer = Gazetteer(
        [AreaRow(*area) for area in job["areas"]], [tuple(alias) for alias in job["aliases"]],
        {name: tuple(within) for name, within in job["zones"].items()}, job["duty"],
    )  # fmt: skip
    reader = _Reader(book, gazetteer, date.fromisoformat(job["today"]), synonyms)
    yield from reader.sheets(job["sheets"])


def originals(book: Workbook, wanted: dict[str, list[int]]) -> Iterator[Frame]:
    """The original cells of the rows asked for, by sheet and row number."""
    for index, sheet in enumerate(book.sheets):
        rows = set(wanted.get(sheet.name, ()))
        if not rows:
            continue
        last, batch = max(rows), []
        for number, cells in enumerate(book.rows(index), start=1):
            if number in rows:
                batch.append([number, pack_cells(cells)])
            if len(batch) >= ROWS_A_FRAME or number == last:
                yield {"sheet": sheet.name, "originals": batch}
                batch = []
            if number == last:
                break
    yield {"end": 0}


class _Reader:
    """Reads sheet after sheet with one memory of what was seen before."""

    def __init__(
        self, book: Workbook, gazetteer: Gazetteer, today: date, synonyms: dict[str, Field]
    ) -> None:
        self._book, self._gazetteer, self._today = book, gazetteer, today
        self._synonyms = synonyms
        self._repeats = Repeats()
        self._position = 0
        self._heads: dict[str, list[HeadRow]] = {}

    def sheets(self, chosen: list[str] | None) -> Iterator[Frame]:
        """Every chosen sheet; without a choice, the visible ones that have a header."""
        names = [sheet.name for sheet in self._book.sheets]
        for name in chosen or ():
            if name not in names:
                raise Refusal("sheet_not_found", sheet=name)
        yield {"sheets": [[sheet.name, sheet.hidden] for sheet in self._book.sheets]}
        found = 0
        for index, sheet in enumerate(self._book.sheets):
            if sheet.name in chosen if chosen else not sheet.hidden:
                for frame in self._sheet(index, sheet.name):
                    found += "header" in frame
                    yield frame
        if not found:
            raise Refusal("header_not_found", heads=self._heads)
        yield {"heads": self._heads}
        yield {"end": self._position}

    def _sheet(self, index: int, name: str) -> Iterator[Frame]:
        rows = self._book.rows(index)
        cells = iter(rows)
        head = list(islice(cells, LOOK_AT))
        header = find_header(head, self._synonyms)
        if header is None:
            if first_rows := head_of(head):
                self._heads[name] = first_rows
            return
        title = name + "".join(as_text(cell) for row in head[: header.first_line] for cell in row)
        rules = SheetRules(
            header, self._gazetteer, self._today, name, _kind_of(title), self._synonyms
        )
        yield {"sheet": name, "header": _describe(header), "height": rows.height}
        below = chain(head[header.first_data :], cells)
        yield from self._rows(rules, below, header.first_data + 1, rows.marks.hidden_rows)

    def _rows(
        self, rules: SheetRules, below: Iterator[list[Cell]], first: int, hidden: set[int]
    ) -> Iterator[Frame]:
        late: list[Late] = []
        number = first
        while batch := list(islice(below, ROWS_A_FRAME)):
            packed = []
            for cells in batch:
                plain = None if number in hidden else rules.read_plain(number, cells)
                if plain is not None and self._repeats.admit(plain, rules.sheet, self._position):
                    packed.append(plain)
                else:
                    refuse_ruined(cells)
                    reading = rules.read(number, cells, hidden=number in hidden)
                    late += self._repeats.compare(reading, self._position)
                    packed.append(pack_reading(reading, cells))
                number, self._position = number + 1, self._position + 1
            yield {"rows": packed, "late": late} if late else {"rows": packed}
            late = []


def _kind_of(title: str) -> str:
    """A sheet that speaks of dependants only holds dependants."""
    return "dependant" if "遗属" in title and "退休" not in title else "retiree"


def _describe(header: Header) -> dict[str, Any]:
    return {
        "row": header.first_data,
        "columns": {field.value: at for field, at in header.columns.items()},
        "texts": list(header.texts),
        "unmapped": list(header.unmapped),
    }


if __name__ == "__main__":
    main()
