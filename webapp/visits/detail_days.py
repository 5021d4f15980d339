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


def last_past_day(*, decided_at: datetime, now: datetime) -> date:
    """Return the last day that may be named as past in a result decided at `decided_at`.

    The phone has asked the same of its own clock. That clock is corrected at the last contact
    only, and a refusal reaches the worker when the door is long closed: so the server forgives
    a day, and an honest phone is never refused. What `decided_at` says of a far future is not
    believed.
    """
    return min(decided_at, now).astimezone(ZIBO).date() + CLOCK_ERROR
