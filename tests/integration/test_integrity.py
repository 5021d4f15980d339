"""Rows that refer to nothing: foreign keys on every connection, a start that serves, a repair."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text

from tests.builders import City
from webapp.config import Settings
from webapp.database.integrity import dangling_rows
from webapp.extensions import db
from webapp.packs.cursor import Cursor
from webapp.packs.service import pack
from webapp.roster.models import Person
from webapp.visits.models import Visit
from webapp.visits.rules import VisitStatus

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def orphan(app: APIFlask, city: City) -> Visit:
    """A visit whose person somebody deleted behind the database's back."""
    visit = city.visits[0]
    person_id, name = visit.person_id, db.engine.dialect.name
    db.session.commit()
    with db.engine.connect() as connection:
        if name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for table in ("phone", "contact", "benefit"):
            owned = text(f"DELETE FROM {table} WHERE person_id = :id")
            connection.execute(owned, {"id": _raw(person_id)})
        connection.execute(text("DELETE FROM person WHERE id = :id"), {"id": _raw(person_id)})
        connection.commit()
        connection.invalidate()
    db.session.expire_all()
    return visit


def _raw(value: object) -> object:
    return getattr(value, "hex", value) if db.engine.dialect.name == "sqlite" else value


def back_up(settings: Settings, path: Path) -> Path:
    with (
        closing(sqlite3.connect(settings.data_dir / "anzai.sqlite")) as live,
        closing(sqlite3.connect(path)) as copy,
    ):
        live.backup(copy)
    return path


@only_sqlite
def test_no_connection_leaves_the_pool_without_foreign_keys(app: APIFlask) -> None:
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    for _ in range(3):
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@only_sqlite
def test_a_migration_leaves_foreign_keys_on(app: APIFlask) -> None:
    upgrade()
    held = [db.engine.raw_connection() for _ in range(5)]
    try:
        found = [each.execute("PRAGMA foreign_keys").fetchone() for each in held]
    finally:
        for each in held:
            each.close()
    assert found == [(1,)] * 5


def test_a_row_that_refers_to_nothing_is_named(orphan: Visit) -> None:
    with db.engine.connect() as connection:
        found = [str(row) for row in dangling_rows(connection)]
    (visit,) = [row for row in found if row.startswith("visit ")]
    assert visit.endswith("→ person")
    assert _spelt(orphan.id) in visit
    assert _spelt(orphan.person_id) in visit


def _spelt(value: object) -> str:
    return str(_raw(value))


@only_sqlite
def test_a_start_names_what_dangles_changes_nothing_and_serves(
    app: APIFlask, orphan: Visit, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    db.session.rollback()
    upgrade()
    said = capsys.readouterr().err
    assert f"id={orphan.id.hex}" in said
    assert "flask --app wsgi repair" in said
    db.session.expire_all()
    assert db.session.get(Visit, orphan.id) is not None
    assert client.get("/readyz").status_code == 200


def test_one_lost_person_does_not_keep_the_other_visits_from_the_phone(
    orphan: Visit, city: City
) -> None:
    other = city.visits[1]
    orphan.worker_id = other.worker_id = city.accounts["worker1"].id
    orphan.status = other.status = VisitStatus.ASSIGNED.value
    orphan.change_no = other.change_no = 7
    db.session.flush()
    sent = pack(actor=city.actor("worker1"), cursor=Cursor())
    ids = {visit["visit_id"] for visit in sent["visits"]}
    assert str(other.id) in ids
    assert str(orphan.id) not in ids


def test_repair_explains_and_ends_with_an_error(app: APIFlask, orphan: Visit) -> None:
    result = app.test_cli_runner().invoke(args=["repair"])
    assert result.exit_code == 1
    assert _spelt(orphan.id) in result.output
    assert "程序不会删除" in result.output


def test_repair_of_a_whole_database_says_so(app: APIFlask, city: City) -> None:
    result = app.test_cli_runner().invoke(args=["repair"])
    assert (result.exit_code, "都在" in result.output) == (0, True)


@only_sqlite
def test_repair_brings_people_back_from_a_backup(
    app: APIFlask, settings: Settings, city: City, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    lost = city.visits[0].person
    known = (lost.name, lost.number_sealed, [phone.number_sealed for phone in lost.phones])
    db.session.commit()
    backup = back_up(settings, tmp_path / "backup.sqlite")
    visit: Visit = request.getfixturevalue("orphan")
    result = app.test_cli_runner().invoke(args=["repair", "--from", str(backup)])
    assert result.exit_code == 0, result.output
    assert "已抄回" in result.output
    db.session.expire_all()
    found = db.session.get_one(Person, visit.person_id)
    assert (found.name, found.number_sealed, [p.number_sealed for p in found.phones]) == known


@only_sqlite
def test_repair_says_when_the_backup_lacks_it_too(
    app: APIFlask, settings: Settings, orphan: Visit, tmp_path: Path
) -> None:
    late = back_up(settings, tmp_path / "late.sqlite")
    result = app.test_cli_runner().invoke(args=["repair", "--from", str(late)])
    assert result.exit_code == 1
    assert "备份里也没有" in result.output


@only_sqlite
def test_repair_from_a_file_that_is_no_database_says_so_in_a_line(
    app: APIFlask, orphan: Visit, tmp_path: Path
) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"not a database" * 100)
    result = app.test_cli_runner().invoke(args=["repair", "--from", str(tmp_path / "x.sqlite")])
    assert result.exit_code == 1
    assert "备份读不了" in result.output
