"""The first rows of a sheet whose header is not known, for a person to say what they mean; pure."""

import re
from collections.abc import Sequence
from typing import Any

from webapp.roster.cells.cleaning import Cell, as_text, drop_spaces

# A row of a head: its number in the sheet, the first 1, and its texts.
HeadRow = tuple[int, list[str]]
_MOST_ROWS, _MOST_COLUMNS = 12, 60
# No header that could be learned is longer.
LONGEST = 40
_NUMBER = re.compile(r"\d(?:[\d\s-]*\d){5,}(?:\s?[Xx])?|\d\.\d{4,}[Ee]\+?\d+")
_SHOWN_DIGITS, _MARK = 3, "…"


def head_of(rows: Sequence[list[Cell]]) -> list[HeadRow]:
    """Return the first rows that hold anything; of long numbers only the beginning is kept."""
    found: list[HeadRow] = []
    for number, row in enumerate(rows, start=1):
        texts = [_shown(cell) for cell in row[:_MOST_COLUMNS]]
        if any(texts):
            found.append((number, texts))
        if len(found) == _MOST_ROWS:
            break
    return found


def _shown(cell: Cell) -> str:
    text = " ".join(as_text(cell).split())
    masked = _NUMBER.sub(lambda match: match[0][:_SHOWN_DIGITS] + _MARK, text)
    return masked if len(masked) <= LONGEST else masked[: LONGEST - 1] + _MARK


def header_like(head: Sequence[HeadRow]) -> int:
    """Return the number of the row that looks most like a header: most titles, the first of them.

    A row of a person has as many texts, but its numbers are no titles.
    """
    ranked = [(len(titles(texts)), -number) for number, texts in head]
    return -max(ranked)[1] if ranked else 0


def titles(texts: Sequence[str]) -> list[str]:
    """Return the texts that can be titles of columns, each once."""
    return list(dict.fromkeys(text for text in texts if _may_be_title(text)))


def _may_be_title(text: str) -> bool:
    bare = drop_spaces(text)
    return bool(bare) and _MARK not in bare and not any(mark.isdecimal() for mark in bare)


def unpack_head(packed: Sequence[Sequence[Any]]) -> list[HeadRow]:
    """Return a head as JSON brought it."""
    return [(int(number), [str(text) for text in texts]) for number, texts in packed]
