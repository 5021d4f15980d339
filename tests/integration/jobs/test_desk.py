"""What the desk and the operator see of jobs."""

from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask import session
from flask.testing import FlaskClient

from tests.builders import City
from tests.integration.jobs.conftest import KIND, Handle, enqueue, reload
from webapp.extensions import db
from webapp.jobs import runner
from webapp.jobs.registry import JobContext
from webapp.jobs.rules import JobState
from webapp.people import sessions


def test_a_progress_bar_gets_what_it_needs(desk: FlaskClient, city: City, handle: Handle) -> None:
    job = enqueue(account_id=city.accounts["office1"].id)
    runner.run_due()
    answer = desk.get(f"/jobs/{job.id}")

    assert answer.status_code == 200
    assert answer.get_json() == {
        "job_id": str(job.id), "kind": KIND, "state": "done", "done": 0, "total": None,
        "fraction": 1.0,
    }  # fmt: skip


def test_a_job_of_nobody_is_seen_by_the_whole_desk(desk: FlaskClient, handle: Handle) -> None:
    assert desk.get(f"/jobs/{enqueue().id}").get_json()["state"] == "waiting"


def test_somebody_elses_job_is_not_there(desk: FlaskClient, city: City, handle: Handle) -> None:
    job = enqueue(account_id=city.accounts["office9"].id)

    assert desk.get(f"/jobs/{job.id}").status_code == 404
    assert desk.get(f"/jobs/{uuid4()}").status_code == 404


def test_a_stranger_is_not_told(client: FlaskClient, handle: Handle) -> None:
    answer = client.get(f"/jobs/{enqueue().id}", headers={"Accept": "application/json"})

    assert answer.status_code == 401


def test_the_operator_sees_and_revives_what_was_given_up(app: APIFlask, handle: Handle) -> None:
    def fail(context: JobContext, payload: dict[str, object]) -> None:
        raise RuntimeError

    handle(fail, max_tries=1)
    job = enqueue()
    job_id = job.id
    db.session.rollback()
    runner.run_due()
    runner_of_commands = app.test_cli_runner()

    listed = runner_of_commands.invoke(args=["jobs", "dead"])
    assert listed.output.startswith(f"{job_id}\t{KIND}\t1\tRuntimeError at test_desk.py:")
    retried = runner_of_commands.invoke(args=["jobs", "retry", str(job_id)])
    assert retried.exit_code == 0
    assert reload(job).state == JobState.WAITING
    db.session.rollback()
    assert runner_of_commands.invoke(args=["jobs", "work", "--once"]).stdout == "1\n"


def test_the_administrator_sees_what_was_given_up_and_has_it_tried_again(
    app: APIFlask, client: FlaskClient, city: City, handle: Handle
) -> None:
    def fail(context: JobContext, payload: dict[str, object]) -> None:
        raise RuntimeError

    app.config["WTF_CSRF_ENABLED"] = False
    handle(fail, max_tries=1)
    job = enqueue()
    job_id = job.id
    db.session.rollback()
    runner.run_due()
    seat(client, city, "admin")

    assert f"/jobs/{job_id}/retry" in client.get("/today").text
    assert client.post(f"/jobs/{job_id}/retry").status_code == 303
    assert reload(job).state == JobState.WAITING
    assert client.post(f"/jobs/{job_id}/retry").status_code == 409


def seat(client: FlaskClient, city: City, username: str) -> None:
    """Sign the client in at the desk."""
    with client.session_transaction() as cookie, client.application.test_request_context():
        sessions.begin_desk_session(city.accounts[username])
        cookie.update(session)
    db.session.commit()


@pytest.fixture
def desk(client: FlaskClient, city: City) -> FlaskClient:
    """A client signed in as office1."""
    seat(client, city, "office1")
    return client
