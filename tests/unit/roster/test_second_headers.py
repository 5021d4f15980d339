"""Headers that say whose a column is by a title over it, and others in the midst of a sheet."""

from typing import Any

import pytest

from tests.unit.roster.books import FORMS, read, used, xlsx
from tests.unit.roster.town import number_of
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.treatments import Treatment

EVERY_FORM = pytest.mark.parametrize("form", list(FORMS))
ADDRESS = "张店区科苑街道沁园社区1号楼101"
FIRST = ["姓名", "身份证号", "联系电话", "家属电话", "住址"]


def own(order: int) -> str:
    return f"139053{order:05d}"


def of_relative(order: int) -> str:
    return f"137053{order:05d}"


def row(order: int, *, swapped: bool = False) -> list[Any]:
    phones = [own(order), of_relative(order)]
    name = f"王{'秀兰英芳'[order % 4]}"
    return [name, number_of(order=order), *(phones[::-1] if swapped else phones), ADDRESS]


def is_right(reading: RowReading, order: int) -> bool:
    contact = reading.contact or ("", "", "")
    return (reading.phones, contact[2]) == ((own(order),), of_relative(order))


SWAPPED = {
    "whole": [["姓名", "身份证号", "家属电话", "联系电话", "住址"]],
    "without a title of names": [["", "身份证号", "家属电话", "联系电话", "住址"]],
    "with nothing but what changed": [["", "", "家属电话", "联系电话", ""]],
    "in two lines": [["姓名", "身份证号", "电话", "", "住址"], ["", "", "家属", "本人", ""]],
    "in two lines with groups": [
        ["本人", "", "联系人信息", "本人", ""],
        ["姓名", "身份证号", "电话", "电话", "住址"],
    ],
}  # fmt: skip


@EVERY_FORM
@pytest.mark.parametrize("layout", list(SWAPPED))
def test_a_second_header_of_another_order_is_read_anew(form: str, layout: str) -> None:
    rows = [FIRST, row(1), row(3), *SWAPPED[layout], row(5, swapped=True), row(7, swapped=True)]
    readings = read(FORMS[form](rows))
    found = {each.number: each for each in readings.values() if each.number}
    for order in (1, 3, 5, 7):
        assert is_right(found[number_of(order=order)], order), (layout, order)
    titles = {each.treatment for each in readings.values() if not each.number}
    assert titles <= {Treatment.SKIP, Treatment.HOLD}


@EVERY_FORM
@pytest.mark.parametrize("title", [
    ["户主", "证号", "家属", "本人", "住哪"], ["", "身份证号", "儿女手机", "老人手机", "住址"],
    ["人员", "身份号", "甲", "乙", "地点"],
])  # fmt: skip
def test_nobody_below_a_header_of_unknown_words_is_taken_for_sure(
    form: str, title: list[str]
) -> None:
    rows = [FIRST, row(1), title, row(3, swapped=True), row(5, swapped=True), FIRST, row(7)]
    found = used(FORMS[form](rows))
    assert found[number_of(order=1)].treatment is not Treatment.HOLD
    for order in (3, 5):
        reading = found[number_of(order=order)]
        kept = not reading.phones and own(order) in reading.remark
        assert reading.treatment is Treatment.HOLD or is_right(reading, order) or kept
    assert is_right(found[number_of(order=7)], 7)
    assert "header_unclear" not in found[number_of(order=7)].codes


@EVERY_FORM
def test_the_same_header_again_and_a_person_without_number_change_nothing(form: str) -> None:
    lines = [FIRST, ["姓名", "身份证号", "", "", "住址"],
             ["姓名", "身份证号码", "电话", "家属电话", "地址"],
             ["王某", "身份证丢失", "", "", "沁园社区"],
             ["张某", "无证件", "无", "无", "无"]]  # fmt: skip
    for line in lines:
        found = used(FORMS[form]([FIRST, row(1), line, row(3)]))
        assert is_right(found[number_of(order=3)], 3), line
        assert "header_unclear" not in found[number_of(order=3)].codes


GROUPS = [
    ["本人信息", "", "", "", "联系人信息", "", ""], ["基本情况", "", "", "", "家属情况", "", ""],
    ["退休人员", "", "", "", "亲属", "", ""], ["本人", "", "", "", "紧急联系人信息", "", ""],
    ["退休人员", "", "", "", "网格员", "", ""], ["本人", "", "", "", "邻居", "", ""],
]  # fmt: skip


@EVERY_FORM
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[4])
def test_a_phone_under_a_group_of_others_is_never_the_pensioners(
    form: str, group: list[str]
) -> None:
    people = [
        ["王秀英", number_of(order=1), own(1), ADDRESS, "李强", "儿子", of_relative(1)],
        ["赵玉珍", number_of(order=3), "", ADDRESS, "钱大", "女儿", of_relative(3)],
    ]
    head = ["姓名", "身份证号", "电话", "住址", "姓名", "关系", "电话"]
    found = used(FORMS[form]([group, head, *people]))
    assert found[number_of(order=1)].phones == (own(1),)
    assert found[number_of(order=3)].phones == ()
    assert found[number_of(order=1)].address == ADDRESS


def test_what_a_group_of_relatives_says_is_kept() -> None:
    head = [["序号", "本人信息", "", "", "联系人信息", "", "", ""],
            ["", "姓名", "身份证号", "电话", "姓名", "关系", "电话", "住址"]]  # fmt: skip
    line = ["1", "王秀英", number_of(order=1), own(1), "李强", "儿子", of_relative(1), "青岛市南区"]
    reading = used(xlsx([*head, line]))[number_of(order=1)]
    assert reading.contact == ("李强", "儿子", of_relative(1))
    assert reading.address == ""
    assert "青岛市南区" in reading.remark


@pytest.mark.parametrize(("low", "phones", "contact"), [
    (["家属", "本人"], (own(1),), of_relative(1)),
    (["子女", "本人手机"], (own(1),), of_relative(1)),
    (["邻居", "本人"], (own(1),), ""),
])  # fmt: skip
def test_titles_under_phone_say_whose_it_is(
    low: list[str], phones: tuple[str, ...], contact: str
) -> None:
    head = [["姓名", "身份证号", "住址", "电话", ""], ["", "", "", *low]]
    line = ["王秀英", number_of(order=1), ADDRESS, of_relative(1), own(1)]
    reading = used(xlsx([*head, line]))[number_of(order=1)]
    assert reading.phones == phones
    assert (reading.contact or ("", "", ""))[2] == contact
    assert contact or of_relative(1) in reading.remark
