"""At which instants a schedule is due: pure arithmetic over instants and a time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rhythm(Protocol):
    """A row of slots in time, each an instant in UTC."""

    @property
    def period(self) -> timedelta:
        """How far its slots lie apart."""
        ...

    def slot_at(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the newest slot that is not after `at`."""
        ...


@dataclass(frozen=True)
class Daily:
    """Once a day, at a time of the city's day."""

    at: time
    period: timedelta = DAY

    def slot_at(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return today's moment, or yesterday's while today's has not come."""
        day = at.astimezone(zone).date()
        slot = datetime.combine(day, self.at, zone).astimezone(UTC)
        if slot > at:
            slot = datetime.combine(day - DAY, self.at, zone).astimezone(UTC)
        return slot


@dataclass(frozen=True)
class Interval:
    """Every so long, counted from the beginning of 1970, so that all processes count alike."""

    period: timedelta

    def slot_at(self, at: datetime, _zone: ZoneInfo) -> datetime:
        """Return the newest multiple of the period."""
        return at - (at - _EPOCH) % self.period


def is_due(*, done: datetime, slot: datetime) -> bool:
    """Say whether `slot`, the newest one, was not done yet; what was missed is done once."""
    return slot > done


def is_from_a_wrong_clock(*, done: datetime, slot: datetime, period: timedelta) -> bool:
    """Say whether the slot done last lies so far ahead that the clock must have been wrong.

    A clock that is set back a little lets a schedule wait, so that nothing is done twice; one that
    had run years ahead must not silence it for years.
    """
    return done - slot > period
