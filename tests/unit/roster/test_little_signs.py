"""Ticks, ditto marks, words beside a name and half-empty rows that say something of a person."""

from typing import Any

import pytest

from tests.unit.roster.books import FORMS, read, used, xlsx
from tests.unit.roster.test_layout_variants import EVERY_FORM, SHORT, one
from tests.unit.roster.town import HEAD, cells, number_of
from webapp.roster.reading.same_above import pointed_to
from webapp.roster.reading.treatments import Treatment


@pytest.mark.parametrize(("title", "said"), [
    ("是否死亡", "√"), ("是否死亡", 1), ("死亡", "●"), ("死亡", "2026.3"),
    ("健在", "×"),
    ("健在", 0),
    ("健在", False), ("是否死亡", True), ("服刑", "○"), ("失踪", "1"),
    ("注销日期", 46000),
    ("停发时间", "2026-03"),
])  # fmt: skip
def test_a_tick_a_number_or_a_date_says_a_loss(title: str, said: Any) -> None:
    for head, row in ((SHORT, one(1)), (HEAD, cells())):
        (found,) = used(xlsx([[*head, title], [*row, said]])).values()
        assert found.treatment is Treatment.HOLD
        assert "remark_lost" in found.codes


@pytest.mark.parametrize(("title", "said"), [
    ("是否死亡", "×"), ("是否死亡", 0), ("是否死亡", False), ("健在", "√"), ("健在", 1),
    ("低保", "×"),
    ("楼长编码", 7),
])  # fmt: skip
def test_a_tick_that_denies_says_nothing(title: str, said: Any) -> None:
    (found,) = used(xlsx([[*HEAD, title], [*cells(), said]])).values()
    assert found.treatment is Treatment.CLEAN


@pytest.mark.parametrize(
    ("title", "said"), [("低保", "√"), ("残疾等级", 2), ("邻居电话", "13905330009")]
)
def test_what_a_tick_says_of_a_person_is_kept(title: str, said: Any) -> None:
    (found,) = used(xlsx([[*HEAD, title], [*cells(), said]])).values()
    assert found.remark.endswith(f"：{said}")


@pytest.mark.parametrize("title", ["备注", "是否死亡", "走访情况"])
@EVERY_FORM
def test_a_remark_that_points_above_says_the_same(form: str, title: str) -> None:
    rows = [[*SHORT, title], [*one(1), "已去世"], [*one(2), "同上"], [*one(3), "〃"], [*one(4), ""]]
    found = [each.treatment for each in used(FORMS[form](rows)).values()]
    assert found[:3] == [Treatment.HOLD] * 3
    assert found[3] is not Treatment.HOLD


def test_a_remark_that_points_nowhere_stays_as_it_is() -> None:
    assert pointed_to("随女儿；住院：", "已去世") is None
    assert pointed_to("死亡：同上；耳聋", "死亡：是；独居：否") == "死亡：是；耳聋"


@pytest.mark.parametrize("name", [
    "王芳停发", "王芳殁", "故王芳", "亡 王芳", "王芳 死", "王芳走失", "王芳服刑",
    "王芳已逝世2025.3",
    "同上", "〃",
])  # fmt: skip
def test_a_loss_in_the_name_cell_is_held(name: str) -> None:
    (found,) = used(xlsx([HEAD, cells(name=name)])).values()
    assert found.treatment is Treatment.HOLD


@pytest.mark.parametrize("row", [
    ["一网格：李强", "王秀英", "", "沁园社区1号楼", "13905330001", ""],
    ["打印机厂", "王秀英", "", "沁园社区1号楼", "13905330001", ""],
    ["单位：齐鲁石化", "王秀英", "", "沁园社区1号楼", "13905330001", ""],
    ["", "王秀英", "", "", "", "不在名单内"], ["", "李台账", "", "", "", ""],
    ["", "欧阳建村", "", "", "", ""], ["", "诸葛新村", "", "沁园社区1号楼", "", ""],
])  # fmt: skip
@EVERY_FORM
def test_whoever_has_a_name_is_no_footer(form: str, row: list[str]) -> None:
    head = ["网格", "姓名", "身份证号码", "家庭住址", "联系电话", "备注"]
    last = ["", "赵玉珍", number_of(), "沁园社区2号楼", "", ""]
    found = read(FORMS[form]([head, row, last]))
    assert [each.codes[0] for each in found.values() if each.row == 2] == ["id_missing"]


@pytest.mark.parametrize("row", [
    ["制表人：", "张三", "", "", "", ""], ["审核人", "张三", "", "", "", ""],
    ["合计", "共三人", "", "", "", ""],
    ["（盖章）", "科苑街道", "", "", "", ""], ["", "人员名单", "", "", "", ""],
])  # fmt: skip
def test_clerks_and_totals_are_nobody(row: list[str]) -> None:
    head = ["网格", "姓名", "身份证号码", "家庭住址", "联系电话", "备注"]
    found = read(xlsx([head, ["", "赵玉珍", number_of()], row]))
    assert [each.treatment for each in found.values()][1] is Treatment.SKIP


@pytest.mark.parametrize("row", [
    ["", "（已去世）", "", "", ""], ["", "", "", "", "（2026年3月病故）"],
])  # fmt: skip
def test_an_aside_below_a_row_is_held(row: list[str]) -> None:
    found = read(xlsx([[*SHORT, "备注"], [*one(1), ""], row, [*one(2), ""]]))
    assert [each.row for each in found.values() if each.treatment is Treatment.HOLD] == [3]


def test_a_second_contact_in_a_line_of_its_own_is_held() -> None:
    head = [*SHORT, "联系人", "联系人电话"]
    rows = [
        head,
        [*one(1), "李四", "13705330001"],
        ["", "", "", "", "李五", "13705339999"],
        [*one(2)],
    ]
    found = read(xlsx(rows))
    assert [each.codes[-1] for each in found.values()][1] == "words_of_nobody"
