"""Reads the sheets of a workbook, part by part and row by row, with one memory of what was seen."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from typing import Any

from webapp.refusals import Refusal
from webapp.roster.cells.cleaning import Cell
from webapp.roster.reading import headings
from webapp.roster.reading.above_headers import people_above
from webapp.roster.reading.delimited import refuse_ruined
from webapp.roster.reading.gazetteer import Gazetteer
from webapp.roster.reading.headers import LOOK_AT, Field, repeats_header
from webapp.roster.reading.layout import holds_person, looks_like_header
from webapp.roster.reading.merged_cells import fill_down
from webapp.roster.reading.repeats import Repeats
from webapp.roster.reading.row_rules import SheetRules
from webapp.roster.reading.said_over import loss_over, loss_over_sheet
from webapp.roster.reading.sheet_heads import HeadRow, head_of
from webapp.roster.reading.sheet_marks import SheetMarks
from webapp.roster.reading.sheet_parts import Part, part_from, parts_of
from webapp.roster.reading.strikes import Strikes
from webapp.roster.reading.wire import (
    ROWS_A_FRAME,
    Frame,
    Late,
    PackedRow,
    pack_cells,
    pack_reading,
)
from webapp.roster.reading.workbook import SheetRows, Workbook

# A header in the midst of a sheet may have two lines.
_HEADER_LINES = 2


class SheetReader:
    """Reads sheet after sheet; `gazetteer` knows the areas, `synonyms` the source's own words."""

    def __init__(
        self, book: Workbook, gazetteer: Gazetteer, today: date, synonyms: dict[str, Field]
    ) -> None:
        self._book, self._gazetteer, self._today = book, gazetteer, today
        self._synonyms = synonyms
        self._repeats = Repeats()
        self._position = 0
        self._heads: dict[str, list[HeadRow]] = {}
        names = [sheet.name for sheet in book.sheets if not sheet.hidden]
        self._named_for = headings.of_sheets(names, gazetteer)

    def sheets(self, chosen: list[str] | None) -> Iterator[Frame]:
        """Every chosen sheet; without a choice, the visible ones that have a header.

        Raises:
            Refusal: sheet_not_found, header_not_found, header_twice, file_damaged, file_mojibake.
        """
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
        parts = parts_of(name, head, self._synonyms)
        if not parts and (first_rows := head_of(head)):
            self._heads[name] = first_rows
        for at, part in enumerate(parts):
            if at:
                # The reader's rows can be gone through only once.
                rows = self._book.rows(index)
                cells = iter(rows)
                head = list(islice(cells, LOOK_AT))
            rules = self._rules(part, name)
            described = _describe(part, rules.default_kind)
            yield {"sheet": part.name, "header": described, "height": rows.height}
            if above := self._above(self._rules(part, name), part, head):
                yield _frame(above, [])
            first = part.header.first_data
            below = fill_down(chain(head[first:], cells), rows.marks.merges, first)
            yield from self._rows(rules, part, below, rows)

    def _above(
        self, rules: SheetRules, part: Part, head: list[list[Cell]]
    ) -> list[PackedRow]:  # fmt: skip
        """The people above a part's header, held: nobody knows what their columns mean."""
        packed = []
        shape = part.shape
        for number, raw in people_above(head, part.header.first_line, shape.first, shape.end):
            cells = shape.cells(raw)
            reading = rules.read(number, cells)
            reading.note("above_header")
            self._repeats.compare(reading, self._position)
            packed.append(pack_reading(reading, cells))
            self._position += 1
        return packed

    def _rules(self, part: Part, sheet: str) -> SheetRules:
        over = self._named_for.get(sheet) or headings.of_sheet(sheet, self._gazetteer)
        own = headings.of_titles(part.own_above, self._gazetteer)
        over = own.over(over.over(headings.of_titles(part.above, self._gazetteer)))
        return SheetRules(
            part.header, self._gazetteer, self._today, part.name,
            _kind_of(sheet + "".join(part.above)), self._synonyms, over,
            loss_over_sheet(sheet)
            or next(filter(None, map(loss_over, (*part.above, *part.own_above))), ""),
        )  # fmt: skip

    def _rows(
        self, rules: SheetRules, part: Part, below: Iterable[list[Cell]], rows: SheetRows
    ) -> Iterator[Frame]:
        """The rows of a part, in frames; a new header in their midst begins a part of its own."""
        packed: list[PackedRow] = []
        late: list[Late] = []
        remaining = iter(below)
        odd = rows.marks.hidden_rows | rows.marks.struck.keys() | rows.marks.comments.keys()
        number, last = part.header.first_data, None
        while batch := list(islice(remaining, ROWS_A_FRAME)):
            for at, raw in enumerate(batch):
                number += 1
                cells = raw if part.shape.is_plain else part.shape.cells(raw)
                plain = None if number in odd else rules.read_plain(number, cells)
                if plain is not None and self._repeats.admit(plain, rules.sheet, self._position):
                    packed.append(plain)
                    self._position += 1
                    continue
                refuse_ruined(cells)
                lines = batch[at : at + _HEADER_LINES]
                above = batch[at - 1] if at else last
                new = _part_anew(part, number, lines, self._synonyms, above)
                if new is not part:
                    yield _frame(packed, late)
                    described = _describe(new, rules.default_kind)
                    yield {"sheet": new.name, "header": described, "height": 0}
                    packed, late, part = [], [], new
                    rules = self._rules_anew(rules, new)
                    cells = part.shape.cells(raw)
                whole = raw if part.shape.end is not None or part.shape.first else None
                marked = _marked(part, rows.marks, number)
                reading = rules.read(number, cells, whole=whole, **marked)
                late += self._repeats.compare(reading, self._position)
                packed.append(pack_reading(reading, cells))
                self._position += 1
            yield _frame(packed, late)
            packed, late, last = [], [], batch[-1]

    def _rules_anew(self, rules: SheetRules, part: Part) -> SheetRules:
        """The same rules under a new header; the places that stand over it go on standing."""
        return replace(
            rules, header=part.header, sheet=part.name, over=rules.standing_over,
            is_unclear=part.is_unclear,
        )  # fmt: skip


