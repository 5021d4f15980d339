"""What the reader does not tell of an .xlsx sheet: hidden rows, struck cells, broken cells.

The sheet's XML is streamed through once with patterns, so that memory stays flat and no XML
parser meets a hostile file.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field

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
_FONT = re.compile(rb"<(?:\w+:)?font\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_STRIKE = re.compile(rb"""<(?:\w+:)?strike\b(?!\s+val=["'](?:0|false)["'])""")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FONT_OF = re.compile(rb"""<(?:\w+:)?xf\b[^>]*?\bfontId=["'](\d+)["']""")
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b")
_STRING = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*"([^"]*)\"""")
MOST_MARKS = 2_000_000


@dataclass(slots=True)
class SheetMarks:
    """Row numbers count from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    broken: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    struck: dict[int, set[int]] = field(default_factory=dict)
    # First row and column, last row and column, all counted from 0.
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def marks_of(data: bytes, sheet_index: int) -> SheetMarks:
    """The marks of the workbook's sheet number `sheet_index` (from 0); none when not to be had."""
    marks = SheetMarks()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = _part_of(book, sheet_index)
        if part is None:
            return marks
        struck = _Struck.of(book)
        with book.open(part) as stream:
            rest, row = b"", 0
            while chunk := stream.read(_CHUNK):
                data = rest + chunk
                row, rest = _scan(data, row, marks)
                if struck is not None:
                    struck.mark(data[: len(data) - len(rest)], marks)
    return marks


@dataclass(frozen=True, slots=True)
class _Struck:
    """Which cells are struck through: those of some formats, and those of some shared strings."""

    cells: re.Pattern[bytes]

    @classmethod
    def of(cls, book: zipfile.ZipFile) -> "_Struck | None":
        """None when nothing in the workbook is struck through."""
        formats = _struck_formats(_part(book, "xl/styles.xml"))
        strings = _struck_strings(_part(book, "xl/sharedStrings.xml"))
        ways = [rb"<(?:\w+:)?is>(?:(?!</(?:\w+:)?is>).)*?<(?:\w+:)?strike\b"]
        if strings:
            ways.append(rb"<(?:\w+:)?v>(?:" + b"|".join(strings) + rb")</")
        inner = rb">(?=(?:(?!</?(?:\w+:)?c\b).)*?(?:" + b"|".join(ways) + rb"))"
        if not formats:
            return cls(re.compile(_CELL_START + inner, re.DOTALL)) if strings else None
        styled = rb"""\bs=["'](?:""" + b"|".join(formats) + rb""")["'][^>]*>"""
        return cls(re.compile(_CELL_START + rb"(?:" + styled + rb"|" + inner + rb")", re.DOTALL))

    def mark(self, data: bytes, marks: "SheetMarks") -> None:
        """Mark the struck cells of whole rows, as far as anything stands in them."""
        for found in self.cells.finditer(data):
            if data[found.end() - 2 : found.end()] != b"/>" and len(marks.struck) < MOST_MARKS:
                marks.struck.setdefault(int(found[2]), set()).add(_column(found[1]))


_CELL_START = rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*?"""
# A part beyond this is not looked at for runs of struck text.
_LARGEST_PART = 200_000_000


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes if they speak of strikes, else nothing."""
    if name not in book.namelist() or book.getinfo(name).file_size > _LARGEST_PART:
        return b""
    data = book.read(name)
    return data if b"strike" in data else b""


def _struck_formats(styles: bytes) -> list[bytes]:
    """The numbers of the cell formats whose font is struck through."""
    start = styles.find(b"<fonts")
    fonts = [_STRIKE.search(found[0]) is not None for found in _FONT.finditer(styles, start)]
    if not any(fonts):
        return []
    table = _FORMATS.search(styles)
    numbers = _FONT_OF.findall(table[0]) if table else []
    return [
        str(at).encode() for at, font in enumerate(numbers)
        if int(font) < len(fonts) and fonts[int(font)]
    ]  # fmt: skip


def _struck_strings(strings: bytes) -> list[bytes]:
    """The numbers of the shared strings all of whose runs are struck through."""
    struck = []
    for at, found in enumerate(_STRING.finditer(strings)):
        if found[1] and b"strike" in found[1]:
            runs = _RUN.findall(found[1])
            if runs and all(_STRIKE.search(run) for run in runs):
                struck.append(str(at).encode())
        if len(struck) > _MOST_STRINGS:
            break
    return struck


_MOST_STRINGS = 5_000


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


def _scan(data: bytes, row: int, marks: SheetMarks) -> tuple[int, bytes]:
    """Looks through whole rows; what follows the last row's start is kept for the next chunk."""
    end = data.rfind(b"</row>") + 6 if b"</row>" in data else max(len(data) - _LONGEST_TAG, 0)
    whole, rest = data[:end], data[end:]
    wants_cells = b"<f" in whole or b't="e"' in whole
    may_hide = b"hidden" in whole or b' ht="0' in whole
    starts = list(_ROW.finditer(whole)) if wants_cells or may_hide else []
    if not starts:
        return _last_row(whole, row), rest
    for at, found in enumerate(starts):
        number = _NUMBER.search(found[1])
        row = int(number[1]) if number else row + 1
        if _HIDDEN.search(found[1]):
            marks.hidden_rows.add(row)
        if wants_cells:
            stop = starts[at + 1].start() if at + 1 < len(starts) else len(whole)
            _scan_cells(whole[found.end() : stop], row, marks)
    return row, rest


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
