"""Blocks of people whose headers stand on different lines, and lists that are printed by pages."""

from typing import Any

import pytest

from tests.unit.roster.books import FORMS, read, used, xlsx
from tests.unit.roster.town import gazetteer, number_of
from webapp.roster.reading.treatments import Treatment

EVERY_FORM = pytest.mark.parametrize("form", list(FORMS))
SHORT = ["序号", "姓名", "身份证号码", "联系电话"]
NONE = [""] * 4
OTHER = ["身份证号", "姓名", "手机", "备注"]


def one(order: int) -> list[Any]:
    return [str(order), f"王{'秀兰英芳珍梅华霞云'[order % 9]}{'春夏秋冬'[order % 4]}",
            number_of(order=order), f"139053{order:05d}"]  # fmt: skip


def other(order: int, remark: str = "") -> list[Any]:
    return [one(order)[2], one(order)[1], one(order)[3], remark]


BESIDE = {
    "lower, behind a gap": (
        [["名单", *NONE, *NONE], [*SHORT, "", *NONE], [*one(1), "", *NONE], [*one(2), "", *SHORT],
         [*one(3), "", *one(11)], [*NONE, "", *one(12)]], 5),
    "lower, without a gap": (
        [[*SHORT, *NONE], [*one(1), *NONE], [*one(2), *SHORT], [*one(3), *one(11)]], 4),
    "higher": ([[*NONE, "", *SHORT], [*SHORT, "", *one(11)], [*one(1), "", *one(12)]], 3),
    "lower, with other columns": (
        [[*SHORT, *NONE], [*one(1), *NONE], [*one(2), *OTHER], [*one(3), *other(11)]], 4),
    "three steps": (
        [[*SHORT, "", *NONE, "", *NONE], [*one(1), "", *SHORT, "", *NONE],
         [*one(2), "", *one(11), "", *SHORT], [*one(3), "", *one(12), "", *one(21)]], 6),
}  # fmt: skip


@EVERY_FORM
@pytest.mark.parametrize("layout", list(BESIDE))
def test_blocks_beside_each_other_with_headers_on_different_lines(form: str, layout: str) -> None:
    rows, people = BESIDE[layout]
    found = used(FORMS[form](rows))
    assert len(found) == people
    assert all(each.name and each.phones and not each.remark for each in found.values())
    assert Treatment.HOLD not in {each.treatment for each in found.values()}


def test_a_lower_block_has_its_own_place_and_its_own_losses() -> None:
    rows = [["新华社区", "", "", "", "", *NONE], [*SHORT, "", "沁园社区", "", "", ""],
            [*one(1), "", *OTHER], [*one(2), "", *other(11, "已去世")],
            [*one(3), "", *other(12, "独居")]]  # fmt: skip
    found = used(xlsx(rows))
    xinhua, qinyuan = (gazetteer().find("", "", name).path for name in ("新华社区", "沁园社区"))
    assert found[number_of(order=2)].area_path == xinhua
    assert found[number_of(order=12)].area_path == qinyuan
    assert "remark_lost" in found[number_of(order=11)].codes
    assert found[number_of(order=12)].remark == "独居"


@EVERY_FORM
def test_blocks_below_each_other_with_other_columns_and_in_other_places(form: str) -> None:
    rows = [[*SHORT, *NONE], [*one(1), *NONE], ["合计", "1人", "", "", *NONE], [*NONE, *NONE],
            ["二组名单", "", "", "", *NONE], [*OTHER, *NONE], [*other(2, "已去世"), *NONE],
            ["第1页", "", "", "", *NONE], [*NONE, *SHORT], [*NONE, *one(3)],
            [*NONE, "小计", "1", "", ""]]  # fmt: skip
    found = used(FORMS[form](rows))
    assert [each.name for each in found.values()] == [one(at)[1] for at in (1, 2, 3)]
    assert all(each.phones for each in found.values())
    assert "remark_lost" in found[number_of(order=2)].codes


@EVERY_FORM
def test_pages_repeat_title_and_two_lines_of_header(form: str) -> None:
    page = [["花名册", "", "", "", ""], ["序号", "姓名", "身份证号码", "联系方式", ""],
            ["", "", "", "手机", "备注"]]  # fmt: skip
    rows = [*page, [*one(1), "独居"], ["第1页 共2页", "", "", "", ""], *page, [*one(2), "已故"],
            ["小计", "2人", "", "", ""], ["合计", "", "", "2", ""]]  # fmt: skip
    readings = read(FORMS[form](rows))
    people = [each for each in readings.values() if each.number]
    assert [each.remark for each in people] == ["独居", "已故"]
    assert {each.treatment for each in readings.values() if not each.number} == {Treatment.SKIP}


@EVERY_FORM
def test_people_under_no_header_are_held(form: str) -> None:
    """A list that goes on to the right without a title of its own, also where the left ends."""
    rows = [[*SHORT, *NONE], [*one(1), "", *one(11)[:3]], [*NONE, "", *one(12)[:3]],
            [*NONE, "", "", *one(13)[1:3]]]  # fmt: skip
    held = [each for each in read(FORMS[form](rows)).values() if each.treatment is Treatment.HOLD]
    assert len(held) == 3
