"""Small workbooks made in memory, in every form, and what the reader makes of them."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests.unit.roster.town import TODAY, gazetteer
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.sheet_reader import SheetReader
from webapp.roster.reading.wire import unpack_reading
from webapp.roster.reading.workbook import open_workbook

Rows = Sequence[Sequence[Any]]
# Cells (row, column) from the first to the last, counted from 0.
Merges = Sequence[tuple[int, int, int, int]]
Struck = Sequence[tuple[int, int]]
# Instead of a text: its runs, each with whether it is struck through.
Runs = tuple[tuple[str, bool], ...]


def xlsx(rows: Rows, merges: Merges = (), struck: Struck = (), name: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append([_rich(value) if isinstance(value, tuple) else value for value in row])
    for top, left, bottom, right in merges:
        sheet.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    for at, column in struck:
        sheet.cell(at + 1, column + 1).font = Font(strike=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rich(runs: Runs) -> CellRichText:
    blocks = [TextBlock(InlineFont(strike=True if is_struck else None), text)
              for text, is_struck in runs]  # fmt: skip
    return CellRichText(blocks)


_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHARED = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"


def xlsx_shared(rows: Rows, merges: Merges = (), struck: Struck = (), name: str = "S") -> bytes:
    """The same workbook with its texts in the table of shared strings, as Excel writes them."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(rows, merges, struck, name)))
    parts = {part: source.read(part) for part in source.namelist()}
    strings: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        strings.append(found[2])
        return b'<c%s t="s"><v>%d</v></c>' % (found[1], len(strings) - 1)

    sheet = "xl/worksheets/sheet1.xml"
    inline = rb'<c([^>]*?) t="inlineStr"><is>(.*?)</is></c>'
    parts[sheet] = re.sub(inline, shared, parts[sheet], flags=re.DOTALL)
    texts = b"".join(b"<si>%s</si>" % each for each in strings)
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (_MAIN, texts)
    relations = "xl/_rels/workbook.xml.rels"
    relation = b'<Relationship Id="rIdS" Type="%s" Target="sharedStrings.xml"/>' % _SHARED
    parts[relations] = parts[relations].replace(b"</Rel", relation + b"</Rel")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        for part, data in parts.items():
            book.writestr(part, data)
    return stream.getvalue()


def xls(rows: Rows, merges: Merges = (), struck: Struck = (), name: str = "Sheet1") -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name, cell_overwrite_ok=True)
    style = xlwt.easyxf("font: struck_out on")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, tuple):
                sheet.write_rich_text(at, column, _runs_of_xls(value))
            elif value not in {"", None}:
                sheet.write(at, column, value, *([style] if (at, column) in struck else []))
    for top, left, bottom, right in merges:
        sheet.merge(top, bottom, left, right)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _runs_of_xls(runs: Runs) -> list[Any]:
    struck = xlwt.Font()
    struck.struck_out = True
    return [(text, struck) if is_struck else text for text, is_struck in runs]


def text(rows: Rows, _merges: Merges = (), _struck: Struck = (), name: str = "") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("gb18030")


def ods(
    rows: Rows, merges: Merges = (), struck: Struck = (), name: str = "Sheet1", *,
    columns: str = "", rows_styles: Sequence[str] = (),
) -> bytes:  # fmt: skip
    spans = {(top, left): (bottom - top + 1, right - left + 1)
             for top, left, bottom, right in merges}  # fmt: skip
    lines = []
    for at, row in enumerate(rows):
        cells = [_ods_cell(value, spans.get((at, column), (1, 1)), (at, column) in struck)
                 for column, value in enumerate(row)]  # fmt: skip
        style = rows_styles[at] if at < len(rows_styles) else ""
        lines.append(f"<table:table-row{style}>{''.join(cells)}</table:table-row>")
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"{_ODS_STYLES}<office:body><office:spreadsheet>"
        f'<table:table table:name="{name}">{columns}{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", _MANIFEST)
    return stream.getvalue()


_ODS_STYLES = (
    "<office:automatic-styles>"
    '<style:style style:name="T1" style:family="text"><style:text-properties '
    'style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>'
    '<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Default">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1"/>'
    '<style:style style:name="ce3" style:family="table-cell" style:parent-style-name="ce1">'
    '<style:text-properties style:text-line-through-style="none"/></style:style>'
    "</office:automatic-styles>"
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def _ods_cell(value: Any, span: tuple[int, int], is_struck: bool = False) -> str:
    if isinstance(value, tuple):
        texts = [f"<text:span{_STRIKES * struck}>{escape(told)}</text:span>"
                 for told, struck in value]  # fmt: skip
        return _ODS_TEXT % ("", "".join(texts))
    if value in {"", None}:
        return "<table:table-cell/>"
    attributes = ' table:style-name="ce2"' if is_struck else ""
    if span != (1, 1):
        rows, columns = span
        attributes += f' table:number-rows-spanned="{rows}"'
        attributes += f' table:number-columns-spanned="{columns}"'
    return _ODS_TEXT % (attributes, escape(str(value)))


_STRIKES = ' text:style-name="T1"'
_ODS_TEXT = '<table:table-cell office:value-type="string"%s><text:p>%s</text:p></table:table-cell>'
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
