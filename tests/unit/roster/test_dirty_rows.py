"""Every kind of dirty row of domain §7.1 that one row alone can show, with its treatment."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from tests.unit.roster.town import HEAD, cells, number_of, read, rules
from webapp.areas.divisions import communities_of
from webapp.roster.cells.cleaning import BrokenCell
from webapp.roster.reading.treatments import Treatment
from webapp.roster.reading.wire import unpack_reading

GOOD = number_of()
FULL_WIDTH = "".join(chr(ord(c) + 0xFEE0) for c in GOOD)
WITH_X = next(n for order in range(11, 999, 2) if (n := number_of(order=order)).endswith("X"))

KINDS: list[tuple[str, dict[str, Any], Treatment, str | None]] = [
    ("clean", {}, Treatment.CLEAN, None),
    ("1 lower-case x", {"number": WITH_X.lower()}, Treatment.FIX, "id_lowercase_x"),
    ("2 full width", {"number": FULL_WIDTH}, Treatment.FIX, "id_full_width"),
    ("2 half of it full width", {"number": GOOD[:6] + FULL_WIDTH[6:]}, Treatment.FIX,
     "id_full_width"),
    ("2 digits of another script", {"number": GOOD[:17] + "\u0663"}, Treatment.HOLD, None),
    ("3 spaces", {"number": f"{GOOD[:6]} {GOOD[6:14]}\u00a0{GOOD[14:]}\t"}, Treatment.FIX,
     "id_spaces"),
    ("3 zero width", {"number": GOOD[:9] + "\u200b" + GOOD[9:]}, Treatment.FIX, "id_spaces"),
    ("3 apostrophe", {"number": "'" + GOOD}, Treatment.FIX, "id_spaces"),
    ("3 quotation marks", {"number": f'"{GOOD}"'}, Treatment.FIX, "id_spaces"),
    ("3 marks of direction", {"number": f"\u2066{GOOD}\u2069"}, Treatment.FIX, "id_spaces"),
    ("3 control character", {"number": GOOD + "\x7f"}, Treatment.FIX, "id_spaces"),
    ("3 ideographic space", {"number": GOOD + "\u3000"}, Treatment.FIX, "id_spaces"),
    ("4 Cyrillic Х", {"number": WITH_X[:-1] + "Х"}, Treatment.WARN, "id_lookalike_x"),
    ("4 times sign", {"number": WITH_X[:-1] + "×"}, Treatment.WARN, "id_lookalike_x"),
    ("5 float", {"number": float(GOOD)}, Treatment.HOLD, "id_float"),
    ("5 scientific text", {"number": "3.70399E+17"}, Treatment.HOLD, "id_float"),
    ("6 zeroed tail", {"number": GOOD[:15] + "000"}, Treatment.HOLD, "id_zeroed_tail"),
    ("7 letter O", {"number": GOOD.replace("0", "O", 1)}, Treatment.HOLD, "id_letter_for_digit"),
    ("7 letter l", {"number": GOOD.replace("1", "l", 1)}, Treatment.HOLD, "id_letter_for_digit"),
    ("8 fifteen", {"number": "370399500305011"}, Treatment.WARN, "id_fifteen_digits"),
    ("8 fifteen as number", {"number": 370399500305011.0}, Treatment.WARN, "id_fifteen_digits"),
    ("9 seventeen", {"number": GOOD[:17]}, Treatment.HOLD, "id_seventeen_digits"),
    ("9 nineteen", {"number": GOOD + "1"}, Treatment.HOLD, "id_length"),
    ("10 check digit", {"number": GOOD[:17] + ("1" if GOOD[17] != "1" else "2")}, Treatment.HOLD,
     "id_check_digit"),
    ("11 impossible birth", {"number": number_of("19450230"), "birth": ""}, Treatment.REJECT,
     "id_birth_impossible"),
    ("12 future birth", {"number": number_of("20990101"), "birth": ""}, Treatment.REJECT,
     "id_birth_future"),
    ("12 too old", {"number": number_of("18900101"), "birth": ""}, Treatment.REJECT,
     "id_birth_too_old"),
    ("13 sex", {"sex": "女"}, Treatment.WARN, "sex_differs"),
    ("14 birth", {"birth": "1950-03-06"}, Treatment.WARN, "birth_differs"),
    ("15 old region", {"number": number_of(region="372331")}, Treatment.CLEAN, None),
    ("16 passport", {"number": "E12345678"}, Treatment.WARN, "id_other_document"),
    ("16 residence permit", {"number": number_of(region="810000")}, Treatment.WARN,
     "id_other_document"),
    ("16 Hong Kong permit", {"number": "H1234567801"}, Treatment.WARN, "id_other_document"),
    ("17 no number", {"number": ""}, Treatment.HOLD, "id_missing"),
    ("17 a word for none", {"number": "无"}, Treatment.HOLD, "id_missing"),
    ("22 deceased worker's number", {"category": "遗属", "sex": "女", "birth": "1955-01-01"},
     Treatment.HOLD, "id_of_deceased"),
    ("25 space in name", {"name": "王 芳"}, Treatment.FIX, "name_spaces"),
    ("25 full-width space", {"name": "王　芳"}, Treatment.FIX, "name_spaces"),
    ("26 death note", {"name": "王芳(已故)"}, Treatment.HOLD, "name_death_note"),
    ("26 death note, no brackets", {"name": "王秀芳已故"}, Treatment.HOLD, "name_death_note"),
    ("26 death in other words", {"name": "王芳（离世）"}, Treatment.HOLD, "name_death_note"),
    ("26 death in an old word", {"name": "王芳(殁)"}, Treatment.HOLD, "name_death_note"),
    ("26 other note", {"name": "王芳（张明妻）"}, Treatment.WARN, "name_note"),
    ("27 separator", {"name": "阿不都•热合曼"}, Treatment.FIX, "name_separator"),
    ("27 full stop", {"name": "阿不都.热合曼"}, Treatment.FIX, "name_separator"),
    ("27 right separator", {"name": "买买提·吐尔逊"}, Treatment.CLEAN, None),
    ("28 question mark", {"name": "王?"}, Treatment.WARN, "name_placeholder"),
    ("28 box", {"name": "王□英"}, Treatment.WARN, "name_placeholder"),
    ("28 private use", {"name": "王\ue81e"}, Treatment.WARN, "name_placeholder"),
    ("28 rare character", {"name": "王𫖯"}, Treatment.CLEAN, None),
    ("29 traditional", {"name": "劉秀蘭"}, Treatment.WARN, "name_traditional"),
    ("30 long name", {"name": "阿" * 25 + "·" + "力" * 30}, Treatment.CLEAN, None),
    ("31 two phones", {"phone": "13905331234/0533-2181234"}, Treatment.FIX, "phones_split"),
    ("31 labels", {"phone": "儿子13905331234、女儿13805331234"}, Treatment.FIX, "phones_split"),
    ("31 a stroke between", {"phone": "13905331234-13805331234"}, Treatment.FIX, "phones_split"),
    ("32 phone float", {"phone": 13905331234.0}, Treatment.FIX, "phone_float"),
    ("32 phone float as text", {"phone": "13905331234.0"}, Treatment.FIX, "phone_float"),
    ("32 all digits of a float", {"phone": "1.3905331234E+10"}, Treatment.FIX, "phone_float"),
    ("32 digits lost", {"phone": "1.39053E+10"}, Treatment.WARN, "phone_unreadable"),
    ("32 full-width phone", {"phone": "１３９０５３３１２３４"}, Treatment.FIX, "phone_format"),
    ("33 no area code", {"phone": "2181234"}, Treatment.WARN, "phone_area_code"),
    ("34 dummy", {"phone": "13000000000"}, Treatment.WARN, "phone_dummy"),
    ("34 ones", {"phone": "11111111111"}, Treatment.WARN, "phone_dummy"),
    ("34 no phone", {"phone": ""}, Treatment.CLEAN, None),
    ("36 serial", {"birth": 18327.0}, Treatment.FIX, "date_serial"),
    ("36 true date", {"birth": date(1950, 3, 5)}, Treatment.CLEAN, None),
    ("37 eight digits", {"birth": "19500305"}, Treatment.FIX, "date_format"),
    ("37 eight digits as number", {"birth": 19500305.0}, Treatment.FIX, "date_format"),
    ("37 dots", {"birth": "1950.3.5"}, Treatment.FIX, "date_format"),
    ("37 words", {"birth": "1950年3月5日"}, Treatment.FIX, "date_format"),
    ("37 month only", {"birth": "1950年3月"}, Treatment.FIX, "date_format"),
    ("37 October as a number", {"birth": 1950.1, "number": number_of("19501019")},
     Treatment.FIX, "date_format"),
    ("38 two-digit year", {"birth": "50-3-5"}, Treatment.WARN, "date_two_digit_year"),
    ("36 a time of day", {"birth": time(1, 2)}, Treatment.WARN, "date_unreadable"),
    ("36 a span of time", {"birth": timedelta(days=3)}, Treatment.WARN, "date_unreadable"),
    ("36 no number at all", {"birth": float("nan")}, Treatment.WARN, "date_unreadable"),
    ("45 a community that cannot be seen", {"community": "\u200b"}, Treatment.FIX,
     "area_from_address"),
    ("38 nonsense", {"birth": "早年"}, Treatment.WARN, "date_unreadable"),
    ("42 a word for none", {"birth": "/"}, Treatment.FIX, "date_none_word"),
    ("43 short street", {"street": "科苑"}, Treatment.FIX, "street_alias"),
    ("43 office for street", {"street": "科苑街道办事处"}, Treatment.FIX, "street_alias"),
    ("43 old street", {"street": "杏园街道", "community": communities_of("湖田街道")[0]},
     Treatment.FIX, "street_alias"),
    ("43 street after its district", {"street": "张店区科苑街道"}, Treatment.FIX, "street_alias"),
    ("43 short district", {"district": "张店"}, Treatment.FIX, "district_alias"),
    ("43 short community", {"community": "沁园"}, Treatment.FIX, "community_alias"),
    ("43 committee", {"community": "沁园社区居委会"}, Treatment.FIX, "community_alias"),
    ("44 other district", {"district": "高青县"}, Treatment.HOLD, "street_other_district"),
    ("45 unknown community", {"community": "不存在社区"}, Treatment.WARN, "community_unknown"),
    ("45 unknown street", {"street": "不存在街道"}, Treatment.WARN, "street_unknown"),
    ("45 unknown district", {"district": "某某区", "street": "", "community": ""},
     Treatment.WARN, "district_unknown"),
    ("46 zone", {"district": "高新区"}, Treatment.FIX, "area_zone"),
    ("46 zone, long name", {"district": "淄博高新技术产业开发区"}, Treatment.FIX, "area_zone"),
    ("46 zone far away", {"district": "文昌湖区"}, Treatment.HOLD, "street_other_district"),
    ("48 outside", {"address": "山东省济南市历下区泉城路1号"}, Treatment.WARN,
     "address_outside_city"),
    ("48 outside, short", {"address": "上海浦东新区张江路1号"}, Treatment.WARN,
     "address_outside_city"),
    ("48 outside, province and city", {"address": "广东深圳南山区"}, Treatment.WARN,
     "address_outside_city"),
    ("48 abroad", {"address": "美国加州"}, Treatment.WARN, "address_outside_city"),
    ("48 flats called Shanghai", {"address": "上海花园小区3号楼"}, Treatment.CLEAN, None),
    ("48 a street called Beijing", {"address": "北京路人民市场旁8号楼"}, Treatment.CLEAN, None),
    ("54 error text", {"name": "#N/A"}, Treatment.HOLD, "cell_error"),
    ("54 formula never computed", {"address": BrokenCell("formula")}, Treatment.HOLD, "cell_error"),
    ("59 formula-like", {"address": "=1+1"}, Treatment.CLEAN, None),
    ("60 sex code", {"sex": "1"}, Treatment.FIX, "code_mapped"),
    ("60 sex code as number", {"sex": 1.0}, Treatment.FIX, "code_mapped"),
    ("60 sex letter", {"sex": "M"}, Treatment.FIX, "code_mapped"),
    ("60 unknown code", {"sex": "7"}, Treatment.HOLD, "code_unknown"),
    ("60 unknown category", {"category": "03"}, Treatment.HOLD, "code_unknown"),
    ("60 longer category", {"category": "企业退休人员"}, Treatment.FIX, "code_mapped"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "treatment", "code"), [k[1:] for k in KINDS],
                         ids=[k[0] for k in KINDS])  # fmt: skip
def test_each_kind_gets_its_treatment(
    changes: dict[str, Any], treatment: Treatment, code: str | None
) -> None:
    reading = read(**changes)
    assert (reading.treatment, reading.codes) == (treatment, reading.codes)
    assert code is None or code in reading.codes
    if treatment is Treatment.CLEAN:
        assert reading.codes == []


@pytest.mark.parametrize("changes", [k[1] for k in KINDS], ids=[k[0] for k in KINDS])
def test_the_quick_way_says_what_the_long_way_says(changes: dict[str, Any]) -> None:
    row = cells(**changes)
    plain = rules().read_plain(5, row)
    if plain is not None:
        assert unpack_reading(plain, "") == rules().read(5, row)


def test_most_rows_take_the_quick_way() -> None:
    assert rules().read_plain(5, cells()) is not None


@pytest.mark.parametrize(
    ("changes", "number"),
    [({"number": FULL_WIDTH}, GOOD), ({"number": GOOD[:6] + FULL_WIDTH[6:]}, GOOD),
     ({"number": WITH_X.lower()}, WITH_X), ({"number": "370399500305011"}, "370399500305011"),
     ({"number": float(GOOD)}, ""), ({"number": GOOD[:17]}, "")],
)  # fmt: skip
def test_a_number_is_put_right_or_left_out_but_never_made_up(
    changes: dict[str, Any], number: str
) -> None:
    assert read(**changes).number == number


@pytest.mark.parametrize(
    "words", ["同上", "同 上", "同上。", "（同上）", "〃", "〃〃", '"', "同前"]
)
def test_same_as_above_is_filled_in_and_said(words: str) -> None:
    sheet = rules()
    sheet.read(5, cells(address="张店区科苑街道沁园社区1号楼"))
    assert sheet.read_plain(6, cells(address=words)) is None
    reading = sheet.read(6, cells(address=words))
    assert (reading.treatment, reading.codes) == (Treatment.WARN, ["same_as_above"])
    assert reading.address == "张店区科苑街道沁园社区1号楼"


def test_same_as_above_after_a_row_that_went_the_quick_way() -> None:
    sheet = rules()
    assert sheet.read_plain(5, cells(address="张店区科苑街道沁园社区7号楼"))
    assert sheet.read(6, cells(community="〃")).area_path == sheet.read(7, cells()).area_path
    assert sheet.read(8, cells(address="同上")).address.endswith("502")


def test_an_unknown_community_leaves_the_person_in_the_street() -> None:
    street = read(community="不存在社区").area_path
    assert read().area_path.startswith(street)
    assert street.count("/") == 4


def test_hidden_rows_are_imported_and_flagged() -> None:
    reading = rules().read(5, cells(), hidden=True)
    assert (reading.treatment, reading.codes, bool(reading.number)) == (
        Treatment.WARN, ["hidden_row"], True,
    )  # fmt: skip


CERTIFICATE = ["姓名", "身份证号", "认证日期", "死亡日期", "社区", "街道"]


@pytest.mark.parametrize(
    ("certified", "died", "code"),
    [("2026-02-01", "", "certified_off_season"), ("2027-05-01", "", "certified_in_future"),
     ("2026-05-01", "2026-04-20", "certified_after_death"), ("2026-05-01", "", None),
     ("无", "", "date_none_word")],
)  # fmt: skip
def test_certificates_in_a_roster(certified: str, died: str, code: str | None) -> None:
    row: list[Any] = ["王秀英", GOOD, certified, died, "沁园社区", "科苑街道"]
    reading = rules(CERTIFICATE).read(2, row)
    assert code in reading.codes if code else reading.codes == []


@pytest.mark.parametrize("cell", [date(1950, 10, 1), "1950-10-01", 18537.0, "1950/10/1"])
def test_the_first_day_of_a_month_under_a_column_of_months_is_a_month(cell: object) -> None:
    row = cells(number=number_of("19501019"), birth=cell)
    months = [text.replace("出生日期", "出生年月") for text in HEAD]
    assert "birth_differs" not in rules(months).read(5, row).codes
    assert "birth_differs" in rules().read(5, row).codes
