"""Text as it comes out of cells, made comparable: width, spaces and invisible characters."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# Characters without any width: joiners, marks of direction, fillers, and the control characters
# that are no white space. Copied web pages and card readers leave them in cells.
INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u00ad\u061c\u115f\u1160\u180e\u3164"
    "\ufeff\uffa0" + "".join(map(chr, (*range(9), *range(0x0E, 0x1C), *range(0x7F, 0x85),
                                    *range(0x86, 0xA0))))
)  # fmt: skip
_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_SPACES = re.compile(r"\s+")
_UNTIDY = re.compile(rf"[\s{INVISIBLE}]")
NONE_WORDS = frozenset({"无", "/", "／", "\\", "-", "--", "—", "——", "暂无", "没有", "不详", "未知",
                        "NULL", "null", "None", "N/A", "n/a"})  # fmt: skip
_SAME_AS_ABOVE = frozenset({"同上", "同前", "同上行", "同上一行", "如上"})
_DITTO_MARKS = frozenset('〃″"“”〞')
_AROUND = "。．.，,、；;：:()（）[]【】"
_LONGEST_SAME = 8


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


def means_same_as_above(text: str) -> bool:
    """Whether the cell only points to the row above: `同上`, `（同 上）`, `〃〃`."""
    if not text or len(text) > _LONGEST_SAME:
        return False
    bare = drop_spaces(text).strip(_AROUND)
    return bare in _SAME_AS_ABOVE or (bare != "" and _DITTO_MARKS.issuperset(bare))


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
