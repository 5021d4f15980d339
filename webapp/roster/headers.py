"""Finds the header of a sheet, one line or two, and says which column means what."""

import re
from dataclasses import dataclass
from functools import lru_cache

from webapp.roster import bare_headers
from webapp.roster.cleaning import Cell, as_text, drop_spaces, fold_width
from webapp.roster.header_words import PATTERNS, SYNONYMS, Field

__all__ = [
    "SYNONYMS",
    "Field",
    "Header",
    "find_header",
    "meaning",
    "normal_header",
    "repeats_header",
]

LOOK_AT = 40
# So many rows under a header say what a column holds whose name says too little.
_SAMPLE = 30
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_MARKS = re.compile(r"[*＊:：、,，.。/\\_\-—<>《》“”\"']")
_LONG_DIGITS = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found; `first_data` counts rows from 0, `texts` are its column names."""

    first_line: int
    first_data: int
    columns: dict[Field, int]
    texts: tuple[str, ...]
    unmapped: tuple[str, ...] = ()


def normal_header(cell: Cell) -> str:
    """A header text without spaces, brackets and marks, in half width and capitals."""
    text = drop_spaces(fold_width(as_text(cell)))
    bare = _MARKS.sub("", _BRACKETS.sub("", text)).upper()
    return bare or _MARKS.sub("", re.sub(r"[()（）\[\]【】]", "", text)).upper()


def meaning(cell: Cell, synonyms: dict[str, Field]) -> Field | None:
    """What a header cell means; a source's own synonyms come before the built-in ones."""
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = normal_header(cell)
    whole = _MARKS.sub("", re.sub(r"[()（）\[\]【】<>]", "", drop_spaces(fold_width(cell)))).upper()
    for words in (synonyms, SYNONYMS):
        if found := words.get(text) or words.get(whole):
            return found
    return _by_pattern(text)


@lru_cache(maxsize=4096)
def _by_pattern(text: str) -> Field | None:
    return next((field for pattern, field in PATTERNS if pattern.fullmatch(text)), None)


def find_header(rows: list[list[Cell]], synonyms: dict[str, Field] | None = None) -> Header | None:
    """The best header among the first rows, or None when no row names a person and a number.

    Two lines are taken together where that names more columns than either line alone.
    """
    own = synonyms or {}
    best: tuple[int, Header] | None = None
    for at in range(min(len(rows), LOOK_AT)):
        for found in (_one_line(rows, at, own), _two_lines(rows, at, own)):
            if found is None:
                continue
            score = 10 * len(found.columns) - (found.first_data - found.first_line)
            if best is None or score > best[0]:
                best = (score, found)
        if best is not None and at > best[1].first_data:
            break
    return best[1] if best else None


def _one_line(rows: list[list[Cell]], at: int, synonyms: dict[str, Field]) -> Header | None:
    texts = [as_text(cell) for cell in rows[at]]
    return _header(rows, (at, at + 1), [[cell] for cell in rows[at]], texts, synonyms)


def _two_lines(rows: list[list[Cell]], at: int, synonyms: dict[str, Field]) -> Header | None:
    if at + 1 >= len(rows) or not _may_be_header(rows[at + 1]) or not _may_be_header(rows[at]):
        return None
    upper, lower = _spread(rows[at]), rows[at + 1]
    if not any(meaning(cell, synonyms) for cell in lower):
        return None
    choices: list[list[Cell]] = []
    texts = []
    for column, below in enumerate(lower):
        above = upper[column] if column < len(upper) else ""
        own = rows[at][column] if column < len(rows[at]) else ""
        high, low = as_text(above), as_text(below)
        choices.append([high + low, low] if low else [own])
        texts.append(f"{high}{low}" if low else as_text(own))
    return _header(rows, (at, at + 2), choices, texts, synonyms)


def _spread(row: list[Cell]) -> list[Cell]:
    """The upper line of a two-line header, each merged title carried over the blanks after it."""
    spread: list[Cell] = []
    for cell in row:
        spread.append(cell if as_text(cell) or not spread else spread[-1])
    return spread


def _may_be_header(row: list[Cell]) -> bool:
    texts = [as_text(cell) for cell in row]
    return not any(_LONG_DIGITS.search(text) for text in texts) and any(texts)


def _header(
    rows: list[list[Cell]], lines: tuple[int, int], choices: list[list[Cell]], texts: list[str],
    synonyms: dict[str, Field],
) -> Header | None:  # fmt: skip
    first_line, first_data = lines
    columns: dict[Field, int] = {}
    unmapped: dict[int, str] = {}
    for column, cells in enumerate(choices):
        found = next((m for cell in cells if (m := meaning(cell, synonyms))), None)
        if found is Field.PHONE and Field.PHONE in columns:
            found = Field.PHONE_2
        if found is None and texts[column].strip():
            unmapped[column] = texts[column].strip()
        if found is not None and found is not Field.IGNORED:
            _take(columns, found, column, texts)
    bare = [normal_header(texts[at]) if at in unmapped else "" for at in range(len(choices))]
    for column in bare_headers.settle(columns, bare, rows[first_data : first_data + _SAMPLE]):
        del unmapped[column]
    if Field.NAME not in columns or len(columns) < 2:
        return None
    if Field.NUMBER not in columns and len(columns) < 4:
        return None
    return Header(first_line, first_data, columns, tuple(texts), tuple(unmapped.values()))


def _take(columns: dict[Field, int], found: Field, column: int, texts: list[str]) -> None:
    """The first column of a meaning is taken, unless a later one says it more exactly.

    Beside a dependant's own name and number, a plain "职工姓名" is that of the deceased worker.
    """
    first = columns.setdefault(found, column)
    if first == column or found not in _DECEASED:
        return
    old, new = _exactness(texts[first]), _exactness(texts[column])
    loser = first if new > old else column
    columns[found] = column if new > old else first
    if _OF_DEPENDANT in {old, new} and old != new:
        columns.setdefault(_DECEASED[found], loser)


def _exactness(text: str) -> int:
    """How surely a header of name or number means the pensioner's own."""
    if "遗属" in text or "供养" in text:
        return _OF_DEPENDANT
    return 1 if "身份" in text else 0


_OF_DEPENDANT = 2
_DECEASED = {Field.NAME: Field.DECEASED_NAME, Field.NUMBER: Field.DECEASED_NUMBER}


def repeats_header(row: list[Cell], header: Header, synonyms: dict[str, Field]) -> bool:
    """Whether a row below is the header (or a line of it) again, as printed on each page."""
    texts = {normal_header(cell) for cell in row if isinstance(cell, str) and cell.strip()}
    if len(texts) < 2 or not _may_be_header(row):
        return False
    known = {normal_header(text) for text in header.texts if text.strip()}
    same = sum(1 for text in texts if text in known or text in synonyms or text in SYNONYMS)
    return same * 2 > len(texts) and same >= 2
