"""Finds the header of a sheet, one line or two, and says which column means what."""

import re
from dataclasses import dataclass
from functools import lru_cache

from webapp.roster.cells.cleaning import (
    Cell,
    as_text,
    drop_spaces,
    fold_width,
    is_blank,
)
from webapp.roster.reading import bare_headers
from webapp.roster.reading.address_parts import looks_like_pieces, unit_of
from webapp.roster.reading.header_groups import is_of_others, titles_under
from webapp.roster.reading.header_words import PATTERNS, SYNONYMS, Field

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
COUNTED = re.compile(r"[0-9①-⑨一二三四五六七八九]+$")
_LONG_DIGITS = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found; `first_data` counts rows from 0, `texts` are its column names.

    `own` are the names of the lowest line alone. `address` are the columns, each with its unit,
    that an address is joined of; `remarks` those whose words are kept as a note; `watched` those
    that are not imported but looked through for signs that somebody is lost.
    """

    first_line: int
    first_data: int
    columns: dict[Field, int]
    texts: tuple[str, ...]
    unmapped: tuple[str, ...] = ()
    address: tuple[tuple[int, str], ...] = ()
    remarks: tuple[int, ...] = ()
    watched: tuple[int, ...] = ()
    own: tuple[str, ...] = ()


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
    return _by_pattern(text) or _counted(text)


def _counted(text: str) -> Field | None:
    """Names and numbers that a form counts: `姓名1`, `身份证号②`."""
    bare = COUNTED.sub("", text)
    found = (SYNONYMS.get(bare) or _by_pattern(bare)) if bare != text else None
    return found if found in {Field.NAME, Field.NUMBER} else None


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
        one, two = _one_line(rows, at, own), two_lines(rows, at, own)
        for found in (None if _is_moved(one, two) else one, two):
            if found is None:
                continue
            named = sum(1 for column, _ in found.address if found.texts[column].strip())
            lines = found.first_data - found.first_line
            score = 10 * (len(found.columns) + named) - lines
            if best is None or score > best[0]:
                best = (score, found)
        if best is not None and at > best[1].first_data:
            break
    return _under_groups(rows, best[1], own) if best else None


def _is_moved(one: Header | None, two: Header | None) -> bool:
    """Whether a second line says that a field of the first line stands in another column."""
    return (
        one is not None and two is not None and one.columns != two.columns
        and one.columns.keys() <= two.columns.keys()
    )  # fmt: skip


def _under_groups(rows: list[list[Cell]], header: Header, synonyms: dict[str, Field]) -> Header:
    """The header with the line above it, where that says that some columns are of others."""
    if header.first_line == 0 or header.first_data - header.first_line > 1:
        return header
    above = _spread(rows[header.first_line - 1])
    mapped = header.columns.values()
    if not any(is_of_others(as_text(above[at]), header.own[at]) for at in mapped
               if at < len(above)):  # fmt: skip
        return header
    return two_lines(rows, header.first_line - 1, synonyms) or header


def _one_line(rows: list[list[Cell]], at: int, synonyms: dict[str, Field]) -> Header | None:
    texts = [as_text(cell) for cell in rows[at]]
    choices = [[cell] for cell in rows[at]]
    return _header(rows, (at, at + 1), choices, [""] * len(texts), texts, synonyms)


def two_lines(rows: list[list[Cell]], at: int, synonyms: dict[str, Field]) -> Header | None:
    """The header that row number `at` (from 0) and the one below it make together, if any."""
    if at + 1 >= len(rows) or not _may_be_header(rows[at + 1]) or not _may_be_header(rows[at]):
        return None
    upper, lower = _spread(rows[at]), rows[at + 1]
    choices: list[list[Cell]] = []
    texts, groups = [], []
    for column, below in enumerate(lower):
        above = upper[column] if column < len(upper) else ""
        own = rows[at][column] if column < len(rows[at]) else ""
        high, low = as_text(above), as_text(below)
        choices.append([*titles_under(high, low), below] if low else [own])
        groups.append(high if low else "")
        texts.append(f"{high}{low}" if low else as_text(own))
    told = [cells for cells, below in zip(choices, lower, strict=True) if as_text(below)]
    if not any(_unit(cells[-1]) is not None or any(meaning(each, synonyms) for each in cells)
               for cells in told):  # fmt: skip
        return None
    return _header(rows, (at, at + 2), choices, groups, texts, synonyms)


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
    rows: list[list[Cell]], lines: tuple[int, int], choices: list[list[Cell]], groups: list[str],
    texts: list[str], synonyms: dict[str, Field],
) -> Header | None:  # fmt: skip
    found = _Columns(texts, [as_text(cells[-1]) for cells in choices])
    for column, cells in enumerate(choices):
        of_others = is_of_others(groups[column], as_text(cells[-1]))
        told = cells[:-1] if of_others else cells
        named = next((m for cell in told if (m := meaning(cell, synonyms))), None)
        unit = None if of_others else _unit(cells[-1])
        if unit is None and named is None and meaning(groups[column], synonyms) is Field.ADDRESS:
            unit = ""
        if unit is not None and named in {None, Field.ADDRESS}:
            found.address[column] = unit
        else:
            found.take(column, named)
    below = rows[lines[1] : lines[1] + _SAMPLE]
    bare = [normal_header(text) if at in found.unmapped else "" for at, text in enumerate(texts)]
    for column in bare_headers.settle(found.by_field, bare, below):
        del found.unmapped[column]
    found.go_on_with_address(below)
    found.leave_households()
    found.leave_report()
    return found.header(*lines) if found.name_people() else None


def _unit(cell: Cell) -> str | None:
    return unit_of(normal_header(cell)) if isinstance(cell, str) and cell.strip() else None


class _Columns:
    """The columns of a header as they get their meaning, from left to right."""

    def __init__(self, texts: list[str], own: list[str]) -> None:
        self.texts, self._own = texts, own
        self.by_field: dict[Field, int] = {}
        self.address: dict[int, str] = {}
        self.unmapped: dict[int, str] = {}
        self._remarks: set[int] = set()
        self._watched: set[int] = set()
        self._reported: frozenset[int] = frozenset()

    def take(self, column: int, field: Field | None) -> None:
        """Give a column its meaning; one that another column has already is kept as a note."""
        text = self.texts[column].strip()
        if field is None and text:
            self.unmapped[column] = text
        elif field is Field.IGNORED:
            self._watched.add(column)
        elif field is None or field is Field.REMARK:
            self._remarks.add(column)
        else:
            while field in _NEXT_PHONE and field in self.by_field:
                field = _NEXT_PHONE[field]
            loser = _take(self.by_field, field, column, self.texts)
            if loser is not None:
                (self._watched if field is Field.NUMBER else self._remarks).add(loser)

    def go_on_with_address(self, below: list[list[Cell]]) -> None:
        """Columns without a header to the right of an address belong to it if they look so."""
        number_at = self.by_field.get(Field.NUMBER)
        if number_at is not None:
            # A second line of the header is no sample of what stands below.
            below = [row for row in below if number_at < len(row) and not is_blank(row[number_at])]
        last = max([self.by_field.get(Field.ADDRESS, -1), *self.address])
        while last >= 0 and (last := last + 1) in self._remarks and not self.texts[last].strip():
            if not looks_like_pieces(row[last] for row in below if last < len(row)):
                return
            self.address[last] = ""

    def leave_households(self) -> None:
        """The number of a household that stands apart from an address is no door."""
        for at in [at for at in self.address if normal_header(self._own[at]) == "户号"]:
            if not {at - 1, at + 1} & self.address.keys():
                del self.address[at]
                self.unmapped[at] = self.texts[at].strip()

    def leave_report(self) -> None:
        """What an earlier report said of the rows is nothing that the sender says of people."""
        bare = [normal_header(text) for text in self.texts]
        for at in range(len(bare) - 2):
            if tuple(bare[at : at + 3]) in REPORT_TITLES:
                self._reported = frozenset(range(at, at + 3))

    def name_people(self) -> bool:
        """Whether there is a name, and a number or enough else to tell a header from a title."""
        known = len(self.by_field) + bool(self.address)
        if Field.NAME not in self.by_field or known < _FEWEST:
            return False
        return Field.NUMBER in self.by_field or known >= _ENOUGH

    def header(self, first_line: int, first_data: int) -> Header:
        """All of it."""
        address = dict(self.address)
        if address and Field.ADDRESS in self.by_field:
            address[self.by_field[Field.ADDRESS]] = WHOLE
        remarks = (self._remarks | self.unmapped.keys()) - address.keys() - self._reported
        return Header(
            first_line, first_data, self.by_field, tuple(self.texts),
            tuple(self.unmapped.values()), tuple(sorted(address.items())),
            tuple(sorted(remarks)), tuple(sorted(self._watched - self._reported)), tuple(self._own),
        )  # fmt: skip


# The titles of the columns behind the rows that went back to their sender (`import_reports`).
REPORT_TITLES = {("原行号", "处理", "原因"), ("ORIGINALROW", "TREATMENT", "REASON")}
# Instead of a unit, for the column that holds a whole address beside others with its pieces.
WHOLE = "*"
_FEWEST, _ENOUGH = 2, 4
_NEXT_PHONE = {Field.PHONE: Field.PHONE_2, Field.PHONE_2: Field.PHONE_3}


def _take(
    columns: dict[Field, int], found: Field, column: int, texts: list[str]
) -> int | None:  # fmt: skip
    """The first column of a meaning is taken, unless a later one says it more exactly.

    Beside a dependant's own name and number, a plain "职工姓名" is that of the deceased worker.
    Returns the column that is left without a meaning, if one is.
    """
    first = columns.setdefault(found, column)
    if first == column:
        return None
    if found not in _DECEASED:
        return column
    old, new = _exactness(texts[first]), _exactness(texts[column])
    loser = first if new > old else column
    columns[found] = column if new > old else first
    if _OF_DEPENDANT in {old, new} and old != new:
        return None if columns.setdefault(_DECEASED[found], loser) == loser else loser
    return loser


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
    known = {normal_header(text) for text in (*header.texts, *header.own) if text.strip()}
    same = sum(1 for text in texts if text in known or text in synonyms or text in SYNONYMS)
    return same * 2 > len(texts) and same >= 2
