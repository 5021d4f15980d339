"""Names, phones, dates and texts: what is tidied, what is flagged, what is left alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.roster.town import TODAY
from webapp.roster.dates import read_date
from webapp.roster.names import read_name, softly_same
from webapp.roster.phones import read_phones

mobiles = st.from_regex(r"\A1[3-9][0-9]{9}\Z").filter(lambda phone: not read_phones(phone).codes)


@given(st.text(max_size=60))
def test_reading_a_name_twice_changes_nothing_more(raw: str) -> None:
    once = read_name(raw).name
    if once:
        assert read_name(once).name == once


@pytest.mark.parametrize("raw", ["<]/", "无（待补）", "（未登记）/"])
def test_a_word_for_nothing_beside_a_note_is_no_name(raw: str) -> None:
    reading = read_name(raw)
    assert reading.name == ""
    assert "name_missing" in reading.codes


@pytest.mark.parametrize("raw", ["（补）王秀英（亡）", "王秀英 亡 故", "王秀英〔已故〕（补）"])
def test_a_death_is_noticed_beside_anything_else(raw: str) -> None:
    reading = read_name(raw)
    assert reading.name == "王秀英"
    assert "name_death_note" in reading.codes


@given(st.text(alphabet="王李张秀英建国𫖯䶮", min_size=2, max_size=4))
def test_plain_names_are_left_alone(name: str) -> None:
    reading = read_name(name)
    assert (reading.name, reading.codes) == (name, ())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("萧建华", "肖建华", True), ("王?", "王䶮", True), ("王□英", "王秀英", True),
     ("劉秀英", "刘秀英", True), ("王秀英", "王秀兰", False), ("王秀英", "王英", False)],
)  # fmt: skip
def test_soft_matches(one: str, other: str, same: bool) -> None:
    assert softly_same(one, other) is same


@given(st.lists(mobiles, min_size=1, max_size=4, unique=True), st.sampled_from("/，、;；\n"))
def test_all_numbers_of_a_cell_are_kept_in_order(phones: list[str], mark: str) -> None:
    reading = read_phones(mark.join(phones))
    assert reading.numbers == tuple(phones)
    assert ("phones_split" in reading.codes) is (len(phones) > 1)


@given(mobiles)
def test_a_phone_survives_being_a_number(phone: str) -> None:
    assert read_phones(float(phone)).numbers == (phone,)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [("+86 139 0533 1234", ("13905331234",)), ("0086-13905331234", ("13905331234",)),
     ("139-0533-1234", ("13905331234",)), ("(0533)2181234", ("0533-2181234",)),
     ("0533-2181234转8", ("0533-2181234转8",)), ("2181234-8", ("0533-2181234转8",)),
     ("13905331234（女儿）", ("13905331234",)), ("1390533123413805331234",
                                            ("13905331234", "13805331234")),
     ("+852 2345 6789", ("+85223456789",)), ("13905331234,13905331234", ("13905331234",)),
     ("无", ()), ("12345", ()), (None, ()), (True, ())],
)  # fmt: skip
def test_phones_as_offices_write_them(cell: object, numbers: tuple[str, ...]) -> None:
    assert read_phones(cell).numbers == numbers  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_any_text_can_stand_in_a_phone_cell(text: str) -> None:
    for number in read_phones(text).numbers:
        assert number[0] in "0+1"


@given(st.dates(date(1900, 3, 1), date(2026, 11, 23)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    serial = float((day - date(1899, 12, 30)).days)
    for cell in (day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日",
                 f"{day.year}.{day.month}.{day.day}", f"{day:%Y/%m/%d}", day, serial):  # fmt: skip
        if isinstance(cell, float) and (1900 <= cell < 2100 or cell < 61):
            continue  # Such a number is a year rather than a day of 1905.
        assert read_date(cell, today=TODAY).day == day


@given(st.one_of(st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False)))
def test_whatever_stands_in_a_date_cell_is_read_without_a_crash(cell: object) -> None:
    read_date(cell, today=TODAY)  # type: ignore[arg-type]


def test_two_digit_years_are_of_the_past() -> None:
    reading = read_date("26-11-24", today=TODAY)
    assert reading.day is not None
    assert reading.day - TODAY <= timedelta(days=1)
    assert read_date("27-1-1", today=TODAY).day == date(1927, 1, 1)
