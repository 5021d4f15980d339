"""Pasted lists of numbers come in many shapes."""

from datetime import date

import pytest

from webapp.visits.desk_forms import read_numbers
from webapp.visits.people_queries import age_on, years_before


@pytest.mark.parametrize(
    "text",
    ["A1\nB2", "a1，b2", "A1;B2\r\n", " A1\t B2 ", "A1、B2、A1", "A1\u3000\n\n；B2", "'A1\n‘Ｂ２"],
)
def test_numbers_are_parted_by_any_usual_sign(text: str) -> None:
    assert read_numbers(text) == ["A1", "B2"]


def test_a_number_in_groups_is_one_number() -> None:
    grouped = "370399 19500305 011X\n370399　1950 0305 0128，3703 9950 0305 011"
    assert read_numbers(grouped) == ["37039919500305011X", "370399195003050128", "370399500305011"]
    two = "37039919500305011X 370399195003050128"
    assert read_numbers(two) == two.split()


def test_ages_change_on_the_birthday() -> None:
    assert age_on(date(2027, 3, 4), date(1950, 3, 5)) == 76
    assert age_on(date(2027, 3, 5), date(1950, 3, 5)) == 77


def test_a_leap_day_has_a_day_in_other_years() -> None:
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