def originals(
    book: Workbook, wanted: dict[str, list[int]], synonyms: dict[str, Field]
) -> Iterator[Frame]:
    """The original cells of the rows asked for, by part and row number, in the part's form."""
    for index, sheet in enumerate(book.sheets):
        names = [name for name in wanted if name.split(" [", maxsplit=1)[0] == sheet.name
                 or name == sheet.name or (not sheet.name and name.startswith("["))]  # fmt: skip
        if not names:
            continue
        head = list(islice(iter(book.rows(index)), LOOK_AT))
        for part in parts_of(sheet.name, head, synonyms):
            yield from _originals_of(book.rows(index), part, wanted, synonyms)
    yield {"end": 0}


def _originals_of(
    rows: SheetRows, part: Part, wanted: dict[str, list[int]], synonyms: dict[str, Field]
) -> Iterator[Frame]:
    found: dict[str, list[list[Any]]] = {}
    first = part.header.first_data
    numbers = {name: set(rows) for name, rows in wanted.items()}
    every = iter(rows)
    for at, raw in enumerate(islice(every, first), start=1):
        if at in numbers.get(part.name, ()):
            found.setdefault(part.name, []).append([at, pack_cells(part.shape.cells(raw))])
    below = list(fill_down(every, rows.marks.merges, first))
    for at, raw in enumerate(below):
        number = first + at + 1
        lines, above = below[at : at + _HEADER_LINES], below[at - 1] if at else None
        part = _part_anew(part, number, lines, synonyms, above)
        if number in numbers.get(part.name, ()):
            found.setdefault(part.name, []).append([number, pack_cells(part.shape.cells(raw))])
    for name, all_rows in found.items():
        for start in range(0, len(all_rows), ROWS_A_FRAME):
            yield {"sheet": name, "originals": all_rows[start : start + ROWS_A_FRAME]}


def _part_anew(
    part: Part, number: int, lines: list[list[Cell]], synonyms: dict[str, Field],
    above: list[Cell] | None,
) -> Part:  # fmt: skip
    """The part that row `number` belongs to: a new one if it is a header that says otherwise."""
    own = part.shape.own(lines[0])
    if holds_person(own, part.shape.plain_header):
        return part
    if not repeats_header(own, part.shape.plain_header, synonyms) and not looks_like_header(
        own, part.shape.plain_header
    ):
        return part
    return part_from(part, number, lines, synonyms, above)


def _marked(part: Part, marks: SheetMarks, number: int) -> dict[str, Any]:
    """What the marks say of a row, as its reading takes it."""
    return {
        "hidden": number in marks.hidden_rows,
        "struck": _of_part(part, marks.struck.get(number, {})),
        "comments": _of_part(part, marks.comments.get(number, {})),
    }


def _of_part(part: Part, words_by_column: Strikes) -> Strikes:
    """What is said of the sheet's columns, by columns of the part."""
    return {own: words for at, words in words_by_column.items()
            if (own := part.shape.column(at)) is not None}  # fmt: skip


def _frame(packed: list[PackedRow], late: list[Late]) -> Frame:
    return {"rows": packed, "late": late} if late else {"rows": packed}


def _kind_of(title: str) -> str:
    """A sheet that speaks of dependants only holds dependants."""
    return "dependant" if "遗属" in title and "退休" not in title else "retiree"


def _describe(part: Part, kind: str) -> dict[str, Any]:
    header = part.header
    return {
        "row": header.first_data,
        "kind": kind,
        "columns": {field.value: at for field, at in header.columns.items()},
        "texts": list(header.texts),
        "unmapped": list(header.unmapped),
        "address": [at for at, _ in header.address],
        "remarks": list(header.remarks),
        "watched": list(header.watched),
        "first": part.shape.first,
        "outside": list(part.shape.outside),
        "width": len(part.shape.plain_header.texts),
    }
