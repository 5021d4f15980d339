"""The days that a result's details name: which can be read, and which must lie in the past."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZIBO = ZoneInfo("Asia/Shanghai")
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?", re.ASCII)
FIRST_YEAR = 1900
# How much a phone's clock may be ahead of what it should say.
CLOCK_ERROR = timedelta(days=1)


def zibo_day(at: datetime) -> date:
    """Return the calendar day of an instant where the visits are: not that of UTC."""
    return at.astimezone(ZIBO).date()


def is_date(text: str) -> bool:
    """Say whether a calendar holds the date; the day, or month and day, may be unknown.

    A pension is stopped from a date on: one that nobody can read counts as missing.
    """
    return first_day(text) is not None


def first_day(text: str) -> date | None:
    """Return the first day that the words may mean; None where no calendar holds them."""
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        day_meant = date(year, month, day)
    except ValueError:
        return None
    return day_meant if day_meant.year >= FIRST_YEAR else None


def is_after(text: str, today: date) -> bool:
    """Say whether the whole of a readable date lies after `today`."""
    begin = first_day(text)
    return begin is not None and begin > today


def are_in_order(begin: str, end: str) -> bool:
    """Say whether a span does not end before it begins, as far as both dates are known."""
    known = min(len(begin), len(end), len("YYYY-MM-DD"))
    return begin[:known] <= end[:known]


def is_before(text: str, day: date) -> bool:
    """Say whether the whole of a readable date lies before `day`, as far as it is known."""
    known = min(len(text), len("YYYY-MM-DD"))
    return text[:known] < day.isoformat()[:known]


def last_past_day(*, decided_at: datetime, now: datetime) -> date:
    """Return the last day that may be named as past in a result decided at `decided_at`.

    That is the day in Zibo on which it was decided, as the phone has asked of the same clock. A
    clock that runs ahead is believed for a day: a refusal reaches the worker when the door is
    long closed. What `decided_at` says of a farther future is not believed.
    """
    return min(zibo_day(decided_at), zibo_day(now) + CLOCK_ERROR)
