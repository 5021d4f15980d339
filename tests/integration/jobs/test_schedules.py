"""Recurring work is asked for once a slot, however many look and whatever the clock does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from apiflask import APIFlask

from tests.integration.jobs.conftest import KIND, NOW, Handle
from webapp import clock
from webapp.extensions import db
from webapp.jobs import schedules, service
from webapp.jobs.models import Job, JobSchedule
from webapp.jobs.rhythms import Interval

NAME, HOUR = "test.hourly", timedelta(hours=1)
FAILING = "test.failing"


@pytest.fixture(autouse=True)
def hourly(app: APIFlask, handle: Handle, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let one schedule ask for a job every hour, and no other run meanwhile."""
    monkeypatch.setattr(schedules, "_registered", {})

    @schedules.every(NAME, Interval(HOUR))
    def ask(slot: datetime) -> None:
        service.enqueue(kind=KIND, payload={"slot": slot.isoformat()})

    db.session.rollback()
    yield
    db.session.rollback()


def look(at: datetime) -> int:
    with clock.freeze(at):
        return schedules.look()


def asked() -> list[str]:
    found = [job.payload["slot"] for job in db.session.scalars(db.select(Job).order_by(Job.id))]
    db.session.rollback()
    return found


def test_a_new_schedule_begins_with_the_next_slot_and_asks_once_for_each() -> None:
    minutes = (0, 1, 59, 60, 61, 119, 120, 125)
    assert [look(NOW + timedelta(minutes=minute)) for minute in minutes] == [
        0, 0, 0, 1, 0, 0, 1, 0,
    ]  # fmt: skip
    assert asked() == [(NOW + HOUR).isoformat(), (NOW + 2 * HOUR).isoformat()]


def test_what_was_missed_for_days_is_done_once() -> None:
    look(NOW)
    late = NOW + timedelta(days=5, minutes=7)
    assert (look(late), look(late)) == (1, 0)
    assert asked() == [(NOW + timedelta(days=5)).isoformat()]


def test_of_many_who_look_at_once_one_asks(app: APIFlask) -> None:
    look(NOW)
    start = Barrier(6, timeout=60)

    def look_along(_: int) -> int:
        with app.app_context():
            start.wait()
            return look(NOW + HOUR)

    with ThreadPoolExecutor(6) as several:
        counts = list(several.map(look_along, range(6)))
    assert sum(counts) == 1
    assert len(asked()) == 1


def test_of_two_who_saw_the_same_slot_the_later_one_asks_for_nothing() -> None:
    """What another process did between its look and this one's step is not done again."""
    look(NOW)
    known, slot = schedules._registered[NAME], NOW + HOUR
    assert schedules._look_at(NAME, known, NOW, slot) is True
    assert schedules._look_at(NAME, known, NOW, slot) is False
    assert len(asked()) == 1


def test_a_clock_set_back_a_little_does_nothing_twice() -> None:
    look(NOW)
    moments = (60, 59, 61, 30, 119, 120)
    assert [look(NOW + timedelta(minutes=each)) for each in moments] == [1, 0, 0, 0, 0, 1]


def test_a_clock_that_ran_years_ahead_silences_nothing() -> None:
    look(NOW)
    assert look(NOW + timedelta(days=3650)) == 1
    assert [look(NOW + n * HOUR) for n in (1, 1, 2, 3)] == [0, 0, 1, 1]


def test_one_that_fails_is_tried_again_and_keeps_no_other_from_its_turn() -> None:
    failures = [True, False]

    @schedules.every(FAILING, Interval(HOUR))
    def ask(slot: datetime) -> None:
        service.enqueue(kind=KIND, payload={"slot": f"failing {slot.isoformat()}"})
        if failures.pop(0):
            raise LookupError("not now")

    look(NOW)
    assert look(NOW + HOUR) == 1
    assert asked() == [(NOW + HOUR).isoformat()], "what it had written is gone with it"
    assert db.session.get_one(JobSchedule, FAILING).done_slot == NOW
    db.session.rollback()
    assert look(NOW + HOUR) == 1
    assert len(asked()) == 2


def test_two_schedules_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two schedules"):
        schedules.every(NAME, Interval(HOUR))(lambda _slot: None)
