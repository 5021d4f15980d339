"""Runs the migrations on the application's database, safely on SQLite as well.

With foreign keys on, SQLite's table rebuild silently deletes the children of ON DELETE CASCADE,
so they are switched off for the migration's connection and checked afterwards.
"""

from alembic import context
from flask import current_app

from webapp.extensions import db


def run_migrations() -> None:
    engine = db.engine
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            check_foreign_keys(connection)


def check_foreign_keys(connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration left dangling references: {broken[:5]}")
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


with current_app.app_context():
    run_migrations()
