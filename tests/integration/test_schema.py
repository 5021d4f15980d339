"""The database's schema is that of the migrations; whatever else it holds or lacks is named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.builders import City
from tests.conftest import DATABASES
from tests.integration.test_permissions import sign_in
from webapp.config import Settings
from webapp.database.schema.comparison import differences
from webapp.database.schema.sqlite import canonical_tokens
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db


@pytest.fixture
def changed(app: APIFlask) -> Iterator[None]:
    """What a test does to the schema is undone, for all tests share PostgreSQL's database."""
    yield
    db.session.rollback()


# Each statement with what the difference is about; both databases understand these.
LIES = {
    "an index is gone": ("DROP INDEX ix_visit_person_id", "ix_visit_person_id"),
    "an index leaves rows out": (
        "DROP INDEX ix_visit_person_id;;; CREATE INDEX ix_visit_person_id ON visit (person_id)"
        " WHERE status = 'new'",
        "ix_visit_person_id",
    ),
    "an index of an expression": ("CREATE INDEX ix_more ON visit (lower(note))", "ix_more"),
    "a unique index more": ("CREATE UNIQUE INDEX ix_more ON visit (due_on)", "ix_more"),
    "a unique index lets more rows in": (
        "DROP INDEX uq_result_standing;; CREATE UNIQUE INDEX uq_result_standing"
        " ON result (visit_id, id)",
        "uq_result_standing",
    ),
    "a view": ("CREATE VIEW more AS SELECT 1 AS one", "more"),
    "a table": ("CREATE TABLE more (id INTEGER)", "more"),
    "a column": ("ALTER TABLE visit ADD COLUMN more INTEGER", "visit"),
    "a table renamed": ("ALTER TABLE area_alias RENAME TO alias_of_area", "area_alias"),
    "a view in place of a table": (
        "ALTER TABLE area_alias RENAME TO hidden;; CREATE VIEW area_alias AS SELECT * FROM hidden",
        "area_alias",
    ),
}
SQLITE_LIES = {
    "a trigger": (
        "CREATE TRIGGER t AFTER INSERT ON attempt BEGIN SELECT raise(ignore); END",
        "t of attempt",
    ),
    "a table without its key": (
        "ALTER TABLE attempt RENAME TO old;; CREATE TABLE attempt AS SELECT * FROM old",
        "table attempt",
    ),
    "a table that compares without case": (
        "CREATE TABLE area_former_place2 (id TEXT COLLATE NOCASE)",
        "area_former_place2",
    ),
}
POSTGRESQL_LIES = {
    "a trigger": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';;"
        " CREATE TRIGGER t BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION f()",
        "t of attempt",
    ),
    "a rule": ("CREATE RULE r AS ON INSERT TO attempt DO INSTEAD NOTHING", "r of attempt"),
    "foreign keys are disabled": ("ALTER TABLE attempt DISABLE TRIGGER ALL", "fk_attempt_visit_id"),
    "a table without its key": ("ALTER TABLE attempt DROP CONSTRAINT pk_attempt", "pk_attempt"),
    "a foreign key that was never proven": (
        "ALTER TABLE attempt DROP CONSTRAINT fk_attempt_visit_id;; ALTER TABLE attempt ADD"
        " CONSTRAINT fk_attempt_visit_id FOREIGN KEY (visit_id) REFERENCES visit (id) NOT VALID",
        "attempt",
    ),
    "rows are hidden": ("ALTER TABLE visit FORCE ROW LEVEL SECURITY", "relation visit"),
    "a child table adds rows": ("CREATE TABLE more () INHERITS (visit)", "visit"),
    "a column may be null": ("ALTER TABLE visit ALTER COLUMN note DROP NOT NULL", "visit"),
    "a default": ("ALTER TABLE visit ALTER COLUMN note SET DEFAULT 'x'", "visit"),
    "an operator": (
        "CREATE FUNCTION e(uuid, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';;"
        " CREATE OPERATOR === (LEFTARG = uuid, RIGHTARG = text, FUNCTION = e)",
        "operator ===",
    ),
    "a setting": ("ALTER DATABASE {database} SET search_path = other", "setting search_path"),
}


def execute(statements: str) -> None:
    name = db.session.connection().engine.url.database
    for one in statements.replace("{database}", f'"{name}"').split(";; "):
        db.session.execute(text(one))


@pytest.mark.parametrize("lie", LIES)
def test_a_schema_that_lies_is_named(changed: None, lie: str) -> None:
    statements, about = LIES[lie]
    execute(statements)
    assert any(about in each.object for each in differences(db.session.connection()))
    assert about in " ".join(
        f.object for f in verify_all().findings if f.code == "schema_differs" and not f.is_remark
    )


@pytest.mark.parametrize(
    ("database_url", "lie"),
    [("sqlite", each) for each in SQLITE_LIES if "sqlite" in DATABASES]
    + [("postgresql", each) for each in POSTGRESQL_LIES if "postgresql" in DATABASES],
    indirect=["database_url"],
)
def test_a_lie_that_one_database_knows_is_named(changed: None, lie: str) -> None:
    lies = SQLITE_LIES if db.engine.dialect.name == "sqlite" else POSTGRESQL_LIES
    statements, about = lies[lie]
    execute(statements)
    found = differences(db.session.connection())
    assert any(about in f"{each.object} {each.words}" for each in found), found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_index_that_only_pretends_to_be_whole_is_named(
    app: APIFlask, city: City, settings: Settings
) -> None:
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(settings.data_dir / "anzai.sqlite")) as found:
        (old,) = found.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'ix_visit_person_id'"
        ).fetchone()
        found.execute("DROP INDEX ix_visit_person_id")
        found.execute("CREATE INDEX ix_visit_person_id ON visit (person_id) WHERE note = 'x'")
        found.execute("PRAGMA writable_schema = 1")
        found.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'ix_visit_person_id'", (old,))
        found.commit()
    assert differences(db.session.connection()) == []
    wrong = [f for f in verify_all().findings if not f.is_remark]
    assert any("ix_visit_person_id" in f.words for f in wrong), wrong


def test_one_statement_has_one_spelling() -> None:
    one = canonical_tokens('CREATE  TABLE "Visit" ([id] INTEGER,"index" TEXT)')
    other = canonical_tokens('create table visit (id integer, "index" text)')
    assert list(one) == list(other)
    assert list(canonical_tokens("/* x */ a")) != list(canonical_tokens("a"))
    assert list(canonical_tokens('"index" text')) != list(canonical_tokens("index text"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_probes_and_the_administrator_are_told_and_the_program_serves(
    app: APIFlask, city: City, client: FlaskClient, settings: Settings
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, "admin")
    assert "数据库的结构被改动" not in client.get("/today").text
    db.session.remove()
    with closing(sqlite3.connect(settings.data_dir / "anzai.sqlite")) as found:
        found.execute("CREATE TRIGGER t AFTER INSERT ON attempt BEGIN SELECT 1; END")
        found.commit()
    db.session.remove()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (
        200, "ready\nwarning: schema differs in 1 places\n",
    )  # fmt: skip
    page = client.get("/today").text
    assert "数据库的结构被改动" in page
    assert "create trigger t after insert on attempt" in page
