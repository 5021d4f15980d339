"""Layouts that lost people or words once, each in several forms: nobody is lost, no word is."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.roster.books import FORMS, Rows, read, used, xlsx
from tests.unit.roster.town import HEAD, cells, gazetteer, number_of
from webapp.refusals import Refusal
from webapp.roster.reading.treatments import Treatment

EVERY_FORM = pytest.mark.parametrize("form", list(FORMS))
WITH_MERGES = pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
SHORT = ["序号", "姓名", "身份证号码", "联系电话"]


def one(order: int, **more: Any) -> list[Any]:
    own = [str(order), f"王{'秀兰英芳珍梅华霞云'[order % 9]}{'春夏秋冬'[order % 4]}",
           number_of(order=order), f"139053{order:05d}"]  # fmt: skip
    return [*own, *more.values()]


def row(order: int, **changes: Any) -> list[Any]:
    return cells(number=number_of(order=2 * order - 1), phone=f"139053{order:05d}",
                 serial=str(order), **changes)  # fmt: skip


@EVERY_FORM
def test_three_blocks_side_by_side_and_the_last_is_shorter(form: str) -> None:
    rows = [["新华社区退休人员名单"], SHORT * 3]
    rows += [[*one(at), *one(at + 10), *one(at + 20)] for at in (1, 2)]
    rows += [[*one(3), *one(13), "", "", "", ""]]
    found = used(FORMS[form](rows))
    assert len(found) == 8
    assert all(each.phones for each in found.values())
    assert {each.area_path.count("/") for each in found.values()} == {5}


@EVERY_FORM
def test_blocks_with_a_gap_and_a_community_over_each(form: str) -> None:
    rows = [["新华社区", "", "", "", "", "沁园社区", "", "", ""], [*SHORT, "", *SHORT]]
    rows += [[*one(at), "", *one(at + 10)] for at in (1, 2, 3)]
    found = used(FORMS[form](rows))
    xinhua, qinyuan = (gazetteer().find("", "", name).path for name in ("新华社区", "沁园社区"))
    assert found[number_of(order=2)].area_path == xinhua
    assert found[number_of(order=12)].area_path == qinyuan


@EVERY_FORM
def test_blocks_without_a_serial_number_or_in_another_order(form: str) -> None:
    head = ["姓名", "身份证号", "姓名", "身份证号"]
    people = [[*one(at)[1:3], *one(at + 10)[1:3]] for at in (1, 2)]
    assert len(used(FORMS[form]([head, *people]))) == 4
    head = ["姓名", "身份证号", "电话", "身份证号", "姓名", "电话"]
    people = [[*one(at)[1:], *(one(at + 10)[i] for i in (2, 1, 3))] for at in (1, 2)]
    assert len(used(FORMS[form]([head, *people]))) == 4


@pytest.mark.parametrize("count", ["1", "一", "①"])
def test_blocks_whose_names_are_counted(count: str) -> None:
    head = ["姓名", "身份证号", f"姓名{count}", f"身份证号{count}"]
    assert len(used(xlsx([head, [*one(1)[1:3], *one(11)[1:3]]]))) == 2


def test_a_name_twice_with_one_number_is_refused_in_words() -> None:
    with pytest.raises(Refusal) as refused:
        read(xlsx([["姓名", "身份证号", "电话", "姓名", "电话"], [*one(1)[1:], "李某", "139"]]))
    assert (refused.value.code, refused.value.facts["what"]) == ("header_twice", "姓名")


def test_a_relatives_name_and_number_are_kept_as_words() -> None:
    head = [["本人", "", "", "配偶", ""], ["姓名", "身份证号", "电话", "姓名", "身份证号"]]
    found = used(xlsx([*head, [*one(1)[1:], "李建国", number_of(order=99)]]))
    assert list(found) == [number_of(order=1)]
    assert "配偶姓名：李建国" in found[number_of(order=1)].remark


@EVERY_FORM
def test_a_header_repeated_in_the_midst_with_other_columns(form: str) -> None:
    other = ["序号", "身份证号码", "联系电话", "姓名", "家庭住址"]
    rows = [SHORT, one(1), one(2), SHORT, one(3), other]
    rows += [[each[0], each[2], each[3], each[1], "张店区某路5号"] for each in (one(4), one(5))]
    found = used(FORMS[form](rows))
    assert len(found) == 5
    last = found[number_of(order=5)]
    assert (last.name, last.phones, last.address) == (one(5)[1], (one(5)[3],), "张店区某路5号")


@WITH_MERGES
def test_cells_merged_downwards_hold_for_every_row(form: str) -> None:
    rows: list[list[Any]] = [["花名册"], HEAD, *(row(order) for order in (1, 2, 3, 4))]
    for at in (3, 4, 5):
        rows[at][6] = rows[at][7] = rows[at][8] = ""
    rows[4][9] = rows[4][10] = ""
    merges = [(0, 0, 0, 10), (2, 6, 5, 6), (2, 7, 5, 7), (2, 8, 5, 8), (3, 9, 4, 9), (3, 10, 4, 10)]
    found = used(FORMS[form](rows, merges))
    assert {each.area_path.count("/") for each in found.values()} == {5}
    third, second = found[number_of(order=5)], found[number_of(order=3)]
    assert (third.address, third.phones) == (second.address, second.phones)


@WITH_MERGES
def test_a_remark_merged_over_rows_loses_all_of_them(form: str) -> None:
    rows: list[list[Any]] = [[*SHORT, "备注"], *([*one(at), ""] for at in (1, 2, 3))]
    rows[1][4] = "已去世"
    found = used(FORMS[form](rows, [(1, 4, 2, 4)]))
    lost = [number for number, each in found.items() if "remark_lost" in each.codes]
    assert lost == [number_of(order=1), number_of(order=2)]


@WITH_MERGES
def test_a_merge_of_the_header_fills_no_person(form: str) -> None:
    rows = [["序号", "姓名", "身份证号码", "联系方式", ""], ["", "", "", "手机", "备注"]]
    rows += [[*one(1), ""], [*one(2), "独居"]]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4)]
    found = used(FORMS[form](rows, merges))
    assert [each.remark for each in found.values()] == ["", "独居"]


ADDRESSES = [
    (["小区", "楼", "单元", "室"], ["测试小区", 12, 3, 502], "测试小区12号楼3单元502室"),
    (["小区名称", "楼号", "单元号", "房号"], ["测试小区", "12号楼", "三单元", "502"],
     "测试小区12号楼三单元502室"),
    (["小区", "楼栋", "门牌号"], ["测试小区", "12#", 5], "测试小区12#5号"),
    (["自然村", "组", "门牌"], ["张庄", 2, 17], "张庄2组17号"),
    (["家庭住址", "楼号", "室"], ["张店区某路5号测试小区", 3, 101],
     "张店区某路5号测试小区3号楼101室"),
    (["家庭住址", "楼号", "单元", "室"], ["测试小区12-3-502", 12, 3, 502], "测试小区12-3-502"),
    (["家庭住址", "楼号", "单元", "室"], ["测试小区3号楼", 3, 3, 3], "测试小区3号楼3单元3室"),
    (["小区", "楼号", "详细地址"], ["测试小区", 3, "北院平房"], "测试小区3号楼北院平房"),
    (["家庭住址", "", ""], ["测试小区", 12, 101], "测试小区12-101"),
    (["小区", "楼", "室"], ["测试小区", "/", "无"], "测试小区"),
]  # fmt: skip


@EVERY_FORM
@pytest.mark.parametrize(("head", "given", "joined"), ADDRESSES, ids=str)
def test_an_address_over_several_columns(
    form: str, head: list[str], given: list[Any], joined: str
) -> None:
    for upper in ([], [["", "", "", "家庭住址", *[""] * (len(head) - 1), ""]]):
        if upper and not all(head):
            continue
        line = ["序号", "姓名", "身份证号码", *head, "联系电话"]
        people = [[*one(at)[:3], *map(str, given), one(at)[3]] for at in (1, 2)]
        found = read(FORMS[form]([*upper, line, *people]))
        assert [each.address for each in found.values()] == [joined, joined]
        assert {each.phones for each in found.values()} == {(one(1)[3],), (one(2)[3],)}


@EVERY_FORM
def test_a_second_header_line_of_unknown_words_is_no_person(form: str) -> None:
    rows = [["序号", "姓名", "身份证号码", "家庭住址", "", "", "联系电话"],
            ["", "", "", "片", "排", "间", ""],
            *([*one(at)[:3], "东片", "3排", "5", one(at)[3]] for at in (1, 2))]  # fmt: skip
    readings = read(FORMS[form](rows))
    assert {each.treatment for each in readings.values()} <= {
        Treatment.SKIP, Treatment.CLEAN, Treatment.WARN,
    }  # fmt: skip
    people = [each for each in readings.values() if each.number]
    assert [each.address for each in people] == ["东片3排5"] * 2


SECTIONS = [
    "新华社区", "新华社区（12人）", "一、新华社区", "（一）新华社区 共12人", "社区：新华社区",
    "科苑街道新华社区", "新华社区居委会", "1.新华社区:12人", "张店区科苑街道新华社区（2人）",
    "新华社区退休人员名单",
]  # fmt: skip


@EVERY_FORM
@pytest.mark.parametrize("section", SECTIONS)
def test_a_line_that_names_a_community_stands_over_the_rows_below(form: str, section: str) -> None:
    rows = [SHORT, [section, "", "", ""], one(1), one(2), ["沁园社区", "", "", "2人"], one(3)]
    found = read(FORMS[form](rows))
    skipped = [each.codes for each in found.values() if each.treatment is Treatment.SKIP]
    assert skipped[1] == ["section_row"]
    assert skipped[0] in (["section_row"], ["title_repeated"])
    people = {each.number: each for each in found.values() if each.number}
    assert [each.codes for each in people.values()] == [["area_from_section"]] * 3 or (
        "area_from_title" in people[number_of(order=1)].codes
    )
    xinhua, qinyuan = (gazetteer().find("", "", name).path for name in ("新华社区", "沁园社区"))
    assert [each.area_path for each in people.values()] == [xinhua, xinhua, qinyuan]


def test_a_line_for_a_street_and_lines_for_its_communities() -> None:
    rows = [SHORT, ["车站街道"], ["明珠社区"], one(1), ["育才社区"], one(2), ["公园街道"], one(3)]
    paths = [each.area_path for each in used(xlsx(rows)).values()]
    places = [("", "车站街道", "明珠社区"), ("", "车站街道", "育才社区"), ("", "公园街道", "")]
    assert paths == [gazetteer().find(*each).path for each in places]


def test_an_unknown_community_is_never_a_blank_row_and_its_name_is_kept() -> None:
    found = list(read(xlsx([SHORT, ["测试社区（12人）"], one(1)])).values())
    assert found[0].codes == ["section_row"]
    assert "community_unknown" in found[1].codes
    assert "测试社区" in found[1].remark


def test_a_person_without_number_is_no_section() -> None:
    for line in (["", "李新村", "", ""], ["1", "王秀英", "", ""], ["", "王秀英", "", "139"]):
        found = list(read(xlsx([SHORT, line, one(1)])).values())
        assert found[0].treatment is Treatment.HOLD


def test_a_total_or_a_signature_is_no_section() -> None:
    for line in ("新华社区合计12人", "新华社区（盖章）", "新华社区负责人：王某", "小计"):
        found = list(read(xlsx([SHORT, [line], one(1)])).values())
        assert found[0].codes == ["footer"]
        assert found[1].area_path == "/"


def test_the_rows_own_columns_come_before_what_stands_over_them() -> None:
    rows = [["新华社区花名册"], HEAD, row(1), row(2, name="李桂兰", community="", address="")]
    first, second = used(xlsx(rows, name="福兴")).values()
    assert first.codes == []
    assert second.area_path == gazetteer().find("张店区", "科苑街道", "福兴社区").path
    assert second.codes == ["area_from_sheet"]


def test_a_title_of_another_district_moves_nobody() -> None:
    rows = [["临淄区退休人员花名册"], HEAD, row(1), row(2, community="")]
    first, second = used(xlsx(rows)).values()
    assert first.codes == []
    assert "street_other_district" not in second.codes


@pytest.mark.parametrize(
    "name",
    ["新华社区", "新华", "1新华社区", "01-新华", "2026年新华社区", "新华社区1",
     "新华社区-退休人员"],
)  # fmt: skip
def test_a_sheet_may_be_named_for_its_community_in_many_ways(name: str) -> None:
    found = next(iter(used(xlsx([SHORT, one(1)], name=name)).values()))
    assert (found.codes, found.area_path.count("/")) == (["area_from_sheet"], 5)


def test_an_address_knows_better_than_a_title_of_the_whole_district() -> None:
    address = "张店区车站街道杏园社区1号楼"
    for title in ("临淄区退休人员花名册", "科苑街道退休人员花名册"):
        rows = [[title], [*SHORT, "家庭住址"], [*one(1), address]]
        found = next(iter(used(xlsx(rows)).values()))
        assert found.area_path == gazetteer().find("张店区", "车站街道", "杏园社区").path


def test_a_header_that_explains_itself_loses_nobody() -> None:
    name = "备注（死亡、服刑、失踪、出国定居、查无此人等情况请注明，并附证明材料，一人一行）"
    found = list(used(xlsx([[*SHORT, name], [*one(1), "独居"], [*one(2), "已故"]])).values())
    assert [each.treatment is Treatment.HOLD for each in found] == [False, True]
    assert found[0].remark.endswith("独居")


REMARKS = ["备注", "情况说明", "其他", "核实情况", "人员去向", "摸底", "备注1", "", "身体状况"]


@EVERY_FORM
@pytest.mark.parametrize("name", REMARKS)
def test_whatever_the_column_is_called_a_loss_is_noticed_and_words_are_kept(
    form: str, name: str
) -> None:
    rows: Rows = [
        [*SHORT[:2], name, *SHORT[2:]],
        *([*one(at)[:2], words, *one(at)[2:]]
          for at, words in enumerate(["已去世", "随子女在青岛居住", "", "在监狱服刑"], 1)),
    ]  # fmt: skip
    found = list(used(FORMS[form](rows)).values())
    assert [each.treatment is Treatment.HOLD for each in found] == [True, False, False, True]
    assert "随子女在青岛居住" in found[1].remark
    assert "note_kept" in found[1].codes
    assert found[2].remark == ""


def test_several_remarks_are_kept_each_under_its_name() -> None:
    head = [*SHORT, "备注", "居住情况", "网格", "备注2"]
    rows = [head, [*one(1), "独居", "住养老院", "三网格", "有轮椅"]]
    assert next(iter(used(xlsx(rows)).values())).remark == "独居；住养老院；网格：三网格；有轮椅"


@pytest.mark.parametrize(
    ("column", "words"),
    [("认证情况", "已死亡"), ("是否健在", "否"), ("是否死亡", "是"), ("年龄", "去世"),
     ("民族", "已故"), ("死亡日期", "今年春天"), ("原单位", "已去世"), ("户籍地址", "已销户")],
)  # fmt: skip
def test_a_loss_is_noticed_in_columns_that_are_not_imported(column: str, words: str) -> None:
    found = next(iter(used(xlsx([[*SHORT, column], [*one(1), words]])).values()))
    assert found.treatment is Treatment.HOLD


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "13905331234（已去世）"), ("address", "已去世"), ("serial", "死亡"),
     ("name", "王秀英（服刑）"), ("phone", "查无此人")],
)  # fmt: skip
def test_a_loss_is_noticed_in_the_wrong_column(field: str, value: str) -> None:
    found = list(read(xlsx([HEAD, cells(**{field: value})])).values())
    assert found[0].treatment is Treatment.HOLD


def test_words_beside_telephone_numbers_are_kept_and_the_numbers_masked() -> None:
    phone = "本人13905331234，女儿13805334100"
    found = next(iter(used(xlsx([HEAD, cells(phone=phone)])).values()))
    assert found.phones == ("13905331234", "13805334100")
    assert found.remark == "联系电话：本人*1234，女儿*4100"


def test_words_behind_the_last_column_are_kept() -> None:
    data = FORMS["csv"]([SHORT, [*one(1), "", "随女儿住"], one(2), [*one(3), "已去世"]])
    found = list(used(data).values())
    assert (found[0].codes[-1], found[0].remark) == ("cells_beyond_header", "随女儿住")
    assert "cells_beyond_header" not in found[1].codes
    assert found[2].treatment is Treatment.HOLD


@settings(max_examples=40, deadline=None)
@given(
    blocks=st.integers(1, 4), people=st.integers(1, 6), gap=st.booleans(),
    form=st.sampled_from(["xlsx", "csv", "ods"]), rng=st.randoms(use_true_random=False),
)  # fmt: skip
def test_nobody_is_lost_in_any_number_of_blocks(
    blocks: int, people: int, gap: bool, form: str, rng: random.Random
) -> None:
    order = [1, 2, 3]
    rng.shuffle(order)
    head = [SHORT[at] for at in order] + [""] * gap
    rows = [head * blocks]
    for at in range(people):
        line: list[Any] = []
        for block in range(blocks):
            person = one(1 + at + 10 * block)
            line += [person[each] for each in order] + [""] * gap
        rows.append(line)
    found = used(FORMS[form](rows))
    assert len(found) == blocks * people
    assert all(each.name and each.phones for each in found.values())
