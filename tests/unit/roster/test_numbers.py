"""Citizen numbers: every right one is taken, every damage is noticed, candidates are right."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.roster.town import TODAY, number_of
from webapp.roster.cells.candidates import candidates
from webapp.roster.cells.numbers import (
    check_character,
    has_right_check,
    is_valid,
    mask,
    read_number,
    sex_of,
    upgrade_legacy,
)

births = st.dates(date(1905, 1, 1), date(2020, 12, 31)).map(lambda day: f"{day:%Y%m%d}")
numbers = st.builds(number_of, births, st.integers(1, 999), st.sampled_from(["370399", "372331"]))


@given(numbers)
def test_every_right_number_is_taken_as_it_is(number: str) -> None:
    reading = read_number(number, today=TODAY)
    assert (reading.number, reading.codes) == (number, ())
    assert f"{reading.birth_on:%Y%m%d}" == number[6:14]
    assert reading.sex == ("M" if int(number[16]) % 2 else "F")


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed_and_the_right_number_is_a_candidate(
    number: str, at: int, shift: int
) -> None:
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
    assert not has_right_check(wrong)
    assert read_number(wrong, today=TODAY).number == ""
    assert number in candidates(wrong, today=TODAY)


@given(numbers, st.integers(0, 15))
def test_two_swapped_digits_are_noticed(number: str, at: int) -> None:
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if wrong != number:
        assert read_number(wrong, today=TODAY).number == ""
        assert number in candidates(wrong, today=TODAY)


@given(numbers, st.integers(0, 17))
def test_a_missing_character_is_noticed_and_found_again(number: str, at: int) -> None:
    short = number[:at] + number[at + 1 :]
    reading = read_number(short, today=TODAY)
    assert (reading.number, reading.codes) == ("", ("id_seventeen_digits",))
    found = candidates(short, today=TODAY, birth_on=date.fromisoformat(
        f"{number[6:10]}-{number[10:12]}-{number[12:14]}"), sex=sex_of(number))  # fmt: skip
    if short[:-1].isdecimal():
        assert number in found


@given(numbers)
def test_what_a_spreadsheet_cut_off_is_among_the_candidates(number: str) -> None:
    for cell in (float(f"{number[:15]}000"), f"{number[:15]}000"):
        if read_number(cell, today=TODAY).number:
            continue  # One number in a thousand truly ends in 000.
        assert number in candidates(cell, today=TODAY)


@given(st.one_of(st.text(max_size=30), st.floats(allow_nan=False), st.integers(), st.none()))
def test_whatever_stands_in_the_cell_is_read_without_a_crash(cell: object) -> None:
    reading = read_number(cell, today=TODAY)  # type: ignore[arg-type]
    assert reading.number or reading.codes
    for candidate in candidates(cell, today=TODAY):  # type: ignore[arg-type]
        assert is_valid(candidate, today=TODAY)


@given(numbers)
def test_candidates_are_all_valid_and_agree_with_the_row(number: str) -> None:
    for found in candidates(number[:15] + "000", today=TODAY, sex="F"):
        assert is_valid(found, today=TODAY)
        assert sex_of(found) == "F"


def test_the_numbers_of_the_domain_page() -> None:
    assert upgrade_legacy("370303450601001") == "37030319450601001X"
    assert upgrade_legacy("370399990101998")[6:8] == "18"
    # The library that others use refuses this one, of a district older than its table knows.
    assert is_valid("370303196206010017", today=TODAY)
    assert check_character("37030319450601001") == "X"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("37039919500305001X", "370399********001X"), ("370399500305001", "370399******001"),
     ("E12345678", "E1*****78")],
)  # fmt: skip
def test_masks(number: str, shown: str) -> None:
    assert mask(number) == shown
