"""The offices' own calendar: which day an instant falls on where the visits are.

The rules that phones share are told their zone (`visits/detail_days.py`, `flags/time_flags.py`).
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from webapp import clock
from webapp.config import settings


def local(at: datetime) -> datetime:
    """Return an instant in the city's time zone."""
    return at.astimezone(ZoneInfo(settings().time_zone))


def local_day(at: datetime) -> date:
    """Return the city's day of an instant."""
    return local(at).date()


def today() -> date:
    """Return the city's present day, by the clock that tests may move."""
    return local_day(clock.now())


def start_of(day: date) -> datetime:
    """Return the instant at which a day of the city begins."""
    return datetime.combine(day, time(), ZoneInfo(settings().time_zone))
