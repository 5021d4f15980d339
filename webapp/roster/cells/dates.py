"""Dates as offices type them: serials, dots, year-month, two-digit years, "无"."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from webapp.roster.cells.cleaning import (
    NONE_WORDS,
    BrokenCell,
    Cell,
    fold_width,
    tidy,
)

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PARTS = re.compile(
    r"([0-9]{4}|[0-9]{2})\s*[-./年、,]\s*([0-9]{1,2})\s*[-./月、,]\s*([0-9]{1,2})\s*日?号?"
)
_MONTH = re.compile(r"([0-9]{4})\s*[-./年]?\s*([0-9]{1,2})\s*月?")
# As a number, October loses its zero and reads like January.
_JANUARY_OR_OCTOBER = re.compile(r"[0-9]{4}\.1")
_TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?$")
# Excel counts days from 1899-12-30 for every day after its invented 29 February 1900.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(61, 80_000)


class DateReading(NamedTuple):
    """A day (or, with `month_only`, a month) and what had to be done to read it.

    With `or_october` the month is January or October: a workbook keeps 1952.10 as 1952.1.
    """

    day: date | None
    code: str | None = None
    month_only: bool = False
    or_october: bool = False

    def contradicts(self, other: date) -> bool:
        """Whether this reading cannot be the day `other`."""
        if self.day is None:
            return False
        if not self.month_only:
            return self.day != other
        months = {self.day.month, _OCTOBER} if self.or_october else {self.day.month}
        return self.day.year != other.year or other.month not in months

    def of_month(self) -> "DateReading":
        """The same under a column of months, where a workbook makes the first day of a month."""
        if self.day is None or self.day.day != 1:
            return self
        return self._replace(month_only=True)


_EMPTY = DateReading(None)
_OCTOBER = 10


def read_date(cell: Cell, *, today: date) -> DateReading:
    """Reads one cell; what is not ISO text or a true date cell gets a code that says so."""
    if cell is None or cell == "" or isinstance(cell, BrokenCell):
        return _EMPTY
    if isinstance(cell, datetime):
        return DateReading(cell.date())
    if isinstance(cell, date):
        return DateReading(cell)
    if isinstance(cell, str):
        return _from_text(cell, today)
    if not isinstance(cell, int | float) or not isfinite(cell):
        # A time of day or a span of time: the cell was formatted as something else.
        return DateReading(None, "date_unreadable")
    return _from_number(float(cell), today)


@lru_cache(maxsize=65536)
def _from_text(raw: str, today: date) -> DateReading:
    if found := _ISO.fullmatch(raw):
        return _built(*found.groups(), code=None)
    text = _TIME.sub("", tidy(fold_width(raw)))
    if not text:
        return _EMPTY
    if text in NONE_WORDS:
        return DateReading(None, "date_none_word")
    if found := _ISO.fullmatch(text):
        return _built(*found.groups(), code=None if text == raw.strip() else "date_format")
    if found := _EIGHT.fullmatch(text):
        return _built(*found.groups(), code="date_format")
    if found := _PARTS.fullmatch(text):
        return _with_year(*found.groups(), today=today)
    if text.replace(".", "", 1).isdecimal() and float(text) in _SERIALS:
        return _from_number(float(text), today)
    if found := _MONTH.fullmatch(text):
        reading = _built(found[1], found[2], "1", code="date_format")
        unsure = _JANUARY_OR_OCTOBER.fullmatch(text) is not None
        return DateReading(reading.day, reading.code, reading.day is not None, unsure)
    return DateReading(None, "date_unreadable")


def _with_year(year: str, month: str, day: str, *, today: date) -> DateReading:
    if len(year) == 4:
        return _built(year, month, day, code="date_format")
    century = 2000 if int(year) <= today.year % 100 else 1900
    return _built(str(century + int(year)), month, day, code="date_two_digit_year")


def _built(year: str, month: str, day: str, *, code: str | None) -> DateReading:
    try:
        return DateReading(date(int(year), int(month), int(day)), code)
    except ValueError:
        return DateReading(None, "date_unreadable")


def _from_number(value: float, today: date) -> DateReading:
    """A number is a serial, or a date typed as 20240401, or a month typed as 202404 or 1950.3."""
    if value.is_integer() and len(text := str(int(value))) in {6, 8}:
        return _from_text(text, today)
    if int(value) in _SERIALS and not 1900 <= value < 2100:
        return DateReading(_SERIAL_ZERO + timedelta(days=int(value)), "date_serial")
    if 1900 <= value < 2100 and not value.is_integer():
        return _from_text(str(value), today)
    return DateReading(None, "date_unreadable")
