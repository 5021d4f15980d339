"""What is protected by states: kinds of objects, their tables and columns, and how they are read.

The rooms above declare their kinds; every column of a declared table is part of the state unless
it is left out by name, so that a column added later is protected without anybody's thinking of it.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select

from webapp.chunks import chunks
from webapp.extensions import db
from webapp.journal.state_rules import in_order, wording

BATCH = 500
# The execution option of a statement in bulk that touches left-out columns only.
KEEPS_STATES = "anzai_keeps_states"
Row = Mapping[str, Any]
Objects = dict[str, dict[str, str]]


@dataclass(frozen=True, eq=False)
class Child:
    """Rows that belong to an object and hold its id in `owner`; they stand in the part `part`.

    `spelt` names renamed columns as states spell them, see `Kind`.
    """

    table: Table
    owner: str
    part: str
    left_out: frozenset[str] = frozenset()
    spelt: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def columns(self) -> list[Column[Any]]:
        """The columns that the state holds; row numbers say nothing."""
        absent = self.left_out | {self.owner, "id"}
        return [column for column in self.table.columns if column.name not in absent]


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of object. `parts` name their columns; the last part holds all columns not named.

    `derived` gives values that are computed from a row, `left_out` the columns that are not
    protected, or checked otherwise. A column that was renamed keeps in `spelt` the name that it
    had in the first states: their hashes are of names and values, and stay what they are.
    """

    name: str
    table: Table
    parts: Mapping[str, frozenset[str]]
    left_out: frozenset[str] = frozenset()
    derived: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)
    children: tuple[Child, ...] = ()
    spelt: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def part_of(self) -> Mapping[str, str]:
        """The part in which each column and each derived value stands."""
        *_, rest = self.parts
        named = {column: part for part, columns in self.parts.items() for column in columns}
        every = {*self.table.columns.keys(), *self.derived} - self.left_out
        return {column: named.get(column, rest) for column in every}


KINDS: dict[str, Kind] = {}
# For each protected table: the kind, and the column that names the object.
OWNERS: dict[str, tuple[str, str]] = {}


def declare(kind: Kind) -> None:
    """Protect a kind of object from now on."""
    KINDS[kind.name] = kind
    OWNERS[kind.table.name] = (kind.name, "id")
    for child in kind.children:
        OWNERS[child.table.name] = (kind.name, child.owner)


def id_text(value: Any) -> str:
    """Return an object's id as states spell it."""
    return value.hex if isinstance(value, UUID) else str(value)


def id_value(kind: Kind, object_id: str) -> Any:
    """Return an object's id as its table holds it."""
    return UUID(object_id) if kind.table.c.id.type.python_type is UUID else int(object_id)


def read_objects(kind: Kind, object_ids: Sequence[str]) -> Objects:
    """Return the parts' words of those objects that are there, by their ids."""
    found: Objects = {}
    for chunk in chunks(object_ids, BATCH):
        ids = [id_value(kind, one) for one in chunk]
        query = select(kind.table).where(kind.table.c.id.in_(ids))
        rows = [dict(row) for row in db.session.execute(query).mappings()]
        found |= _worded(kind, rows, ids)
    return found


def all_objects(kind: Kind, but: Container[str] = ()) -> Iterator[Objects]:
    """Give every object of a kind but some, in batches in the order of their ids."""
    ids = select(kind.table.c.id).order_by(kind.table.c.id)
    last: Any = None
    while True:
        query = ids if last is None else ids.where(kind.table.c.id > last)
        batch = db.session.scalars(query.limit(BATCH)).all()
        if not batch:
            return
        yield read_objects(kind, [one for one in map(id_text, batch) if one not in but])
        last = batch[-1]


def _worded(kind: Kind, rows: Sequence[Row], ids: Sequence[Any]) -> Objects:
    hanging = {child: _children(child, ids) for child in kind.children} if rows else {}
    return {
        id_text(row["id"]): words_of(
            kind, row, {child: found.get(row["id"], ()) for child, found in hanging.items()}
        )
        for row in rows
    }


def _children(child: Child, ids: Sequence[Any]) -> dict[Any, list[Row]]:
    owner = child.table.c[child.owner]
    columns = [one.label(child.spelt.get(one.name, one.name)) for one in child.columns]
    query = select(owner.label("_owner"), *columns).where(owner.in_(ids))
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in db.session.execute(query).mappings():
        values = dict(row)
        found[values.pop("_owner")].append(values)
    return found


def words_of(kind: Kind, row: Row, hanging: Mapping[Child, Iterable[Row]]) -> dict[str, str]:
    """Return the words of each part of one object."""
    values: dict[str, dict[str, Any]] = {name: {} for name in kind.parts}
    part_of = kind.part_of
    for column, value in row.items():
        if value is not None and column in part_of:
            values[part_of[column]][kind.spelt.get(column, column)] = value
    for name, compute in kind.derived.items():
        values[part_of[name]][name] = compute(row)
    for child, rows in hanging.items():
        ordered = in_order(rows)
        if ordered:
            values[child.part][child.table.name] = ordered
    return {name: wording(part) for name, part in values.items()}
