"""The one door to the workbook writer: the error workbook and the exported roster.

Every cell is text and none is a formula. A text that a spreadsheet might take for one gets the
spreadsheet's own quote mark, so that it shows as it is and survives being saved as CSV.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import xlsxwriter

_SUSPECT = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST_CELL = 32_767
_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """One sheet: a header, the rows below it as texts, and the widths of its columns."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int] = ()


def write_workbook(stream: BinaryIO, sheets: Sequence[WrittenSheet]) -> None:
    """Write an .xlsx workbook; memory stays flat however many rows there are."""
    book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_urls": False})
    text = book.add_format({"num_format": "@", "valign": "top"})
    quoted = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
    head = book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "bottom": 1})
    taken: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name, taken))
        page.freeze_panes(1, 0)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        _write_row(page, 0, sheet.header, head, head)
        for number, row in enumerate(sheet.rows, start=1):
            _write_row(page, number, row, text, quoted)
    book.close()


def _write_row(
    page: "xlsxwriter.worksheet.Worksheet", number: int, row: Sequence[str],
    text: "xlsxwriter.format.Format", quoted: "xlsxwriter.format.Format",
) -> None:  # fmt: skip
    for column, value in enumerate(row):
        style = quoted if value.startswith(_SUSPECT) else text
        page.write_string(number, column, value[:_LONGEST_CELL], style)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that the format allows: at most 31 characters, none of them special, no name twice."""
    plain = name.translate(_SHEET_NAME).strip("'")[:28] or "Sheet"
    unique, count = plain, 1
    while unique.lower() in taken:
        count += 1
        unique = f"{plain}~{count}"
    taken.add(unique.lower())
    return unique
