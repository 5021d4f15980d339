"""What the reader does not tell of an .ods sheet: merged cells, struck cells, hidden rows.

The sheet's XML is walked through with patterns; no XML parser meets a hostile file.
"""

import html
import io
import re
import zipfile

from webapp.roster.reading.ods_strikes import COMMENT, StruckStyles, placed_cells
from webapp.roster.reading.sheet_marks import MOST_MARKS, SheetMarks

_TABLE = re.compile(rb"<table:table\b[^>]*>(.*?)</table:table>", re.DOTALL)
_ROW = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_ROWS_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_COLUMNS_REPEATED = re.compile(rb'table:number-columns-repeated="(\d+)"')
_ROWS_SPANNED = re.compile(rb'table:number-rows-spanned="(\d+)"')
_MERGES_DOWN = re.compile(rb'table:number-rows-spanned="(?!1")')
_HIDDEN = re.compile(rb'\btable:visibility="(?:collapse|filter)"')
# A formula that nobody computed, and a cell whose value is an error.
_MAY_BREAK = re.compile(rb'\btable:formula=|\bcalcext:value-type=["\']error["\']')
_IS_ERROR = re.compile(rb'\bcalcext:value-type=["\']error["\']')
_HAS_VALUE = re.compile(rb"\boffice:(?:string-|date-|time-|boolean-)?value=")
_COMMENTED = re.compile(rb"<office:annotation\b")
_PARAGRAPH = re.compile(rb"<text:[ph]\b[^>]*>(.*?)</text:[ph]>", re.DOTALL)
_LARGEST = 400_000_000


def marks_of_ods(data: bytes, sheet_index: int) -> SheetMarks:
    """The marks of sheet number `sheet_index` (from 0)."""
    marks = SheetMarks()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if book.getinfo("content.xml").file_size > _LARGEST:
            return marks
        content = book.read("content.xml")
        named = book.namelist()
        common = book.read("styles.xml") if "styles.xml" in named else b""
    struck = StruckStyles.of(common, content)
    wanted = _MERGES_DOWN, _HIDDEN, _MAY_BREAK, _COMMENTED
    if not (struck or any(each.search(content) for each in wanted)):
        return marks
    for index, table in enumerate(_TABLE.finditer(content)):
        if index == sheet_index:
            _look_through(table[1], struck, marks)
    return marks


def _look_through(table: bytes, struck: StruckStyles, marks: SheetMarks) -> None:
    columns = struck.columns(table) if struck else []
    row = 0
    for found in _ROW.finditer(table):
        repeated = _ROWS_REPEATED.search(found[1])
        many = int(repeated[1]) if repeated else 1
        here = range(row + 1, row + 1 + min(many, MOST_MARKS))
        if found[2] and _MERGES_DOWN.search(found[2]):
            _find_merges(found[2], row, marks)
        if found[2] and _MAY_BREAK.search(found[2]):
            _find_broken(found[2], here, marks)
        if found[2] and _COMMENTED.search(found[2]):
            _find_comments(found[2], here, marks)
        if found[2] and b"<text:" in found[2]:
            if _HIDDEN.search(found[1]):
                marks.hidden_rows.update(here)
            for column, words in struck.cells(found[1], found[2], columns) if struck else ():
                for number in here:
                    marks.strike(number, column, words)
        row += many


def _find_comments(cells: bytes, rows: range, marks: SheetMarks) -> None:
    for _attributes, content, here in placed_cells(cells):
        told = [_plain(line) for note in COMMENT.findall(content)
                for line in _PARAGRAPH.findall(note)]  # fmt: skip
        for number in rows if any(told) else ():
            marks.comment(number, here.start, "\n".join(told))


def _plain(xml: bytes) -> str:
    return html.unescape(re.sub(rb"<[^>]*>", b"", xml).decode("utf-8", "replace")).strip()


def _find_broken(cells: bytes, rows: range, marks: SheetMarks) -> None:
    for attributes, content, here in placed_cells(cells):
        what = _broken(attributes, content) if _MAY_BREAK.search(attributes) else ""
        for number in rows if what and len(marks.broken) < MOST_MARKS else ():
            marks.broken.setdefault(number, []).extend((at, what) for at in here)


def _broken(attributes: bytes, content: bytes) -> str:
    """What is wrong with a cell: its error, or that its formula has no value; else ""."""
    words = re.sub(rb"<[^>]*>", b"", COMMENT.sub(b"", content)).decode("utf-8", "replace").strip()
    if _IS_ERROR.search(attributes) or words.startswith(("#", "Err:")):
        return words[:40] or "#N/A"
    has_value = _HAS_VALUE.search(attributes) or b"<text:p" in COMMENT.sub(b"", content)
    return "" if has_value else "formula"


def _find_merges(cells: bytes, row: int, marks: SheetMarks) -> None:
    column = 0
    for found in _CELL.finditer(cells):
        spanned = _ROWS_SPANNED.search(found[1])
        if spanned and int(spanned[1]) > 1 and len(marks.merges) < MOST_MARKS:
            marks.merges.append(((row, column), (row + int(spanned[1]) - 1, column)))
        repeated = _COLUMNS_REPEATED.search(found[1])
        column += int(repeated[1]) if repeated else 1
