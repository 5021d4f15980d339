"""What stands still for a while is said in words, with the time to come back."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import exc, text
from werkzeug.test import TestResponse

from tests.builders import PASSWORD, City
from tests.running import running
from webapp.config import Settings
from webapp.extensions import db
from webapp.http.outages import WAITS

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def serving(app: APIFlask, city: City) -> Iterator[APIFlask]:
    """The application as it serves: what it does not handle becomes an answer."""
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False
    db.session.remove()
    yield app
    app.testing = True


def sign_in(client: FlaskClient) -> TestResponse:
    return client.post("/sign-in", data={"username": "office1", "password": PASSWORD})


def demand_503(client: FlaskClient, code: str, words: str) -> None:
    """The page and the API say the same, and when to come back."""
    page = sign_in(client)
    assert page.status_code == 503, page.text
    assert page.headers["Retry-After"] == str(WAITS[code])
    assert words in page.text
    assert code not in page.text
    assert "Traceback" not in page.text
    enrolment = {"username": "worker1", "password": PASSWORD, "name": "x", "public_key": {}}
    answer = client.post("/api/v1/devices", json=enrolment)
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.get_json()["code"] == code
    assert answer.headers["Retry-After"] == str(WAITS[code])


@only_sqlite
def test_a_locked_database(serving: APIFlask, settings: Settings) -> None:
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(settings.data_dir / "anzai.sqlite", timeout=0)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        demand_503(serving.test_client(), "database_busy", "数据库正忙")
        other.execute("ROLLBACK")
    assert serving.test_client().get("/readyz").status_code == 200


@only_sqlite
def test_a_database_that_cannot_be_written(serving: APIFlask) -> None:
    """What SQLite says on a full disk and on one that was mounted read-only."""
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA query_only=ON")
    demand_503(serving.test_client(), "storage_full", "存储空间满了")


@only_sqlite
def test_a_full_disk_in_the_middle_of_a_transaction(serving: APIFlask) -> None:
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")
    client = serving.test_client()
    answers = (sign_in(client).status_code for _ in range(400))
    assert next(code for code in answers if code != 303) == 503


@only_sqlite
def test_a_database_of_before_an_upgrade(serving: APIFlask) -> None:
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute(
            "ALTER TABLE desk_session RENAME COLUMN expires_at TO expired"
        )
    page = sign_in(serving.test_client())
    assert page.status_code == 503
    assert "还没有升级" in page.text


@only_postgresql
def test_a_postgresql_that_ends_every_connection(serving: APIFlask, settings: Settings) -> None:
    """As a restart does: the first request is told to come back, the next one is served."""
    client = serving.test_client()
    assert client.get("/readyz").status_code == 200
    with running(settings) as made, made.app_context():
        db.session.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))  # fmt: skip
        db.session.rollback()
    first = sign_in(client)
    assert (first.status_code, "数据库暂时连不上" in first.text) == (503, True)
    assert sign_in(client).status_code == 303


@pytest.fixture
def elsewhere(app: APIFlask, settings: Settings) -> Settings:
    """The settings of this database with nobody at its port."""
    return replace(settings, database_url="postgresql+psycopg://a@127.0.0.1:9/a?connect_timeout=2")


def test_a_postgresql_that_is_not_there(elsewhere: Settings) -> None:
    with running(elsewhere) as made:
        made.config["WTF_CSRF_ENABLED"] = False
        demand_503(made.test_client(), "database_gone", "数据库暂时连不上")
        ready = made.test_client().get("/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready: database\n")


@pytest.fixture
def without_redis(app: APIFlask, city: City, settings: Settings) -> Iterator[APIFlask]:
    """The same data, served by a process whose Redis nobody answers for."""
    db.session.remove()
    with running(replace(settings, redis_url="redis://127.0.0.1:9/0")) as made:
        made.config["WTF_CSRF_ENABLED"] = False
        yield made


def test_a_redis_that_is_not_there(without_redis: APIFlask) -> None:
    demand_503(without_redis.test_client(), "limits_gone", "登录限速服务")
    ready = without_redis.test_client().get("/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready: limits\n")


def test_a_store_without_room(
    serving: APIFlask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("webapp.people.service.check_password", fail)
    demand_503(serving.test_client(), "storage_full", "存储空间满了")


def test_whoever_was_overtaken_is_told_so(
    serving: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise exc.IntegrityError("INSERT", {}, ValueError("FOREIGN KEY constraint failed"))

    monkeypatch.setattr("webapp.people.service.check_password", fail)
    page = sign_in(serving.test_client())
    assert (page.status_code, "别人刚刚改动了这里" in page.text) == (409, True)


def test_a_fault_of_the_program_stays_one(
    serving: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("webapp.people.service.check_password", fail)
    page = sign_in(serving.test_client())
    assert (page.status_code, "Retry-After" in page.headers) == (500, False)


def test_readiness_knows_an_old_schema(app: APIFlask, client: FlaskClient) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready: schema\n")
    assert int(ready.headers["Retry-After"]) > 0


def test_readiness_knows_a_full_disk(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr("webapp.serving.observability.disk_usage", lambda _path: Usage)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready: disk\n")
