"""What is struck through in an .ods sheet: by styles of cells, rows, columns and words.

The parts are looked through with patterns; no XML parser meets a hostile file.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.roster.reading.strikes import struck_words

_STYLE = re.compile(rb"<style:style\b([^>]*?)(?:/>|>(.*?)</style:style>)", re.DOTALL)
_LINE = re.compile(rb'\btext-(?:line-through-(?:style|type)|crossing-out)="([^"]*)"')
_NAME = re.compile(rb'\bstyle:name="([^"]*)"')
_PARENT = re.compile(rb'\bstyle:parent-style-name="([^"]*)"')
_FAMILY = re.compile(rb'\bstyle:family="([^"]*)"')
_CELL_STYLE = re.compile(rb'\btable:style-name="([^"]*)"')
_DEFAULT_STYLE = re.compile(rb'\btable:default-cell-style-name="([^"]*)"')
_TEXT_STYLE = re.compile(rb'\btext:style-name="([^"]*)"')
_COLUMN = re.compile(rb"<table:table-column\b([^>]*)>")
_REPEATED = re.compile(rb'\btable:number-columns-repeated="(\d+)"')
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)",
    re.DOTALL,
)
COMMENT = re.compile(rb"<office:annotation\b.*?</office:annotation>", re.DOTALL)
_PIECE = re.compile(rb"<(/?)text:(p|h|span|a)\b([^>]*?)(/?)>|<[^>]*>|([^<]+)")
_FAMILIES = {b"span": b"text", b"a": b"text", b"p": b"paragraph", b"h": b"paragraph"}
_MOST_COLUMNS = 16_384
_DEEPEST = 20

# Family and name of each style, with whether it strikes through; None leaves that to its parent.
_Style = tuple[bytes, bytes]


def placed_cells(cells: bytes) -> Iterator[tuple[bytes, bytes, range]]:
    """Give attributes and content of each cell of a row, and the columns (from 0) it fills."""
    at = 0
    for cell in _CELL.finditer(cells):
        many = min(int(_first(_REPEATED, cell[1]) or 1), _MOST_COLUMNS - at)
        yield cell[1], cell[2] or b"", range(at, at + many)
        at += many


@dataclass(frozen=True, slots=True)
class StruckStyles:
    """The styles of a workbook that say anything of being struck through."""

    styles: dict[_Style, bool]

    @classmethod
    def of(cls, *parts: bytes) -> "StruckStyles":
        """Look through the common styles and the automatic ones."""
        own: dict[_Style, bool | None] = {}
        parents: dict[_Style, _Style] = {}
        for part in parts:
            for found in _STYLE.finditer(part) if _LINE.search(part) else ():
                family, name = _first(_FAMILY, found[1]), _first(_NAME, found[1])
                own[family, name] = _strikes(found[2] or b"")
                parents[family, name] = (family, _first(_PARENT, found[1]))
        told = {style: _inherited(style, own, parents) for style in own}
        return cls({style: strikes for style, strikes in told.items() if strikes is not None})

    def __bool__(self) -> bool:
        """Whether any style strikes through."""
        return any(self.styles.values())

    def columns(self, table: bytes) -> list[bytes]:
        """The default cell style of each column."""
        found: list[bytes] = []
        for column in _COLUMN.finditer(table):
            many = min(int(_first(_REPEATED, column[1]) or 1), _MOST_COLUMNS - len(found))
            found += [_first(_DEFAULT_STYLE, column[1])] * many
        return found

    def cells(
        self, row_attributes: bytes, cells: bytes, columns: list[bytes]
    ) -> Iterator[tuple[int, str]]:  # fmt: skip
        """Column (from 0) and struck words of each struck cell of a row."""
        of_row = _first(_DEFAULT_STYLE, row_attributes)
        for attributes, content, here in placed_cells(cells):
            for column in here if content else ():
                of_column = columns[column] if column < len(columns) else b""
                style = _first(_CELL_STYLE, attributes) or of_row or of_column
                words = struck_words(self._runs(content, style))
                if words is not None:
                    yield column, words

    def _runs(self, content: bytes, style: bytes) -> Iterator[tuple[str, bool]]:
        struck = [self.styles.get((b"table-cell", style), False)]
        for piece in _PIECE.finditer(COMMENT.sub(b"", content)):
            closes, tag, attributes, is_empty, text = piece.groups()
            if text is not None:
                yield html.unescape(text.decode("utf-8", "replace")), struck[-1]
            elif tag and closes:
                struck = struck[:-1] or [False]
            elif tag and not is_empty:
                named = (_FAMILIES[tag], _first(_TEXT_STYLE, attributes))
                struck.append(self.styles.get(named, struck[-1]))


def _strikes(content: bytes) -> bool | None:
    """What a style itself says; of two attributes, "none" in either takes the line away."""
    said = _LINE.findall(content)
    return all(value != b"none" for value in said) if said else None


def _inherited(
    style: _Style, own: dict[_Style, bool | None], parents: dict[_Style, _Style]
) -> bool | None:
    for _generation in range(_DEEPEST):
        if style not in own or own[style] is not None:
            break
        style = parents[style]
    return own.get(style)


def _first(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    found = pattern.search(text)
    return found[1] if found else b""
