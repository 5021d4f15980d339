"""Brings the rows of a part into one form: an address in one cell, remarks in another."""

import re
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter

from webapp.roster.cells.cleaning import (
    NONE_WORDS,
    Cell,
    as_text,
    drop_spaces,
    fold_width,
    is_blank,
    means_same_as_above,
    tidy,
)
from webapp.roster.cells.numbers import is_whole_number
from webapp.roster.cells.phones import MOBILE
from webapp.roster.reading.address_parts import join_address
from webapp.roster.reading.headers import (
    WHOLE,
    Field,
    Header,
    meaning,
    normal_header,
)
from webapp.roster.reading.losses import DENIALS, loss_in, loss_in_place

ADDRESS, REMARK = "家庭住址", "备注"
_LONGEST_LABEL = 20
_NOTHING = frozenset({"", None})
# What a tick or a grade says something of.
_SIGN = re.compile(r"低保|特困|失能|残疾|独居|空巢|孤寡|孤老|重病|护理|卧床|电话|手机|联系方式")
_WORD = re.compile(r"[^\W\d_]")
# Titles of columns that hold places; few things said there are said of the person.
_PLACE = re.compile(r"^[^：]*(?:地址|住址|所在地|户籍地|籍贯|参保地)[^：]*：")


class Shape:
    """How the cells of a part are brought into the form that its header describes.

    The header may have columns that the sheet has not: an address joined of several columns, and
    what the remarks say, both behind the sheet's own. `first` and `end` are the part's columns;
    `shared` those that are said of everybody in a row; they stand before the part's own, unless
    they are among them.
    """

    def __init__(
        self, header: Header, first: int = 0, end: int | None = None, shared: tuple[int, ...] = ()
    ) -> None:
        self.plain_header, self.first, self.end = header, first, end
        self.shared = shared
        self.outside = lying_outside(shared, first, end)
        self._width = len(header.texts)
        self._mapped = sorted(set(header.columns.values()))
        self._notes = self._columns_of_notes()
        self._look = _getter([at for at, _ in self._notes])
        self._watch = _getter(header.watched)
        self.header = self._described()
        self.is_plain = self.header is header and not first and end is None

    def _columns_of_notes(self) -> list[tuple[int, str]]:
        """Columns with remarks, each with the name that its words are kept under."""
        found = [(at, self._label(at)) for at in self.plain_header.remarks]
        return [(at, "" if meaning(text, {}) is Field.REMARK else text) for at, text in found]

    def _label(self, column: int) -> str:
        """The name of a column without what it explains in brackets."""
        return normal_header(self.plain_header.texts[column])[:_LONGEST_LABEL]

    def _described(self) -> Header:
        header = self.plain_header
        columns, texts = dict(header.columns), list(header.texts)
        if header.address:
            columns[Field.ADDRESS] = len(texts)
            texts.append(ADDRESS)
        if len(self._notes) == 1 and not self._notes[0][1] and not header.watched:
            columns[Field.REMARK] = self._notes[0][0]
            self._notes = []
        elif self._notes or header.watched:
            columns[Field.REMARK] = len(texts)
            texts.append(REMARK)
        if columns == header.columns:
            return header
        return replace(header, columns=columns, texts=tuple(texts))

    def own(self, row: list[Cell]) -> list[Cell]:
        """The part's own cells of a row."""
        return own_cells(row, self.first, self.end, self.shared)

    def column(self, at: int) -> int | None:
        """Which of the part's columns the sheet's column `at` is, None if it is none."""
        if at in self.outside:
            return self.outside.index(at)
        is_own = self.first <= at and (self.end is None or at < self.end)
        return at - self.first + len(self.outside) if is_own else None

    def cells(self, row: list[Cell]) -> list[Cell]:
        """The row in the form of the header; what lies beyond the header's columns is a remark."""
        if self.is_plain:
            return row
        row = self.own(row)
        beyond = row[self._width :]
        cells = row[: self._width] + [""] * (self._width - len(row))
        header = self.plain_header
        made: list[Cell] = []
        if header.address:
            made.append(self._address(cells))
        if len(self.header.texts) > self._width + len(made):
            made.append(self._remark(cells))
        return [*cells, *made, *beyond]

    def _address(self, cells: list[Cell]) -> str:
        whole, pieces = "", []
        for at, unit in self.plain_header.address:
            text = tidy(as_text(cells[at]))
            if unit == WHOLE:
                whole = text
            pieces.append((text, "" if unit == WHOLE else unit))
        return join_address(pieces, whole)

    def _remark(self, cells: list[Cell]) -> str:
        said: list[str] = []
        if not _NOTHING.issuperset(self._look(cells)):
            said += [note for at, label in self._notes if (note := self._note(cells, at, label))]
        if self.plain_header.watched and any(self._watch(cells)):
            said += self._losses(cells)
        return "；".join(dict.fromkeys(said))

    def _note(self, cells: list[Cell], at: int, label: str) -> str:
        cell = cells[at]
        if is_blank(cell):
            return ""
        text = tidy(as_text(cell))
        if text in NONE_WORDS:
            return ""
        if label and not _tells(label, text):
            is_repeated = any(cells[other] == cell for other in self._mapped if other != at)
            if is_repeated or isinstance(cell, bool):
                return ""
            if not (_WORD.search(text) or is_whole_number(text) or MOBILE.fullmatch(text)):
                return ""
        return f"{label}：{text}" if label else text

    def _losses(self, cells: list[Cell]) -> list[str]:
        """What columns that are not imported say of a loss, and the number of somebody else."""
        found = []
        for at in self.plain_header.watched:
            cell = cells[at]
            if isinstance(cell, str) and cell:
                note = f"{self._label(at)}：{tidy(cell)}"
                look = loss_in_place if _PLACE.search(note[:_LONGEST_LABEL]) else loss_in
                if look(note) or (is_whole_number(cell) and not self._is_mapped(cells, cell)):
                    found.append(note)
        return found

    def _is_mapped(self, cells: list[Cell], number: str) -> bool:
        own = drop_spaces(fold_width(number)).upper()
        return any(drop_spaces(fold_width(as_text(cells[at]))).upper() == own
                   for at in self._mapped)  # fmt: skip


def own_cells(
    row: list[Cell], first: int, end: int | None, shared: tuple[int, ...]
) -> list[Cell]:  # fmt: skip
    """The cells of the columns from `first` to before `end`, behind those of `shared` columns.

    What is shared is nobody's where a later part of the row is empty.
    """
    if not shared:
        return row[first:end]
    own = row[first:end]
    apart = lying_outside(shared, first, end)
    common: list[Cell] = [row[at] if at < len(row) else "" for at in apart]
    mine = (cell for at, cell in enumerate(own, start=first) if at not in shared)
    if first and all(map(is_blank, mine)):
        return [""] * (len(common) + len(own))
    return common + own


def lying_outside(shared: tuple[int, ...], first: int, end: int | None) -> tuple[int, ...]:
    """The shared columns that do not lie among those from `first` to before `end`."""
    return tuple(at for at in shared if at < first or (end is not None and at >= end))


def _tells(label: str, text: str) -> bool:
    """Whether a tick, a number or a date says something of the person under a column's name."""
    if means_same_as_above(text) or loss_in(f"{label}：{text}"):
        return True
    return _SIGN.search(label) is not None and text.upper() not in DENIALS


def _getter(columns: "list[int] | tuple[int, ...]") -> Callable[[list[Cell]], tuple[Cell, ...]]:
    """Picks all the columns at one go; with none of them, nothing."""
    if not columns:
        return lambda _cells: ()
    return itemgetter(*columns, columns[0])
