"""The commands about jobs."""

import signal
from threading import Event
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from webapp.extensions import db
from webapp.jobs import queries, runner, schedules, service

ENDS = (signal.SIGTERM, signal.SIGINT)

commands = AppGroup("jobs", help="Work outside the request.")


@commands.command("work")
@click.option("--once", is_flag=True, help="Run what is due now and end.")
def work(once: bool) -> None:
    """Run jobs until told to end (SIGTERM or Ctrl-C); the job at hand is finished first."""
    if once:
        schedules.look()
        click.echo(runner.run_due())
        return
    stop = Event()
    _set_when_told_to_end(stop)
    runner.work(current_app._get_current_object(), stop)  # type: ignore[attr-defined]


def _set_when_told_to_end(stop: Event) -> None:
    """Set `stop` with the first signal, and hear no second one.

    The supervisor and a terminal may both ask. A second signal that came in while the first was
    setting the event would wait for good for the lock that its own thread holds.
    """

    def set_once(*_: object) -> None:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)
        stop.set()

    for number in ENDS:
        signal.signal(number, set_once)


@commands.command("dead")
def dead() -> None:
    """List the jobs that were given up: id, kind, tries, error."""
    for found in queries.dead():
        click.echo(f"{found.job_id}\t{found.kind}\t{found.tries}\t{found.error}")


@commands.command("retry")
@click.argument("job_id", type=click.UUID)
def retry(job_id: UUID) -> None:
    """Let a job that was given up be tried again."""
    service.requeue(job_id=job_id, by=None)
    db.session.commit()
    click.echo(job_id)
