"""Several workers at once, and workers that are killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest
from apiflask import APIFlask

from tests.integration.jobs.conftest import KIND, Handle, enqueue, reload
from webapp import clock
from webapp.config import Settings
from webapp.extensions import db
from webapp.jobs import registry, runner, service
from webapp.jobs.registry import JobContext
from webapp.jobs.rules import LEASE, JobState, Lane

ROOT = Path(__file__).parents[3]

WORKER = """
import sys
from pathlib import Path
from webapp import create_app
from webapp.config import Settings
from webapp.jobs import registry, runner

app = create_app(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))

@registry.handler("test.work")
def hang(context, payload):
    print("started", flush=True)
    sys.stdin.read()

with app.app_context():
    runner.run_due()
"""


def test_four_threads_do_every_job_once(app: APIFlask, handle: Handle) -> None:
    done: Counter[int] = Counter()
    lock = Lock()

    def work(context: JobContext, payload: dict[str, Any]) -> None:
        with lock:
            done[payload["n"]] += 1

    handle(work)
    for number in range(60):
        service.enqueue(kind=KIND, payload={"n": number})
    db.session.commit()

    def drain(_: int) -> int:
        with app.app_context():
            return runner.run_due()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(drain, range(4)))

    assert sum(counts) == 60
    assert done == Counter(range(60))


def test_one_key_enqueued_by_four_threads_is_one_job(app: APIFlask, handle: Handle) -> None:
    def put(_: int) -> object:
        with app.app_context():
            return enqueue(unique_key="only").id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(put, range(8)))) == 1


def test_the_job_of_a_killed_worker_is_done_by_another(
    app: APIFlask, handle: Handle, settings: Settings
) -> None:
    job = enqueue()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(settings.data_dir), settings.database_url],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"started\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()

    assert (reload(job).state, job.tries) == (JobState.RUNNING, 1)
    db.session.rollback()
    assert runner.run_due() == 0
    with clock.freeze(clock.now() + LEASE + timedelta(seconds=1)):
        assert runner.run_due() == 1
    assert (reload(job).state, job.tries) == (JobState.DONE, 2)


def test_the_loop_runs_until_it_is_told_to_stop(app: APIFlask, handle: Handle) -> None:
    stop, done = Event(), Event()
    handle(lambda context, payload: done.set())
    worker = Thread(target=runner.work, args=(app, stop))
    worker.start()
    job = enqueue()

    assert done.wait(30)
    stop.set()
    worker.join(30)
    assert not worker.is_alive()
    assert reload(job).state == JobState.DONE


def test_a_job_of_hours_keeps_nobody_waiting(app: APIFlask, handle: Handle) -> None:
    """While one lane is held, the jobs of the others are done, and after it its own."""
    stop, begun, release = Event(), Event(), Event()
    done: dict[str, Event] = {lane.value: Event() for lane in Lane}

    def hold(_context: JobContext, _payload: dict[str, Any]) -> None:
        begun.set()
        assert release.wait(60)

    handle(hold, lane=Lane.HOURS)
    names = {lane: f"test.{lane.value}" for lane in Lane}
    for lane, kind in names.items():
        registry.handler(kind, lane=lane)(lambda _c, _p, name=lane.value: done[name].set())
    enqueue()
    worker = Thread(target=runner.work, args=(app, stop))
    worker.start()
    try:
        assert begun.wait(60)
        for kind in names.values():
            service.enqueue(kind=kind, payload={})
        db.session.commit()
        assert done["quick"].wait(60)
        assert done["long"].wait(60)
        assert not done["hours"].is_set()
        release.set()
        assert done["hours"].wait(60)
    finally:
        release.set()
        stop.set()
        worker.join(60)
        for kind in names.values():
            del registry._registered[kind]
    assert not worker.is_alive()


def test_what_takes_hours_and_what_takes_minutes_is_apart(app: APIFlask) -> None:
    lanes = {kind: known.lane for kind, known in registry._registered.items()}
    assert {kind for kind, lane in lanes.items() if lane is Lane.HOURS} == {
        "evidence.find-lost-previews", "oversight_verify",
    }  # fmt: skip
    assert {kind for kind, lane in lanes.items() if lane is Lane.LONG} == {
        "roster_check", "roster_apply", "roster_undo",
    }  # fmt: skip


def test_a_lane_that_fails_ends_the_worker(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started again whole; a worker with a lane less would not be noticed."""

    def fail(*_args: object, but: list[str], **_named: object) -> int:
        if "oversight_verify" not in but:
            raise OSError("broken")
        return 0

    monkeypatch.setattr(runner, "run_due", fail)
    stop = Event()
    with pytest.raises(OSError, match="broken"):
        runner.work(app, stop)
    assert stop.is_set()


def worker_that_tried(settings: Settings) -> tuple["subprocess.Popen[str]", str]:
    """Start the command, and return it with the line in which it says that it tried a job."""
    environment = {**os.environ, "ANZAI_DATA": str(settings.data_dir),
                   "ANZAI_DATABASE_URL": settings.database_url}  # fmt: skip
    flask = Path(sys.executable).with_name("flask")
    worker = subprocess.Popen(
        [str(flask), "--app", "wsgi", "jobs", "work"], cwd=ROOT, env=environment,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stderr is not None
    # The other process knows no handler for the kind, and says so when it has tried.
    return worker, next(text for text in worker.stderr if "job_failed" in text)


def test_the_command_ends_politely_on_sigterm(
    app: APIFlask, handle: Handle, settings: Settings
) -> None:
    job = enqueue()
    worker, line = worker_that_tried(settings)
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)

    assert "UnknownJobKindError" in line
    assert worker.returncode == 0
    assert reload(job).state == JobState.WAITING


def test_the_command_ends_however_often_it_is_asked(
    app: APIFlask, handle: Handle, settings: Settings
) -> None:
    """The supervisor asks again what a terminal or a process group has asked already."""
    enqueue()
    worker, _ = worker_that_tried(settings)
    try:
        for _ in range(20_000):
            worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=60)
    finally:
        worker.kill()
        worker.communicate()
    assert worker.returncode == 0
