"""Recurring work: each slot of a schedule asks for its job exactly once, whoever looks first.

The slot that was done last is a row, moved in the transaction that asks for the job. Of several
processes that see the same slot, one moves the row; the others find it moved. A process that was
down finds the newest slot not done, and does it once, not as often as it was missed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.config import settings
from webapp.extensions import begin_reading, begin_writing, db
from webapp.jobs.models import JobSchedule
from webapp.jobs.rhythms import Rhythm, is_due, is_from_a_wrong_clock
from webapp.tracebacks import place_of

Ask = Callable[[datetime], None]
log = structlog.get_logger("anzai.jobs")


@dataclass(frozen=True)
class Schedule:
    """What is asked for, and when."""

    rhythm: Rhythm
    ask: Ask


_registered: dict[str, Schedule] = {}


def every(name: str, rhythm: Rhythm) -> Callable[[Ask], Ask]:
    """Register what asks for recurring work; it is given the slot, an instant in UTC.

    It runs in the transaction that marks the slot as done, and writes no more than the job that
    does the work (`service.enqueue`). Where it fails, the slot is not done and is tried again at
    the next look. A schedule that is new begins with the slot after the one that it finds.
    """

    def register(ask: Ask) -> Ask:
        if name in _registered and _registered[name].ask is not ask:
            raise ValueError(f"two schedules are called {name}")
        _registered[name] = Schedule(rhythm, ask)
        return ask

    return register


def look() -> int:
    """Ask for the work of each slot that has come, and return how many did.

    It commits by itself, once for each: one schedule that fails keeps no other from its turn.
    """
    begin_reading()
    known = {row.name: row.done_slot for row in db.session.scalars(select(JobSchedule))}
    db.session.rollback()
    zone, at = ZoneInfo(settings().time_zone), clock.now()
    return sum(
        _look_at(name, one, known.get(name), one.rhythm.slot_at(at, zone))
        for name, one in _registered.items()
    )


def _look_at(name: str, schedule: Schedule, done: datetime | None, slot: datetime) -> bool:
    if done is None:
        begin_writing()
        db.session.execute(_insert().values(name=name, done_slot=slot))
        db.session.commit()
        return False
    if is_due(done=done, slot=slot):
        return _ask(name, schedule, done, slot)
    if is_from_a_wrong_clock(done=done, slot=slot, period=schedule.rhythm.period):
        begin_writing()
        _move(name, done, slot)
        db.session.commit()
        log.warning("schedule_set_back", schedule=name, done=done.isoformat())
    return False


def _ask(name: str, schedule: Schedule, done: datetime, slot: datetime) -> bool:
    begin_writing()
    try:
        if not _move(name, done, slot):
            db.session.rollback()
            return False
        schedule.ask(slot)
        db.session.commit()
    except Exception as error:  # One schedule that fails must not keep the others from their turn.
        db.session.rollback()
        log.warning("schedule_failed", schedule=name, error=place_of(error))
        return False
    return True


def _move(name: str, done: datetime, slot: datetime) -> bool:
    """Mark a slot as done; False when another process has moved the row meanwhile."""
    moved = db.session.execute(
        update(JobSchedule)
        .where(JobSchedule.name == name, JobSchedule.done_slot == done)
        .values(done_slot=slot)
        .execution_options(synchronize_session=False)
    )
    return isinstance(moved, CursorResult) and moved.rowcount == 1


def _insert() -> postgresql.Insert | sqlite.Insert:
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(JobSchedule).on_conflict_do_nothing()
    return sqlite.insert(JobSchedule).on_conflict_do_nothing()
