"""On SQLite a request that only reads waits for no writer; one that logs a look queues like all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.builders import City
from tests.phones import enrolled
from webapp.extensions import begin_writing, db


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
        db.session.execute(text("UPDATE person SET status = 'seen'"))
        db.session.commit()
    assert {row[0] for row in writer.execute("SELECT status FROM person")} == {"seen"}
