"""How statements reach PostgreSQL: each is planned for its own values."""

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from webapp.extensions import db

# psycopg would prepare a statement at its sixth run.
OFTEN = 12


def test_no_statement_gets_one_plan_for_all_values(app: APIFlask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite makes a plan for each statement anyway")
    for number in range(OFTEN):
        db.session.execute(text("SELECT count(*) FROM visit WHERE status = :s"), {"s": str(number)})

    prepared = db.session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert prepared == 0
