"""Handlers that tests make up on the spot."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from apiflask import APIFlask

from webapp.extensions import db
from webapp.jobs import registry, service
from webapp.jobs.models import Job
from webapp.jobs.registry import JobContext

NOW = datetime(2027, 1, 12, 1, 0, tzinfo=UTC)
KIND = "test.work"
Run = Callable[[JobContext, dict[str, Any]], None]
Handle = Callable[..., None]


@pytest.fixture
def handle(app: APIFlask) -> Iterator[Handle]:
    """Let a function do the jobs of kind `KIND` for the length of the test."""

    def register(function: Run, **options: Any) -> None:
        registry._registered.pop(KIND, None)
        registry.handler(KIND, **options)(function)

    register(lambda context, payload: None)
    yield register
    registry._registered.pop(KIND, None)


def enqueue(**options: Any) -> Job:
    """Enqueue a job of kind `KIND` and commit."""
    job = db.session.get_one(Job, service.enqueue(kind=KIND, payload={"n": 1}, **options))
    db.session.commit()
    return job


def reload(job: Job) -> Job:
    """Return the job as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Job, job.id, populate_existing=True)
