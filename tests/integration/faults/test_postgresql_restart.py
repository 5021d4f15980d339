"""PostgreSQL itself is stopped and started in the middle of requests and of a job."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, func, select

from tests.builders import PASSWORD, City, build_city
from tests.conftest import settings_for
from tests.integration.evidence.fieldwork import jpeg
from tests.integration.jobs.conftest import KIND
from tests.phones import TestPhone, enrolled
from tests.running import running
from tests.services.postgresql import PostgresqlServer, start_postgresql
from webapp import clock
from webapp.evidence.models import Capture
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import begin_snapshot, db
from webapp.http.outages import SECONDS_GONE
from webapp.jobs import registry, runner, service
from webapp.jobs.models import Job
from webapp.jobs.registry import JobContext
from webapp.jobs.rules import JobState


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    """A server of this test's own, which it may stop."""
    running = start_postgresql()
    yield running
    running.stop()


@pytest.fixture
def app(server: PostgresqlServer, tmp_path: Path) -> Iterator[APIFlask]:
    """The application as it serves, on a database of its own."""
    with running(settings_for(tmp_path, server.create_database())) as made, made.app_context():
        made.config["WTF_CSRF_ENABLED"] = False
        upgrade()
        yield made


@pytest.fixture
def city(app: APIFlask) -> City:
    built = build_city()
    db.session.commit()
    return built


def demand_503(answer: Any) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"] == str(SECONDS_GONE)
    assert "数据库暂时连不上" in answer.text or answer.get_json()["code"] == "database_gone"


def new_record(phone: TestPhone) -> bytes:
    visit = phone.get("/pack").get_json()["visits"][0]
    return phone.record(visit["visit_id"], visit["subject_ref"], jpeg())[1]


def captures() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Capture)) or 0


def test_requests_before_during_and_after(
    app: APIFlask, client: FlaskClient, city: City, server: PostgresqlServer
) -> None:
    phone = enrolled(client, city)
    assert phone.commit(new_record(phone)).status_code == 201
    second = new_record(phone)
    db.session.remove()

    def halt(_session: object) -> None:
        server.halt()

    # The server goes when all of the record is written and nothing of it is committed.
    event.listen(db.session, "before_commit", halt)
    demand_503(phone.commit(second))
    event.remove(db.session, "before_commit", halt)
    demand_503(client.post("/sign-in", data={"username": "office1", "password": PASSWORD}))
    demand_503(phone.get("/pack"))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready: database\n")
    assert client.get("/healthz").status_code == 200

    server.resume()
    assert phone.commit(second).status_code == 201
    assert phone.commit(second).status_code == 200
    sign_in = client.post("/sign-in", data={"username": "office1", "password": PASSWORD})
    assert sign_in.status_code == 303
    assert client.get("/readyz").status_code == 200
    assert captures() == 2
    begin_snapshot()
    assert verify_all().is_sound


def test_a_job_that_was_at_work(app: APIFlask, city: City, server: PostgresqlServer) -> None:
    stop, begun, go_on, done = Event(), Event(), Event(), Event()

    def write(context: JobContext, _payload: dict[str, Any]) -> None:
        begun.set()
        assert go_on.wait(120)
        city_row = db.session.get_one(type(city.visits[0]), visit_id)
        city_row.note = f"{city_row.note}x"
        if context.tries > 1:
            done.set()

    visit_id = city.visits[0].id
    registry.handler(KIND)(write)
    job_id = service.enqueue(kind=KIND, payload={})
    db.session.commit()
    db.session.remove()
    worker = Thread(target=runner.work, args=(app, stop))
    worker.start()
    try:
        assert begun.wait(120)
        server.halt()
        go_on.set()
        server.resume()
        job = db.session.get_one(Job, job_id)
        assert (job.state, job.tries) == (JobState.RUNNING, 1)
        # As if the lease's two minutes had gone by.
        job.leased_until = clock.now() - timedelta(seconds=1)
        db.session.commit()
        assert done.wait(120)
    finally:
        go_on.set()
        stop.set()
        worker.join(120)
        registry._registered.pop(KIND, None)
    assert not worker.is_alive()
    db.session.rollback()
    job = db.session.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.tries) == (JobState.DONE, 2)
    assert db.session.get_one(type(city.visits[0]), visit_id).note.endswith("x")
    assert not db.session.get_one(type(city.visits[0]), visit_id).note.endswith("xx")
