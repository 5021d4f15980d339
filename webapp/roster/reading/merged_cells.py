"""Cells that a sheet merges over several rows: what stands in the first holds for all of them."""

from collections.abc import Iterable, Iterator

from webapp.roster.cells.cleaning import Cell, is_blank

# First row and column, last row and column, all counted from 0 and inclusive.
Merge = tuple[tuple[int, int], tuple[int, int]]


def fill_down(
    rows: Iterable[list[Cell]], merges: Iterable[Merge], first: int
) -> Iterable[list[Cell]]:
    """The rows from number `first` (from 0) on, each with the values that were merged into it.

    A merge that begins above is part of the header. A row that holds nothing of its own stays
    blank: it is there for its looks.
    """
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in merges:
        if bottom > top >= first:
            starts.setdefault(top, []).append((left, bottom))
    return _filled(rows, starts, first) if starts else rows


def _filled(
    rows: Iterable[list[Cell]], starts: dict[int, list[tuple[int, int]]], first: int
) -> Iterator[list[Cell]]:
    holding: dict[int, tuple[Cell, int]] = {}
    for number, row in enumerate(rows, start=first):
        holding = {at: kept for at, kept in holding.items() if kept[1] >= number}
        if holding and not all(map(is_blank, row)):
            missing = max(holding) + 1 - len(row)
            row += [""] * missing
            for at, (value, _bottom) in holding.items():
                if is_blank(row[at]):
                    row[at] = value
        for left, bottom in starts.get(number, ()):
            if left < len(row):
                holding[left] = (row[left], bottom)
        yield row
