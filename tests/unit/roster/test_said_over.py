"""Lines that hold no person: places with their leaders, losses over a list, words of nobody."""

import pytest

from tests.unit.roster.books import FORMS, read, used, xlsx
from tests.unit.roster.test_layout_variants import EVERY_FORM, SHORT, one
from tests.unit.roster.town import gazetteer, number_of
from webapp.roster.reading.said_over import loss_over
from webapp.roster.reading.treatments import Treatment

NOTED = [*SHORT, "备注"]


@pytest.mark.parametrize("line", [
    ["沁园社区  书记：张三 13805331234  2人", "", "", "", ""],
    ["沁园社区（书记：赵六，电话13805331299，共2人）", "", "", "", ""],
    ["沁园社区（负责人：赵六）", "", "", "", ""],
    ["沁园社区", "网格长：李四", "13805331299", "", "2人"],
    ["沁园社区", "", "书记 王五", "13905338888", ""],
    ["二、沁园社区居委会 主任：王某 电话 0533-2181234", "", "", "", ""],
])  # fmt: skip
@EVERY_FORM
def test_a_place_with_its_leader_stands_over_the_rows_below(form: str, line: list[str]) -> None:
    rows = [NOTED, ["新华社区", "", "", "", ""], [*one(1), ""], line, [*one(2), ""]]
    found = used(FORMS[form](rows))
    xinhua, qinyuan = (gazetteer().find("", "", name).path for name in ("新华社区", "沁园社区"))
    assert [each.area_path for each in found.values()] == [xinhua, qinyuan]


@pytest.mark.parametrize("line", [
    ["备注：王大明已去世，李四待遇停发", "", "", "", ""], ["王大明已去世", "", "", "", ""],
    ["", "", "", "", "已去世"], ["", "", "", "13805339999", ""], ["", "", "", "", "随子女在济南"],
])  # fmt: skip
@EVERY_FORM
def test_words_of_nobody_are_held(form: str, line: list[str]) -> None:
    rows = read(FORMS[form]([NOTED, [*one(1), ""], line, [*one(2), ""]])).values()
    held = [each for each in rows if each.treatment is Treatment.HOLD]
    assert [each.codes[-1] for each in held] == ["words_of_nobody"]
    assert held[0].row == 3


@pytest.mark.parametrize("line", [
    ["填表人：张三", "", "", "2026年3月5日", ""], ["", "", "", "", "2026年3月5日"],
    ["", "", "", "", "（盖章）"], ["第1页", "", "", "", "共2页"], ["合计", "", "", "2人", ""],
    ["3", "", "", "", ""],
])  # fmt: skip
def test_what_forms_print_is_held_for_nobody(line: list[str]) -> None:
    rows = read(xlsx([NOTED, [*one(1), ""], line, [*one(2), ""]])).values()
    assert {each.treatment for each in rows} & {Treatment.HOLD} == set()


@EVERY_FORM
def test_an_address_that_goes_on_below_is_no_place_over_the_next(form: str) -> None:
    head = [*SHORT, "家庭住址"]
    rows = [head, [*one(1), "张店区科苑街道"], ["", "", "", "", "沁园社区3号楼2单元"],
            [*one(2), "张店区科苑街道新华社区1号楼"]]  # fmt: skip
    found = list(read(FORMS[form](rows)).values())
    assert "words_of_nobody" in found[1].codes
    assert found[2].area_path == gazetteer().find("", "", "新华社区").path


@pytest.mark.parametrize(
    "head", [["姓名", "身份证号", "名字", "证件号码"], ["姓名", "证件号", "退休人员姓名", "身份证"]]
)
@EVERY_FORM
def test_blocks_whose_titles_differ(form: str, head: list[str]) -> None:
    rows = [head, *([*one(at)[1:3], *one(at + 10)[1:3]] for at in (1, 2))]
    assert len(used(FORMS[form](rows))) == 4


@EVERY_FORM
def test_a_number_that_was_not_read_holds_its_row(form: str) -> None:
    rows = [
        [*SHORT, "", "", ""],
        [*one(1), "", "", ""],
        [*one(2), "", one(12)[1], number_of(order=12)],
    ]
    found = used(FORMS[form](rows))
    assert "number_unread" not in found[number_of(order=1)].codes
    assert "number_unread" in found[number_of(order=2)].codes
    rows = [[*SHORT, "社保号", "配偶身份证号"], [*one(1), one(1)[2], number_of(order=12)]]
    assert "number_unread" not in used(FORMS[form](rows))[number_of(order=1)].codes


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_merge_that_goes_on_through_a_repeated_header(form: str) -> None:
    head = ["序号", "社区", "姓名", "身份证号码"]
    people = [["1", "新华社区"], ["2", ""], ["3", ""], ["4", "沁园社区"], ["5", ""]]
    rows = [[*cells, *one(at)[1:3]] for at, cells in enumerate(people, start=1)]
    found = used(FORMS[form]([head, *rows[:2], head, *rows[2:]], [(1, 1, 4, 1), (5, 1, 6, 1)]))
    xinhua, qinyuan = (gazetteer().find("", "", name).path for name in ("新华社区", "沁园社区"))
    assert [each.area_path for each in found.values()] == [xinhua] * 3 + [qinyuan] * 2


@pytest.mark.parametrize(
    "name", ["死亡", "2026年死亡人员名单", "停发人员", "张店区去世退休人员花名册(3月)", "减员表"]
)
def test_a_list_of_the_lost_holds_all_of_it(name: str) -> None:
    for data in (xlsx([SHORT, one(1)], name=name), xlsx([[name], SHORT, one(1)])):
        assert "remark_lost" in used(data)[number_of(order=1)].codes


@pytest.mark.parametrize(
    "name", ["已故职工遗属名单", "退休人员名单（不含死亡）", "花名册", "未停发人员", "Sheet1"]
)
def test_other_lists_hold_nobody(name: str) -> None:
    assert loss_over(name) == ""


@pytest.mark.parametrize("way", ["身份证：{}", "身份证号码: {}", "公民身份号码：{}"])
def test_a_number_behind_its_name(way: str) -> None:
    number = number_of(order=9)
    assert list(used(xlsx([SHORT, ["1", "孙某某", way.format(number), ""]]))) == [number]
    apart = f"{number[:6]}-{number[6:14]}-{number[14:]}"
    assert list(used(xlsx([SHORT, ["1", "孙某某", apart, ""]]))) == [number]
