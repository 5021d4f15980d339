"""What is struck through in an .xlsx sheet: cells by their format, words by their runs.

The parts are looked through with patterns; no XML parser meets a hostile file.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.roster.reading.strikes import WHOLE, struck_words

# A part beyond this is not looked at for what is struck.
_LARGEST_PART = 400_000_000
_FONT = re.compile(rb"<(?:\w+:)?font\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_STRIKE = re.compile(rb"""<(?:\w+:)?strike\b(?!\s+val=["'](?:0|false)["'])""")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FONT_OF = re.compile(rb"""<(?:\w+:)?xf\b[^>]*?\bfontId=["'](\d+)["']""")
_STRING = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs=["'](\d+)["']""")
_SHARED = re.compile(rb"""\bt=["']s["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>/]*>\s*(\d+)\s*</")


@dataclass(frozen=True, slots=True)
class StruckText:
    """The formats that strike a whole cell, and the shared strings with struck words."""

    formats: frozenset[bytes]
    strings: dict[bytes, str]

    @classmethod
    def of(cls, book: zipfile.ZipFile) -> "StruckText":
        """Look through the workbook's formats and shared strings."""
        formats = _struck_formats(_part(book, "xl/styles.xml"))
        return cls(formats, _struck_strings(_part(book, "xl/sharedStrings.xml")))

    def cells(self, rows: bytes) -> Iterator[tuple[bytes, int, str]]:
        """Letters, row number (from 1) and struck words of each struck cell of whole rows."""
        for row in rows.split(b"</row>") if self._may_strike(rows) else ():
            for attributes, inner in _CELL.findall(row) if self._may_strike(row) else ():
                words = self._words(attributes, inner)
                if words is not None and (place := _PLACE.search(attributes)):
                    yield place[1], int(place[2]), words

    def _may_strike(self, rows: bytes) -> bool:
        """A quick look, since most rows of most workbooks have nothing struck."""
        if self.strings or b"strike" in rows:
            return True
        return bool(self.formats) and not self.formats.isdisjoint(_STYLE.findall(rows))

    def _words(self, attributes: bytes, inner: bytes) -> str | None:
        style = _STYLE.search(attributes) if self.formats else None
        if style is not None and style[1] in self.formats:
            return WHOLE
        if self.strings and _SHARED.search(attributes):
            value = _VALUE.search(inner)
            return self.strings.get(value[1]) if value else None
        return _words_of(inner) if b"strike" in inner else None


def _words_of(string: bytes) -> str | None:
    """The struck words of a string with runs."""
    runs = [(b"".join(_TEXT.findall(run)), _STRIKE.search(run) is not None)
            for run in _RUN.findall(string)]  # fmt: skip
    return struck_words(
        (html.unescape(text.decode("utf-8", "replace")), struck) for text, struck in runs
    )


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes if they speak of strikes, else nothing."""
    if name not in book.namelist() or book.getinfo(name).file_size > _LARGEST_PART:
        return b""
    data = book.read(name)
    return data if b"strike" in data else b""


def _struck_formats(styles: bytes) -> frozenset[bytes]:
    """The numbers of the cell formats whose font is struck through."""
    start = max(re.search(rb"<(?:\w+:)?fonts\b|$", styles).start(), 0)  # type: ignore[union-attr]
    fonts = [_STRIKE.search(found[0]) is not None for found in _FONT.finditer(styles, start)]
    if not any(fonts):
        return frozenset()
    table = _FORMATS.search(styles)
    numbers = _FONT_OF.findall(table[0]) if table else []
    return frozenset(
        str(at).encode() for at, font in enumerate(numbers)
        if int(font) < len(fonts) and fonts[int(font)]
    )  # fmt: skip


def _struck_strings(strings: bytes) -> dict[bytes, str]:
    """The struck words of the shared strings, by the strings' numbers."""
    found = {}
    for at, string in enumerate(_STRING.finditer(strings)):
        if string[1] and b"strike" in string[1]:
            words = _words_of(string[1])
            if words is not None:
                found[str(at).encode()] = words
    return found
