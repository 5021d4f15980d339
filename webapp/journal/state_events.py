"""Notices every change of a protected table, whoever makes it and however.

Objects of the session are seen when they are flushed, statements in bulk when they are executed.
A statement that is known to change nothing of any state says so (`KEEPS_STATES`).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from webapp.extensions import db
from webapp.journal import states
from webapp.journal.state_kinds import KEEPS_STATES, OWNERS


@event.listens_for(db.session, "before_flush")
def _watch_objects(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Have objects compared with their last states while the database still has them as found."""
    found: dict[str, set[Any]] = {}
    for one in (*session.dirty, *session.deleted, *session.new):
        state = inspect(one)
        table = state.mapper.local_table
        if isinstance(table, Table) and table.name in OWNERS:
            ids = found.setdefault(table.name, set())
            column = OWNERS[table.name][1]
            # What a commit let expire is read again, or nothing would be known of it.
            getattr(one, column)
            ids.update(each for each in state.attrs[column].history.sum() if each is not None)
    for name, ids in found.items():
        states.watch(name, ids)


@event.listens_for(db.session, "after_flush")
def _notice_objects(session: Session, _context: UOWTransaction) -> None:
    for found in (*session.new, *session.dirty, *session.deleted):
        state = inspect(found)
        table = state.mapper.local_table
        if isinstance(table, Table) and table.name in OWNERS:
            history = state.attrs[OWNERS[table.name][1]].history
            ids = (*history.unchanged, *history.added, *history.deleted)
            states.touch(table.name, [one for one in ids if one is not None])


@event.listens_for(db.session, "do_orm_execute")
def _notice_statement(execution: ORMExecuteState) -> None:
    if not (execution.is_insert or execution.is_update or execution.is_delete):
        return
    table = getattr(execution.statement, "table", None)
    name = getattr(table, "name", "")
    if table is None or name not in OWNERS or execution.execution_options.get(KEEPS_STATES):
        return
    ids = _ids_of(execution, table, OWNERS[name][1])
    states.watch(name, ids)
    states.touch(name, ids)


def _ids_of(execution: ORMExecuteState, table: Table, column: str) -> list[Any]:
    """Return the ids of the objects that a statement is about."""
    statement: Any = execution.statement
    if execution.is_insert:
        given: Any = execution.parameters or statement.compile().params
        rows = [given] if isinstance(given, Mapping) else given
        if not all(column in row for row in rows):
            raise ValueError(f"rows of {table.name} are inserted with their {column} as parameters")
        return [row[column] for row in rows]
    query = select(table.c[column])
    if statement.whereclause is not None:
        query = query.where(statement.whereclause)
    return list(execution.session.scalars(query))


@event.listens_for(db.session, "before_commit")
def _settle(session: Session) -> None:
    # The release of a savepoint reports itself as a commit, which it is not.
    if not session.in_nested_transaction():
        states.settle()


@event.listens_for(db.session, "after_commit")
def _forget_after_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        states.forget()


@event.listens_for(db.session, "after_soft_rollback")
def _forget(_session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        states.forget()
        return
    states.pending().touch_new_rows()
    states.take_up_again(previous)
