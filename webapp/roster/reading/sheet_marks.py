"""What the reader does not tell of an .xlsx sheet: hidden rows, struck cells, broken cells.

The sheet's XML is streamed through once with patterns, so that memory stays flat and no XML
parser meets a hostile file.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field

from webapp.roster.reading.strikes import Strikes
from webapp.roster.reading.xlsx_comments import comments_of
from webapp.roster.reading.xlsx_rows import spelled_out
from webapp.roster.reading.xlsx_strikes import StruckText

_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 16
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
# A row of no height cannot be seen either.
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']|\bht=["']0(?:\.0*)?["']""")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>]|)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>/]*>([^<]+)</")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*"([^"]*)\"""")
MOST_MARKS = 2_000_000


@dataclass(slots=True)
class SheetMarks:
    """Row numbers count from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    broken: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    struck: dict[int, Strikes] = field(default_factory=dict)
    comments: dict[int, Strikes] = field(default_factory=dict)
    # First row and column, last row and column, all counted from 0.
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    def strike(self, row: int, column: int, words: str) -> None:
        """Note that `words` of a cell are struck through, all of it if they are `WHOLE`."""
        if len(self.struck) < MOST_MARKS:
            self.struck.setdefault(row, {})[column] = words

    def comment(self, row: int, column: int, words: str) -> None:
        """Note what somebody wrote about a cell."""
        if words and len(self.comments) < MOST_MARKS:
            self.comments.setdefault(row, {})[column] = words

    def strike_merges(self) -> None:
        """What is struck in the first cell of a merge is struck in every row of it."""
        for (top, left), (bottom, _right) in self.merges if self.struck else ():
            words = self.struck.get(top + 1, {}).get(left)
            if words is not None:
                for row in range(top + 1, bottom + 1):
                    self.strike(row + 1, left, words)


def marks_of(data: bytes, sheet_index: int) -> SheetMarks:
    """The marks of the workbook's sheet number `sheet_index` (from 0); none when not to be had."""
    marks = SheetMarks()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = _part_of(book, sheet_index)
        if part is None:
            return marks
        for letters, at, words in comments_of(book, part):
            marks.comment(at, _column(letters), words)
        struck = StruckText.of(book)
        with book.open(part) as stream:
            rest, row = b"", 0
            while chunk := stream.read(_CHUNK):
                whole, rest = _whole_rows(rest + chunk)
                whole = spelled_out(whole, row)
                row = _scan(whole, row, marks)
                for letters, at, words in struck.cells(whole):
                    marks.strike(at, _column(letters), words)
    return marks


def _part_of(book: zipfile.ZipFile, sheet_index: int) -> str | None:
    """The sheet's file, through the workbook's relations."""
    try:
        sheets = _SHEET.findall(book.read("xl/workbook.xml").decode("utf-8", "replace"))
        relations = book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        wanted = dict(_ATTRIBUTE.findall(sheets[sheet_index]))
        found = [dict(_ATTRIBUTE.findall(text)) for text in _RELATION.findall(relations)]
        by_id = {each["Id"]: each["Target"] for each in found if each.keys() >= {"Id", "Target"}}
        key = next(value for name, value in wanted.items() if name.endswith(":id"))
        target = by_id[key]
    except (KeyError, IndexError, StopIteration):
        return None
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return name if name in book.namelist() else None


def _whole_rows(data: bytes) -> tuple[bytes, bytes]:
    """What ends with a row, and what follows for the next chunk."""
    close = max(data.rfind(b"</row>") + 6, data.rfind(b":row>") + 5)
    end = close if close > 5 else max(len(data) - _LONGEST_TAG, 0)
    return data[:end], data[end:]


def _scan(whole: bytes, row: int, marks: SheetMarks) -> int:
    """Looks through whole rows; returns the number of the last."""
    wants_cells = b"<f" in whole or b't="e"' in whole
    may_hide = b"hidden" in whole or b' ht="0' in whole
    starts = list(_ROW.finditer(whole)) if wants_cells or may_hide else []
    if not starts:
        return _last_row(whole, row)
    for at, found in enumerate(starts):
        number = _NUMBER.search(found[1])
        row = int(number[1]) if number else row + 1
        if _HIDDEN.search(found[1]):
            marks.hidden_rows.add(row)
        if wants_cells:
            stop = starts[at + 1].start() if at + 1 < len(starts) else len(whole)
            _scan_cells(whole[found.end() : stop], row, marks)
    return row


def _last_row(whole: bytes, row: int) -> int:
    """The number of the last row seen; counted when the file does not write numbers."""
    numbered = whole.rfind(b'<row r="')
    if numbered >= 0:
        found = _NUMBER.search(whole, numbered)
        return int(found[1]) if found else row
    return row + len(_ROW.findall(whole))


def _scan_cells(text: bytes, row: int, marks: SheetMarks) -> None:
    if b"<f" not in text and b't="e"' not in text:
        return
    for attributes, inner in _CELL.findall(text):
        place = _PLACE.search(attributes)
        if place is None or len(marks.broken) > MOST_MARKS:
            continue
        value = _VALUE.search(inner)
        if b't="e"' in attributes:
            what = value[1].decode("ascii", "replace") if value else "#N/A"
        elif b"<f" in inner and value is None and b't="str"' not in attributes:
            what = "formula"
        else:
            continue
        marks.broken.setdefault(row, []).append((_column(place[1]), what))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
