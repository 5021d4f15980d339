"""The parts of a sheet that hold people: blocks of columns side by side, each with its header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.refusals import Refusal
from webapp.roster.cells.cleaning import Cell, as_text
from webapp.roster.reading.above_headers import names_people
from webapp.roster.reading.block_starts import alike, shared_columns, starts_of
from webapp.roster.reading.header_words import OF_OTHERS
from webapp.roster.reading.headers import (
    Field,
    Header,
    find_header,
    meaning,
    normal_header,
    two_lines,
)
from webapp.roster.reading.sheet_shape import Shape, own_cells

_LONGEST_NAME = 70
_PLACE = re.compile(r"\s?\[[A-Z]{1,3}(?::[A-Z]{1,3}|[0-9]+)\]$")


@dataclass(frozen=True, slots=True)
class Part:
    """Rows under one header: `name` is the sheet's, with the place of all parts but the first.

    `above` are the texts over the header, `own_above` those over the columns of one block. Of a
    part that is unclear nobody knows whether its header still holds.
    """

    name: str
    shape: Shape
    above: tuple[str, ...] = ()
    own_above: tuple[str, ...] = ()
    is_unclear: bool = False

    @property
    def header(self) -> Header:
        """The header, with the columns that the shape adds."""
        return self.shape.header


def parts_of(name: str, head: Sequence[list[Cell]], synonyms: dict[str, Field]) -> list[Part]:
    """The blocks of people that the first rows of a sheet announce, from left to right.

    Raises:
        Refusal: header_twice, when it is not clear whose a repeated column is.
    """
    rows = list(head)
    whole = find_header(rows, synonyms)
    if whole is None:
        return []
    whole = _with_groups(rows, whole, synonyms)
    starts = starts_of(whole, synonyms)
    if len(starts) == 1:
        starts = _starts_beside(rows, whole, synonyms)
        if len(starts) == 1:
            return [Part(name, Shape(whole), _texts_above(rows[: whole.first_line]))]
        whole = None
    return _blocks(name, rows, starts, whole, synonyms)


def _blocks(
    name: str, rows: list[list[Cell]], starts: list[int], whole: Header | None,
    synonyms: dict[str, Field],
) -> list[Part]:  # fmt: skip
    """The blocks that begin at columns `starts`; where `whole` is their header, on one line."""
    found: list[Shape] = []
    shared = shared_columns(whole, starts, synonyms) if whole else ()
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        header = find_header([own_cells(row, start, end, shared) for row in rows], synonyms)
        if header is None or (whole is not None and header.first_data != whole.first_data):
            at = whole.own[whole.columns[Field.NAME]] if whole else "姓名"
            raise Refusal("header_twice", what=at)
        found.append(Shape(header, start, end, shared))
    top = min(shape.plain_header.first_line for shape in found)
    texts = _texts_above(rows[:top])
    parts = []
    for shape in found:
        start, header = shape.first, shape.plain_header
        last = start + len(header.texts) - len(shape.outside) - 1
        place = "" if not start else f"{_letters(start)}:{_letters(last)}"
        own = _texts_above([row[start : shape.end] for row in rows[: header.first_line]])
        parts.append(Part(_named(name, place), shape, texts, own))
    return parts


def _starts_beside(
    rows: list[list[Cell]], header: Header, synonyms: dict[str, Field], shift: int = 0
) -> list[int]:  # fmt: skip
    """The first columns of blocks whose headers stand on different lines.

    `header` is the best of all; left and right of its titles others may stand higher or lower.
    """
    left, right = _run_of_titles(header)
    starts = [shift + left] if shift or left else [0]
    for first, end in ((0, left), (right, None)):
        beside = [row[first:end] for row in rows]
        other = find_header(beside, synonyms)
        if other is not None and Field.NUMBER in other.columns:
            starts += _starts_beside(beside, other, synonyms, shift + first)
    return [0, *sorted(starts)[1:]] if not shift else sorted(starts)


def _run_of_titles(header: Header) -> tuple[int, int]:
    """The columns from the first to behind the last that a header means, and titles next to them.

    What stands on its line behind a gap may be a title over a lower block.
    """
    columns = [*header.columns.values(), *(at for at, _unit in header.address)]
    left, right = min(columns), max(columns) + 1
    while left > 0 and header.own[left - 1].strip():
        left -= 1
    while right < len(header.own) and header.own[right].strip():
        right += 1
    return left, right


def part_from(
    part: Part, row: int, lines: list[list[Cell]], synonyms: dict[str, Field],
    above: list[Cell] | None = None,
) -> Part:  # fmt: skip
    """The part that a header in the midst of another begins; the same part if it says the same.

    `lines` are the raw rows from sheet row `row` (the first is 1) on, `above` is the one over
    them, which may say whose some columns are.

    Raises:
        Refusal: header_twice.
    """
    shape = part.shape
    at = 0 if above is None else 1
    sliced = [shape.own(line) for line in ([above] if above is not None else []) + lines]
    place = f"{_letters(shape.first)}{row}"
    name = _named(part.name.split(" [", maxsplit=1)[0], place)
    header = find_header(sliced, synonyms)
    if header is None or not header.first_line <= at < header.first_data:
        return _part_from_some_titles(part, name, sliced[at], synonyms)
    below = sliced[header.first_data] if header.first_data < len(sliced) else []
    if _same(header, shape.plain_header, below):
        return replace(part, name=name, is_unclear=False) if part.is_unclear else part
    if len(starts_of(header, synonyms)) > 1:
        raise Refusal("header_twice", what=_text_of(header, Field.NAME))
    return Part(name, Shape(header, shape.first, shape.end, shape.shared))


def _part_from_some_titles(
    part: Part, name: str, line: list[Cell], synonyms: dict[str, Field]
) -> Part:
    """The part that a line begins in which only some titles of a header stand, or unknown ones.

    The titles that it leaves out are those above. Where it is not clear what became of a column,
    nobody below is read for sure.
    """
    old = part.shape.plain_header
    if not _contradicts(line, old, synonyms):
        return part
    width = max(len(old.own), len(line))
    own, cells = [*old.own, *[""] * width], [*line, *[""] * width]
    filled: list[Cell] = [cells[at] if as_text(cells[at]).strip() else own[at]
                          for at in range(width)]  # fmt: skip
    header = find_header([filled], synonyms)
    if header is None or not header.columns.keys() >= old.columns.keys():
        return replace(part, name=name, is_unclear=True)
    return Part(name, Shape(header, part.shape.first, part.shape.end, part.shape.shared))


def _contradicts(line: list[Cell], header: Header, synonyms: dict[str, Field]) -> bool:
    """Whether a title stands over a column that meant something else."""
    fields = {at: field for field, at in header.columns.items()}
    for at, cell in enumerate(line):
        text = normal_header(cell)
        known = {normal_header(texts[at]) for texts in (header.own, header.texts)
                 if at < len(texts)}  # fmt: skip
        if text and text not in known:
            told = meaning(cell, synonyms)
            if told is not fields.get(at) and (told is not None or at in fields):
                return True
    return False


def _with_groups(rows: list[list[Cell]], header: Header, synonyms: dict[str, Field]) -> Header:
    """The header with the line above it, where that says that a second name is a relative's."""
    if header.first_line == 0 or len(alike(header, header.columns[Field.NAME])) == 1:
        return header
    longer = two_lines(rows, header.first_line - 1, synonyms)
    names = alike(header, header.columns[Field.NAME])
    if longer is None or not any(OF_OTHERS.search(longer.texts[at]) for at in names):
        return header
    return longer


