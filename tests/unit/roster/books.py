"""Small workbooks made in memory, in every form, and what the reader makes of them."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt
from openpyxl.styles import Font

from tests.unit.roster.town import TODAY, gazetteer
from webapp.roster.readings import RowReading
from webapp.roster.sheet_reader import SheetReader
from webapp.roster.wire import unpack_reading
from webapp.roster.workbook import open_workbook

Rows = Sequence[Sequence[Any]]
# Cells (row, column) from the first to the last, counted from 0.
Merges = Sequence[tuple[int, int, int, int]]
Struck = Sequence[tuple[int, int]]


def xlsx(rows: Rows, merges: Merges = (), struck: Struck = (), name: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for top, left, bottom, right in merges:
        sheet.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    for at, column in struck:
        sheet.cell(at + 1, column + 1).font = Font(strike=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(rows: Rows, merges: Merges = (), struck: Struck = (), name: str = "Sheet1") -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name, cell_overwrite_ok=True)
    style = xlwt.easyxf("font: struck_out on")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value not in {"", None}:
                sheet.write(at, column, value, *([style] if (at, column) in struck else []))
    for top, left, bottom, right in merges:
        sheet.merge(top, bottom, left, right)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(rows: Rows, _merges: Merges = (), _struck: Struck = (), name: str = "") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("gb18030")


def ods(rows: Rows, merges: Merges = (), _struck: Struck = (), name: str = "Sheet1") -> bytes:
    spans = {(top, left): (bottom - top + 1, right - left + 1)
             for top, left, bottom, right in merges}  # fmt: skip
    lines = []
    for at, row in enumerate(rows):
        cells = [_ods_cell(value, spans.get((at, column), (1, 1)))
                 for column, value in enumerate(row)]  # fmt: skip
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", _MANIFEST)
    return stream.getvalue()


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def _ods_cell(value: Any, span: tuple[int, int]) -> str:
    if value in {"", None}:
        return "<table:table-cell/>"
    spanned = ""
    if span != (1, 1):
        spanned = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    return (
        f'<table:table-cell office:value-type="string"{spanned}>'
        f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
    )


FORMS: dict[str, Callable[..., bytes]] = {"xlsx": xlsx, "xls": xls, "csv": text, "ods": ods}


def read(data: bytes) -> dict[tuple[str, int], RowReading]:
    """Every row below a header, by part and row number."""
    found: dict[tuple[str, int], RowReading] = {}
    sheet = ""
    for frame in SheetReader(open_workbook(data, {}), gazetteer(), TODAY, {}).sheets(None):
        if "header" in frame:
            sheet = frame["sheet"]
        for packed in frame.get("rows", ()):
            reading = unpack_reading(packed, sheet)
            found[sheet, reading.row] = reading
    return found


def used(data: bytes) -> dict[str, RowReading]:
    """The readings that name somebody, by number."""
    return {each.number: each for each in read(data).values() if each.number}
