"""Cells that an .ods sheet merges downwards, which the reader does not tell.

The sheet's XML is walked through with patterns; no XML parser meets a hostile file.
"""

import io
import re
import zipfile

from webapp.roster.sheet_marks import MOST_MARKS, SheetMarks

_TABLE = re.compile(rb"<table:table\b[^>]*>(.*?)</table:table>", re.DOTALL)
_ROW = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_ROWS_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_COLUMNS_REPEATED = re.compile(rb'table:number-columns-repeated="(\d+)"')
_ROWS_SPANNED = re.compile(rb'table:number-rows-spanned="(\d+)"')
_MERGES_DOWN = re.compile(rb'table:number-rows-spanned="(?!1")')
_LARGEST = 400_000_000


def marks_of_ods(data: bytes, sheet_index: int) -> SheetMarks:
    """The marks of sheet number `sheet_index` (from 0): only what is merged."""
    marks = SheetMarks()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if book.getinfo("content.xml").file_size > _LARGEST:
            return marks
        content = book.read("content.xml")
    if not _MERGES_DOWN.search(content):
        return marks
    for index, table in enumerate(_TABLE.finditer(content)):
        if index == sheet_index:
            _find_merges(table[1], marks)
    return marks


def _find_merges(table: bytes, marks: SheetMarks) -> None:
    row = 0
    for found in _ROW.finditer(table):
        if found[2] and _MERGES_DOWN.search(found[2]):
            _find_in_row(found[2], row, marks)
        repeated = _ROWS_REPEATED.search(found[1])
        row += int(repeated[1]) if repeated else 1


def _find_in_row(cells: bytes, row: int, marks: SheetMarks) -> None:
    column = 0
    for found in _CELL.finditer(cells):
        spanned = _ROWS_SPANNED.search(found[1])
        if spanned and int(spanned[1]) > 1 and len(marks.merges) < MOST_MARKS:
            marks.merges.append(((row, column), (row + int(spanned[1]) - 1, column)))
        repeated = _COLUMNS_REPEATED.search(found[1])
        column += int(repeated[1]) if repeated else 1
