"""`flask repair`: says which rows refer to nothing, and brings what they miss from a backup.

Nothing is ever deleted here: a row whose counterpart is gone is evidence of what happened.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    MetaData,
    NullPool,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from webapp.database.base import WILL_WRITE, Base
from webapp.database.integrity import DanglingRow, dangling_rows
from webapp.extensions import db

Values = Mapping[str, Any]


class NotInBackupError(LookupError):
    """The backup does not hold the row either."""


@click.command("repair")
@click.option(
    "--from", "backup", metavar="BACKUP",
    help="A backup of the same database: a SQLite file, or the address of a restored copy.",
)  # fmt: skip
@with_appcontext
def commands(backup: str | None) -> None:
    """Say which rows refer to rows that are not there; exit 1 while there are any."""
    if backup is not None:
        for line in restore(backup):
            click.echo(line)
    with db.engine.connect().execution_options(**{WILL_WRITE: False}) as connection:
        left = list(dangling_rows(connection))
    explain(left)
    sys.exit(1 if left else 0)


def explain(rows: list[DanglingRow]) -> None:
    """Print each row, what it means and what can be done."""
    if not rows:
        click.echo("每条记录所指的记录都在。 Every row that is referred to is there.")
        return
    for row in rows:
        click.echo(f"  {row}")
    click.echo(
        f"以上 {len(rows)} 处：箭头左边的记录还在，它在右边那张表里所指的记录不在了\n"
        "（例如人员被删，走访还在）。程序不会删除左边的记录，它们是线索。\n"
        "如果有出事以前的数据库备份，下面的命令把缺的记录从备份里抄回来，\n"
        "人员连同电话、联系人、待遇：\n"
        "  flask --app wsgi repair --from 备份文件\n"
        f"({len(rows)} rows on the left are still here; what they refer to, on the right, is not.\n"
        "Nothing is deleted. With a backup from before it happened, `flask --app wsgi repair"
        " --from BACKUP`\nbrings the missing rows back, people with their phones, contacts and"
        " benefits.)"
    )


def restore(backup: str) -> Iterator[str]:
    """Copy what dangling rows miss out of the backup, and give a line for each.

    Raises:
        click.ClickException: the backup cannot be read, or is of another kind of database.
    """
    path = Path(backup).resolve()
    address = backup if "://" in backup else f"sqlite:///file:{path}?mode=ro&uri=true"
    source_engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
    if source_engine.dialect.name != db.engine.dialect.name:
        raise click.ClickException("备份不是同一种数据库 (the backup is of another kind)")
    try:
        with source_engine.connect() as source, db.engine.begin() as target:
            copying = Copying(source, target)
            for row in list(dangling_rows(target)):
                yield f"  {row.refers_to} {_outcome(copying, row)}"
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"备份读不了 (the backup cannot be read): {type(error).__name__}"
        ) from None


def _outcome(copying: "Copying", row: DanglingRow) -> str:
    try:
        with copying.target.begin_nested():
            copying.bring_parent(row)
    except NotInBackupError:
        return f"{row.reference}: 备份里也没有 (not in the backup either)"
    except IntegrityError:
        return f"{row.reference}: 已有另一条同样的记录，没有抄回 (another row has its place)"
    return f"{row.reference}: 已抄回 (brought back)"


class Copying:
    """Copies rows from one database into another, in the columns that both have."""

    def __init__(self, source: Connection, target: Connection) -> None:
        """Read the form of both databases."""
        self.source, self.target = source, target
        self._from, self._to = MetaData(), MetaData()
        self._from.reflect(source)
        self._to.reflect(target)

    def bring_parent(self, row: DanglingRow) -> None:
        """Bring what the row refers to, with what that refers to and with what it owns."""
        table = self._to.tables[row.table]
        wanted = dict(row.reference)
        constraint = next(
            each for each in table.foreign_key_constraints
            if set(each.column_keys) == set(wanted) and each.referred_table.name == row.refers_to
        )  # fmt: skip
        self._bring(constraint, wanted)

    def _bring(self, constraint: ForeignKeyConstraint, values: Values) -> None:
        table = constraint.referred_table
        key = {each.column.name: values[each.parent.name] for each in constraint.elements}
        if None in key.values() or self._find(self.target, table, key):
            return
        found = self._find(self.source, self._from.tables[table.name], key)
        if not found:
            raise NotInBackupError(table.name)
        for further in table.foreign_key_constraints:
            self._bring(further, found[0])
        self._insert(table, found[0])
        for owned in _owned_by(table.name):
            self._bring_owned(self._to.tables[owned], table, found[0])

    def _bring_owned(self, table: Table, owner: Table, values: Values) -> None:
        """Bring the rows that were deleted with their owner; others may have their numbers now."""
        constraint = next(
            each for each in table.foreign_key_constraints if each.referred_table is owner
        )
        key = {each.parent.name: values[each.column.name] for each in constraint.elements}
        number = table.autoincrement_column
        for row in self._find(self.source, self._from.tables[table.name], key):
            if number is not None:
                row.pop(number.name)
            self._insert(table, row)

    def _insert(self, table: Table, values: Values) -> None:
        known = {name: value for name, value in values.items() if name in table.columns}
        self.target.execute(insert(table).values(known))

    @staticmethod
    def _find(connection: Connection, table: Table, key: Values) -> list[dict[str, Any]]:
        query = select(table).where(*(table.columns[name] == key[name] for name in key))
        return [dict(row) for row in connection.execute(query).mappings()]


def _owned_by(name: str) -> Iterator[str]:
    """Give the tables whose rows live and die with a row of `name`, as the models say."""
    for mapper in Base.registry.mappers:
        if mapper.local_table.name != name:  # type: ignore[attr-defined]
            continue
        for relation in mapper.relationships:
            if relation.cascade.delete_orphan:
                yield relation.mapper.local_table.name  # type: ignore[attr-defined]
