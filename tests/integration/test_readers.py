"""On SQLite a request that only reads waits for no writer; one that logs a look queues like all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.builders import PASSWORD, City
from tests.integration.desk.pages import Desk
from tests.phones import enrolled
from webapp.evidence.archive import sending
from webapp.evidence.export import packaging
from webapp.extensions import begin_writing, db
from webapp.journal.models import JournalEntry
from webapp.roster import roster_export


@pytest.fixture
def database_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """SQLite alone: the other database has no such lock."""
    (tmp_path / "anzai.sqlite").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path}/anzai.sqlite"


@pytest.fixture
def writer(tmp_path: Path, app: Flask, city: City) -> Iterator[sqlite3.Connection]:
    """Another process's connection."""
    db.session.rollback()
    with closing(sqlite3.connect(tmp_path / "anzai.sqlite", isolation_level=None)) as connection:
        yield connection


def test_a_pack_is_given_out_in_the_middle_of_a_long_import(
    client: FlaskClient, city: City, writer: sqlite3.Connection
) -> None:
    phone = enrolled(client, city)
    db.session.rollback()
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE person SET address = ''")
    answer = phone.get("/pack")
    writer.execute("ROLLBACK")
    assert answer.status_code == 200
    assert len(answer.get_json()["visits"]) == 3


def test_a_look_is_logged_although_somebody_wrote_since_the_request_began(
    app: Flask, writer: sqlite3.Connection
) -> None:
    with app.test_request_context("/media"):
        db.session.execute(text("SELECT count(*) FROM person"))
        writer.execute("UPDATE person SET address = 'elsewhere'")
        begin_writing()
        db.session.execute(text("UPDATE person SET reported_status = 'seen'"))
        db.session.commit()
    assert {row[0] for row in writer.execute("SELECT reported_status FROM person")} == {"seen"}


Writes = Callable[..., list[int]]


@pytest.fixture
def writes_during(writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> Writes:
    """Somebody writes, without waiting at all, while a function is at work."""

    def watch(module: object, name: str) -> list[int]:
        plain, written = getattr(module, name), list[int]()

        def wrapped(*args: Any, **named: Any) -> Any:
            done = writer.execute("UPDATE person SET address = 'elsewhere'")
            written.append(done.rowcount)
            return plain(*args, **named)

        monkeypatch.setattr(module, name, wrapped)
        writer.execute("PRAGMA busy_timeout=0")
        return written

    return watch


def test_a_roster_is_written_out_while_others_write(
    app: Flask, client: FlaskClient, writes_during: Writes, tmp_path: Path
) -> None:
    written = writes_during(roster_export, "write_workbook")
    desk = Desk(client)
    desk.sign_in("office1", PASSWORD)
    desk.client.post("/roster/export", data={"csrf_token": desk.token()})
    done = app.test_cli_runner().invoke(args=["roster", "export", "-o", str(tmp_path / "r.xlsx")])
    assert done.exit_code == 0, done.output
    assert len(written) == 2
    entries = db.session.scalars(select(JournalEntry).filter_by(type="exported")).all()
    assert [entry.facts["people"] > 0 for entry in entries] == [True, True]


def test_evidence_is_packed_while_others_write(
    app: Flask, city: City, writes_during: Writes, tmp_path: Path
) -> None:
    written = writes_during(packaging, "write")
    visit = str(city.visits[0].id)
    with app.test_request_context(method="POST"):
        prepared = sending.prepare_package(UUID(visit))
        index = packaging.announce(prepared)
        db.session.commit()
        sending.send_package(prepared, index).close()
        db.session.rollback()
    target = tmp_path / "p.zip"
    done = app.test_cli_runner().invoke(args=["evidence", "export", visit, "-o", str(target)])
    assert done.exit_code == 0, done.output
    assert len(written) == 2
