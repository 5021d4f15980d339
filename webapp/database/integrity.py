"""Finds rows that refer to rows which are not there, on either database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    MetaData,
    Select,
    and_,
    select,
)


@dataclass(frozen=True)
class DanglingRow:
    """A row, named by its primary key, and the reference of it that leads nowhere."""

    table: str
    key: tuple[tuple[str, Any], ...]
    reference: tuple[tuple[str, Any], ...]
    refers_to: str

    def __str__(self) -> str:
        """Name the row in one line, by ids only."""
        return f"{self.table} {_spell(self.key)}: {_spell(self.reference)} → {self.refers_to}"


def _spell(values: tuple[tuple[str, Any], ...]) -> str:
    return " ".join(f"{name}={value}" for name, value in values)


def dangling_rows(connection: Connection) -> Iterator[DanglingRow]:
    """Give every row whose foreign key names no row, in the form that the database has now.

    The tables are asked of the database and not of the models, for a migration may be under way.
    """
    known = MetaData()
    known.reflect(connection)
    for name in sorted(known.tables):
        constraints = known.tables[name].foreign_key_constraints
        for constraint in sorted(constraints, key=lambda each: list(each.column_keys)):
            yield from _dangling_by(connection, constraint)


def _dangling_by(connection: Connection, constraint: ForeignKeyConstraint) -> Iterator[DanglingRow]:
    table, refers_to = constraint.table, constraint.referred_table.name
    own = [column.name for column in table.primary_key]
    named = [element.parent.name for element in constraint.elements]
    for row in connection.execute(_rows_without_parent(constraint)):
        key, reference = row[: len(own)], row[len(own) :]
        yield DanglingRow(
            table.name, tuple(zip(own, key, strict=True)),
            tuple(zip(named, reference, strict=True)), refers_to,
        )  # fmt: skip


def _rows_without_parent(constraint: ForeignKeyConstraint) -> Select[Any]:
    """Return the query for keys and references; a reference with a NULL in it names nothing."""
    table, parent = constraint.table, constraint.referred_table.alias("parent")
    pairs = [(each.parent, parent.c[each.column.name]) for each in constraint.elements]
    joined = table.outerjoin(parent, and_(*(child == found for child, found in pairs)))
    own = [column.label(f"own_{at}") for at, column in enumerate(table.primary_key)]
    named = [child.label(f"named_{at}") for at, (child, _) in enumerate(pairs)]
    return (
        select(*own, *named)
        .select_from(joined)
        .where(*(child.is_not(None) for child, _ in pairs), pairs[0][1].is_(None))
        .order_by(*table.primary_key)
    )
