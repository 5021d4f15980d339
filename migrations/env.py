"""Runs the migrations on the application's database, safely on SQLite as well.

With foreign keys on, SQLite's table rebuild silently deletes the children of ON DELETE CASCADE.
So it is migrated on an engine of its own, without them; the application's pool never sees such a
connection. What refers to nothing afterwards, and did not before, undoes the migration. What did
so before is not the migration's: it is named, nothing is changed about it, and the program serves.
"""

import click
from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine

from webapp.database.base import tune_sqlite
from webapp.database.integrity import dangling_rows
from webapp.extensions import db, is_migrated
from webapp.people import acts

MOST_NAMED = 20


def run_migrations() -> None:
    if db.engine.dialect.name != "sqlite":
        with db.engine.connect() as connection:
            migrate(connection)
        return
    engine = create_engine(db.engine.url, poolclass=NullPool, hide_parameters=True)
    tune_sqlite(engine, lambda: False, foreign_keys=False)
    # One transaction around all of it: with SQLite, alembic by itself makes one a migration.
    with engine.begin() as connection:
        before = set(dangling_rows(connection))
        migrate(connection)
        after = list(dangling_rows(connection))
        made = [str(row) for row in after if row not in before]
        if len(after) > len(before):
            raise RuntimeError(f"the migration left dangling references: {made[:5]}")
    tell(after)


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def tell(rows) -> None:
    if not rows:
        return
    click.echo(
        f"数据库中有 {len(rows)} 处指向不存在的记录，什么也没有改动，程序照常运行\n"
        f"({len(rows)} references lead to rows that are not there; nothing was changed):",
        err=True,
    )
    for row in rows[:MOST_NAMED]:
        click.echo(f"  {row}", err=True)
    if len(rows) > MOST_NAMED:
        click.echo("  …", err=True)
    click.echo("  说明与办法 what it means: flask --app wsgi repair", err=True)


def record_accounts() -> None:
    """Let the journal of a data folder from before accounts were journaled begin with them."""
    if is_migrated() and acts.record_all_once():
        db.session.commit()
    db.session.remove()


with current_app.app_context():
    run_migrations()
    record_accounts()