def sheet_of(part_name: str) -> str:
    """The name of the sheet that a part belongs to."""
    return _PLACE.sub("", part_name)


def _same(new: Header, old: Header, below: Sequence[Cell]) -> bool:
    """Whether a header says what the one before said.

    A merge that goes on through a header takes the title away, or puts its own value there.
    """
    if (new.columns, new.address, new.remarks) == (old.columns, old.address, old.remarks):
        return True
    if not new.columns.items() <= old.columns.items() or not set(new.address) <= set(old.address):
        return False
    return all(
        not text.strip() or normal_header(text) == normal_header(before)
        or (at < len(below) and as_text(below[at]) == text and meaning(text, {}) is None)
        for at, (text, before) in enumerate(zip(new.texts, old.texts, strict=False))
        if at not in new.columns.values()
    )  # fmt: skip


def _text_of(header: Header, field: Field) -> str:
    return header.own[header.columns[field]]


def _texts_above(rows: Sequence[list[Cell]]) -> tuple[str, ...]:
    """What titles say; a row of people without a header is none."""
    return tuple(text for row in rows if not names_people(row)
                 for cell in row if (text := as_text(cell).strip()))  # fmt: skip


def _named(sheet: str, place: str) -> str:
    return f"{sheet[:_LONGEST_NAME]} [{place}]".strip() if place else sheet


def _letters(column: int) -> str:
    """`A` for column 0, `AB` for column 27."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
