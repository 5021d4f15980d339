"""Names, phones, dates and texts: what is tidied, what is flagged, what is left alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.roster.town import TODAY
from webapp.roster.cells.dates import read_date
from webapp.roster.cells.names import read_name, softly_same
from webapp.roster.cells.phones import read_phones

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
     ("0086-139-0533-1234", ("13905331234",)), ("+86 533 2181234", ("0533-2181234",)),
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


DASHES = (
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00b7\u30fb\u2022\uff0d\ufe63\uff65\u2043\u2500"
    "_\u4e00\u30fc"
)


@given(
    st.lists(mobiles, min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(DASHES), min_size=3, max_size=3),
)
def test_dashes_of_every_kind_inside_and_between_numbers(
    phones: list[str], marks: list[str]
) -> None:
    first, second, between = marks
    cell = between.join(f"{p[:3]}{first}{p[3:7]}{second}{p[7:]}" for p in phones[:1])
    assert read_phones(cell).numbers == (phones[0],)
    assert read_phones(cell).codes == ("phone_format",)
    assert read_phones(between.join(phones)).numbers == tuple(phones)


@pytest.mark.parametrize("mark", DASHES)
def test_a_landline_with_any_dash_keeps_its_area_code_and_extension(mark: str) -> None:
    assert read_phones(f"0533{mark}2181234").numbers == ("0533-2181234",)
    assert read_phones(f"0533{mark}2181234{mark}801").numbers == ("0533-2181234转801",)
    both = read_phones(f"0533{mark}2181234 138{mark}0533{mark}4100")
    assert both.numbers == ("0533-2181234", "13805334100")


@pytest.mark.parametrize(
    "between",
    ["或", "和", "及", "，或", " 女儿", "(儿子) ", "（本人）女儿：", " or ", "&", "+", "；备用",
     "~"],
)  # fmt: skip
def test_words_between_two_numbers_lose_neither(between: str) -> None:
    reading = read_phones(f"13905331234{between}13805334100")
    assert reading.numbers == ("13905331234", "13805334100")
    reading = read_phones(f"0533-2181234{between}13805334100")
    assert reading.numbers == ("0533-2181234", "13805334100")


@pytest.mark.parametrize(
    ("cell", "months"),
    [(1952.1, {1, 10}), ("1952.1", {1, 10}), (1952.2, {2}), (1952.11, {11}), (1952.01, {1}),
     ("1952.10", {10}), ("1952.01", {1}), ("1952年1月", {1}), ("1952-1", {1}), (195210.0, {10}),
     ("195201", {1})],
)  # fmt: skip
def test_a_month_contradicts_only_other_months(cell: object, months: set[int]) -> None:
    reading = read_date(cell, today=TODAY)  # type: ignore[arg-type]
    agreeing = {month for month in range(1, 13) if not reading.contradicts(date(1952, month, 19))}
    assert agreeing == months
    assert reading.contradicts(date(1953, min(months), 19))


@pytest.mark.parametrize("cell", ["139O5300001", "13９o5300001", "1390l5300001", "139零5300001"])
def test_a_number_with_a_wrong_letter_is_not_read_as_another(cell: str) -> None:
    reading = read_phones(cell)
    assert reading.numbers == ()
    assert "phone_unreadable" in reading.codes


def test_a_letter_between_two_whole_numbers_parts_them() -> None:
    assert read_phones("5300001a13905330001").numbers == ("0533-5300001", "13905330001")
