"""At which instants recurring work is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.jobs.rhythms import DAY, Daily, Interval, is_due, is_from_a_wrong_clock

CITY = ZoneInfo("Asia/Shanghai")
NIGHT = Daily(time(2, 30))


def utc(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(("at", "slot"), [
    (utc(11, 18, 29, 59), utc(10, 18, 30)),
    (utc(11, 18, 30), utc(11, 18, 30)),
    (utc(11, 18, 30, 1), utc(11, 18, 30)),
    (utc(11, 16, 0), utc(10, 18, 30)),
    (utc(12, 15, 59), utc(11, 18, 30)),
])  # fmt: skip
def test_a_daily_slot_is_a_time_of_the_citys_day(at: datetime, slot: datetime) -> None:
    assert NIGHT.slot_at(at, CITY) == slot


def test_a_daily_slot_keeps_its_time_where_the_clock_is_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for month, hour in ((1, 5), (7, 4)):
        slot = Daily(time(6, 0)).slot_at(datetime(2027, month, 9, 12, tzinfo=UTC), berlin)
        assert slot == datetime(2027, month, 9, hour, tzinfo=UTC)


def test_an_interval_is_counted_alike_by_everybody() -> None:
    quarter = Interval(timedelta(minutes=15))
    assert quarter.slot_at(utc(11, 9, 14, 59), CITY) == utc(11, 9)
    assert quarter.slot_at(utc(11, 9, 15), CITY) == utc(11, 9, 15)


def test_a_slot_is_due_once() -> None:
    assert is_due(done=utc(10, 18, 30), slot=utc(11, 18, 30))
    assert not is_due(done=utc(11, 18, 30), slot=utc(11, 18, 30))
    assert not is_due(done=utc(11, 18, 30), slot=utc(10, 18, 30))


def test_only_a_clock_that_ran_more_than_a_period_ahead_is_disbelieved() -> None:
    assert not is_from_a_wrong_clock(done=utc(11, 0), slot=utc(10, 0), period=DAY)
    assert is_from_a_wrong_clock(done=utc(11, 0, 0, 1), slot=utc(10, 0), period=DAY)
