"""Quotation marks in CSV that quote nothing: ditto marks, and marks somebody wrote by hand.

Two of them would make one cell of everything between them, and whole people with it. A line is
taken for a row of its own where it reads as one: by itself it has the columns of the header.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from webapp.refusals import Refusal
from webapp.roster.cells.numbers import embedded_numbers, is_whole_number

LONGEST_FIELD = 100_000
_DITTO = "〃"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file's lines are made: its separator, how many columns, and where the number stands.

    `width` is 0 where no header was found; nothing is said about lines then.
    """

    separator: str
    width: int = 0
    number: int = -1

    def alone(self, line: str) -> list[str] | None:
        """What a line holds if it is a row by itself, else None; a lone mark is a ditto mark."""
        between = re.escape(self.separator)
        lone = rf'(?:(?<={between})|^)"(?={between}|\r|\n|$)'
        quoted = self._parse(line)
        found = [quoted, self._parse(re.sub(lone, _DITTO, line))]
        if quoted is None:
            found.append(line.rstrip("\r\n").split(self.separator))
        rows = [texts for texts in found if texts and self._is_row(texts)]
        whole = [texts for texts in rows if len(texts) == self.width]
        return next(iter([*whole, *rows]), None)

    def _parse(self, line: str) -> list[str] | None:
        try:
            records = list(csv.reader([line], delimiter=self.separator, strict=True))
        except csv.Error:
            return None
        return records[0] if len(records) == 1 else None

    def _is_row(self, texts: list[str]) -> bool:
        """Whether they are as many as the header's columns, or hold a number where it belongs."""
        if len(texts) == self.width:
            return True
        is_short = 1 < len(texts) < self.width and 0 <= self.number < len(texts)
        return is_short and is_whole_number(texts[self.number])

    def swallows(self, record: list[str]) -> bool:
        """Whether a cell of several lines holds the separators of a whole row and a number."""
        return any(
            "\n" in text.replace("\r", "\n")
            and text.count(self.separator) >= self.width - 1 > 0
            and any(map(is_whole_number, embedded_numbers(text)))
            for text in record
        )


@dataclass(slots=True)
class Lines:
    """The lines of a text; those of the record that is being read can be had back."""

    source: Iterator[str]
    number: int = 0
    _taken: list[str] = field(default_factory=list)
    _again: deque[str] = field(default_factory=deque)

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self.source)
        self._taken.append(line)
        self.number += 1
        return line

    def record(self) -> list[str]:
        """Return the lines since this was last asked."""
        taken, self._taken = self._taken, []
        return taken

    def give_back(self, lines: list[str]) -> None:
        """Let lines be read once more."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def records_of(source: Iterator[str], shape: Shape) -> Iterator[list[str]]:
    """The records of a text; no mark without its like swallows the rows behind it.

    Raises:
        Refusal: file_quote_open, with the line where a quotation begins of which it cannot be
            said where it ends.
    """
    csv.field_size_limit(LONGEST_FIELD)
    lines = Lines(source)
    while True:
        record, taken = _next(lines, shape)
        if not taken:
            return
        if record is not None:
            yield record
            continue
        rows, filled = _rows(taken, shape), [line for line in taken if line.strip()]
        if not rows or (_is_open(taken, shape) and len(rows) < len(filled)):
            raise Refusal("file_quote_open", line=lines.number - len(taken) + 1)
        lines.give_back(taken[len(rows) :])
        yield from rows


def _next(lines: Lines, shape: Shape) -> tuple[list[str] | None, list[str]]:
    """The next record; or None and its lines, where its quotation marks are not to be trusted."""
    try:
        record = next(csv.reader(lines, delimiter=shape.separator), None)
    except csv.Error:
        return None, lines.record()
    taken = lines.record()
    if record is None or not any('"' in line for line in taken):
        return record, taken
    if len(taken) == 1 and len(record) != shape.width > 0:
        return (None if _is_open(taken, shape) else shape.alone(taken[0]) or record), taken
    is_doubtful = shape.swallows(record) or _is_open(taken, shape)
    if is_doubtful or (len(taken) > 1 and len(_rows(taken, shape)) > 1):
        return None, taken
    return record, taken


def _is_open(taken: list[str], shape: Shape) -> bool:
    """Whether a quotation is still open behind these lines, or too long to be one."""
    try:
        list(csv.reader(taken, delimiter=shape.separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error) or "limit" in str(error)
    return False


def _rows(taken: list[str], shape: Shape) -> list[list[str]]:
    """The first lines that are rows by themselves."""
    alone = (shape.alone(line) for line in taken) if shape.width else iter(())
    return [row for row in takewhile(lambda row: row is not None, alone) if row is not None]
