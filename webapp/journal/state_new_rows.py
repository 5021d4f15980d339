"""Turns rows that are inserted by columns into states, without reading them again.

The words are made a column at a time: row by row, as `state_kinds.words_of` makes the same words,
a hundred thousand people would take three times as long.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Float

from webapp.journal.rules import SALT_BYTES
from webapp.journal.state_kinds import KINDS, OWNERS, Child, Kind, id_text
from webapp.journal.state_rules import State, part_digest, worded_columns

Columns = Mapping[str, Sequence[Any]]


@dataclass
class NewRows:
    """Objects come as one batch of their own table, and then what hangs on them."""

    states: list[State] = field(default_factory=list)
    _kind: Kind | None = None
    _objects: Columns = field(default_factory=dict)
    _owned: set[Any] = field(default_factory=set)
    _hanging: dict[Child, dict[Any, list[str]]] = field(default_factory=dict)

    def add(self, table: str, columns: Columns) -> set[Any]:
        """Take one batch; return the ids of older objects on which rows of it hang."""
        kind = KINDS[OWNERS[table][0]]
        if table == kind.table.name:
            self._fold()
            self._kind, self._objects, self._owned = kind, columns, set(columns["id"])
            return set()
        child = next(one for one in kind.children if one.table.name == table)
        return self._hang(child, columns)

    def take(self) -> list[State]:
        """Return the states of all that came."""
        self._fold()
        taken, self.states = self.states, []
        return taken

    def ids(self) -> list[tuple[str, str]]:
        """Return kind and id of all that came."""
        self._fold()
        return [(state.kind, state.object_id) for state in self.states]

    def _hang(self, child: Child, columns: Columns) -> set[Any]:
        named = {column.name for column in child.columns}
        spelt = child.spelt
        texts = worded_columns({spelt.get(n, n): columns[n] for n in columns if n in named})
        rows, foreign = self._hanging.setdefault(child, defaultdict(list)), set()
        for owner, text in zip(columns[child.owner], texts, strict=True):
            if owner in self._owned:
                rows[owner].append(text)
            else:
                foreign.add(owner)
        return foreign

    def _fold(self) -> None:
        """Make the states of the batch at hand; its columns are not needed any longer."""
        kind, columns, hanging = self._kind, self._objects, self._hanging
        self._kind, self._objects, self._owned, self._hanging = None, {}, set(), {}
        if kind is None:
            return
        ids = columns["id"]
        salts = _salts(len(ids))
        words = [_words_of(kind, part, columns, hanging) for part in kind.parts]
        for key, salt, *parts in zip(ids, salts, *words, strict=True):
            digests = b"".join(map(part_digest, [salt] * len(parts), kind.parts, parts))
            self.states.append(State(kind.name, id_text(key), salt, digests))


def _salts(count: int) -> Iterator[bytes]:
    drawn = os.urandom(SALT_BYTES * count)
    return (drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES))


def _as_read_back(column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """Return what the database will give: 36 degrees come back as 36.0."""
    if not isinstance(column.type, Float):
        return values
    return [float(value) if value is not None else None for value in values]


def _words_of(
    kind: Kind, part: str, columns: Columns, hanging: Mapping[Child, Mapping[Any, list[str]]]
) -> Iterable[str]:
    """Return the words of one part for each object of the batch."""
    part_of = kind.part_of
    inside = {
        kind.spelt.get(name, name): _as_read_back(kind.table.c[name], found)
        for name, found in columns.items()
        if part_of.get(name) == part
    }
    for name, compute in kind.derived.items():
        if part_of[name] == part:
            rows = (
                dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
            )
            inside[name] = [compute(row) for row in rows]
    lists = {
        child.table.name: [rows.get(key) for key in columns["id"]]
        for child, rows in hanging.items()
        if child.part == part
    }
    return worded_columns(inside, lists, count=len(columns["id"]))
