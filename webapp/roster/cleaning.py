"""Text as it comes out of cells, made comparable: width, spaces and invisible characters."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u202d\u202e"
_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_SPACES = re.compile(r"\s+")
_UNTIDY = re.compile(rf"[\s{INVISIBLE}]")
NONE_WORDS = frozenset({"无", "/", "／", "\\", "-", "--", "—", "——", "暂无", "没有", "不详", "未知",
                        "NULL", "null", "None", "N/A", "n/a"})  # fmt: skip
SAME_AS_ABOVE = frozenset({"同上", "〃", "″", '"', "“", "”", "同上行", "同前", "同上一行"})


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell whose value the workbook does not hold: an error, or a formula never computed."""

    what: str


Cell = str | float | int | bool | date | BrokenCell | None


def fold_width(text: str) -> str:
    """Full-width ASCII and the ideographic space become their plain forms; nothing else changes."""
    return text.translate(_WIDTH)


_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def drop_spaces(text: str) -> str:
    """Every space, tab, line break and invisible character is taken out."""
    return _SPACES.sub("", text.translate(_INVISIBLE))


def tidy(text: str) -> str:
    """Invisible characters are dropped, runs of space become one, ends are trimmed, NFC."""
    if not _UNTIDY.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text.translate(_INVISIBLE)).strip())


def as_text(cell: Cell) -> str:
    """The cell as a person would read it; whole floats lose their `.0`, dates become ISO."""
    if cell is None or isinstance(cell, BrokenCell):
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether nothing can be seen in the cell."""
    return cell is None or (isinstance(cell, str) and not tidy(cell))
