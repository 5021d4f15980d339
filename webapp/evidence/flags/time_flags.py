"""Flags about when: the phone's clocks, the provable interval and the hour of the day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.evidence.flags.flags import Flag, flag_when, raised
from webapp.evidence.records.records import ClockReading

CLOCK_OFF = timedelta(minutes=5)
JUMP = timedelta(seconds=2)
LATE = timedelta(days=7)
SHORTEST_VISIT = timedelta(seconds=60)
VISITS_AN_HOUR = 15
NIGHT_FROM, NIGHT_TO = time(21, 0), time(6, 30)
LOCAL = ZoneInfo("Asia/Shanghai")


def clock_flags(
    clock: ClockReading, *, ticket_issued_at: datetime | None, committed_at: datetime
) -> list[Flag]:
    """Return every flag about the phone's clocks against [ticket, commit]."""
    return raised(
        [
            jumped(clock),
            off(clock),
            before_ticket(clock, ticket_issued_at),
            after_commit(clock, committed_at),
            late(clock, committed_at),
            at_night(clock),
        ]
    )


def jumped(clock: ClockReading) -> Flag | None:
    """Flag a wall clock that moved against the monotonic one since the page was opened."""
    if clock.time_origin is None or clock.monotonic_ms is None:
        return None
    expected = clock.time_origin + timedelta(milliseconds=clock.monotonic_ms)
    jump = abs(clock.wall - expected)
    return flag_when(jump > JUMP, "clock_jumped", seconds=round(jump.total_seconds()))


def off(clock: ClockReading) -> Flag | None:
    """Flag a phone that itself knew its clock to differ from the server's by over 5 minutes."""
    minutes = abs(clock.server_offset_ms or 0) / 60_000
    return flag_when(minutes > CLOCK_OFF.seconds / 60, "clock_off", minutes=round(minutes))


def before_ticket(clock: ClockReading, issued_at: datetime | None) -> Flag | None:
    """Flag a claim to be older than the ticket that it names (evidence §5.23)."""
    if issued_at is None:
        return None
    early = issued_at - clock.claimed_at
    minutes = round(early.total_seconds() / 60)
    return flag_when(early > CLOCK_OFF, "clock_before_ticket", minutes=minutes)


def after_commit(clock: ClockReading, committed_at: datetime) -> Flag | None:
    """Flag a claim to be younger than the record's arrival (evidence §5.24)."""
    ahead = clock.claimed_at - committed_at
    minutes = round(ahead.total_seconds() / 60)
    return flag_when(ahead > CLOCK_OFF, "clock_after_commit", minutes=minutes)


def late(clock: ClockReading, committed_at: datetime) -> Flag | None:
    """Flag a record that came more than seven days after the instant that it claims."""
    waited = committed_at - clock.claimed_at
    return flag_when(waited > LATE, "late_commit", days=waited.days)


def at_night(clock: ClockReading) -> Flag | None:
    """Flag a capture between 21:00 and 06:30 in Zibo."""
    local = clock.claimed_at.astimezone(LOCAL)
    night = local.time() >= NIGHT_FROM or local.time() < NIGHT_TO
    return flag_when(night, "night", at=local.strftime("%H:%M"))


def short_visit(started_at: datetime, ended_at: datetime | None) -> Flag | None:
    """Flag less than a minute between check-in and check-out."""
    lasted = None if ended_at is None else ended_at - started_at
    seconds = 0 if lasted is None else round(lasted.total_seconds())
    return flag_when(lasted is not None and lasted < SHORTEST_VISIT, "short_visit", seconds=seconds)


def busy_hour(visits_within_the_hour: int) -> Flag | None:
    """Flag more than fifteen single visits of one worker within an hour."""
    return flag_when(
        visits_within_the_hour > VISITS_AN_HOUR, "busy_hour", visits=visits_within_the_hour
    )
