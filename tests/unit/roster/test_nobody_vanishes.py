"""People whom no header, a second row, a line or a sheet's name could make vanish are held."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.roster.books import FORMS, read, used, xlsx
from tests.unit.roster.test_layout_variants import EVERY_FORM, SHORT, one
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.said_over import loss_over_sheet
from webapp.roster.reading.treatments import Treatment

NOTED = [*SHORT, "备注"]


def held(data: bytes) -> dict[int, RowReading]:
    return {each.row: each for each in read(data).values() if each.treatment is Treatment.HOLD}


def people(*orders: int) -> list[list[Any]]:
    return [[*one(order), ""] for order in orders]


@pytest.mark.parametrize("above", [
    people(1, 2),
    [["户主", "证号", "哪里", "咋联系", "说啥"], *people(1, 2)],
    [["姓名", "联系电话", "备注"], ["王秀英", "13905330001", "已去世"],
     ["李桂兰", "13905330002"], []],
    [["王秀英", "3.70399195003E+17", "", "", ""], ["李桂兰", "", "13905330002", "", ""]],
    [["王秀英", "370399 19500305 0018", "", "", ""], ["李桂兰", "370399500305001", "", "", ""]],
])  # fmt: skip
@EVERY_FORM
def test_people_above_the_header_are_held(form: str, above: list[list[Any]]) -> None:
    found = held(FORMS[form]([*above, NOTED, *people(3)]))
    assert len(found) == 2
    assert all("above_header" in each.codes for each in found.values())


@pytest.mark.parametrize("above", [
    ["2026年企业退休人员花名册"], ["填表人：张三",
    "13905330001"], ["科苑街道", "联系人", "张三", "13905330001"],
    ["统一社会信用代码：91370300164200000X"], ["2026-03-05", "", "第1页"],
])  # fmt: skip
def test_titles_above_the_header_are_nobody(above: list[str]) -> None:
    assert held(xlsx([above, NOTED, *people(3)])) == {}


def test_a_row_above_the_header_says_nothing_of_those_below() -> None:
    rows = [["王秀英", "13905330001", "已去世"], [], NOTED, *people(3)]
    assert [*held(xlsx(rows))] == [1]


MARKED: Sequence[tuple[str, str]] = [
    ("待遇状态", "死亡"), ("待遇状态", "人没了"), ("性别", "女"), ("出生日期",
    "1949-01-01"), ("死亡日期", "2026-01-02"),
    ("人员类别", "不明"), ("备注", "已去世"), ("序号", "已去世"), ("是否死亡", "是"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "said"), MARKED)
@EVERY_FORM
def test_a_second_row_that_says_a_loss_is_no_repetition(form: str, title: str, said: str) -> None:
    usual = "男" if title == "性别" else ""
    rows = [[*SHORT, title], [*one(1), usual], [*one(1), said]]
    found = held(FORMS[form](rows))
    assert list(found) == [3]
    assert "id_repeated_differs" in found[3].codes


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_second_row_that_is_struck_is_no_repetition(form: str) -> None:
    rows = [SHORT, one(1), one(1)]
    assert "id_repeated_differs" in held(FORMS[form](rows, (), [(2, 0)]))[3].codes


@EVERY_FORM
def test_the_same_row_again_is_skipped(form: str) -> None:
    rows = [NOTED, *people(1, 1), [*one(2), "耳聋"], [*one(2), "耳聋"]]
    found = read(FORMS[form](rows)).values()
    assert [each.row for each in found if each.codes == ["row_repeated"]] == [3, 5]


@pytest.mark.parametrize("line", [
    "二、死亡人员", "死亡人员", "已故人员（2人）", "停发待遇人员", "以下人员已去世",
    "说明：以下3人已去世",
    "去世：", "三、服刑人员",
    "死亡人员名单", "失踪人员名册", "已注销人员", "（二）死亡人员", "出国人员：",
])  # fmt: skip
@EVERY_FORM
def test_people_under_a_line_that_says_a_loss_are_held(form: str, line: str) -> None:
    found = held(FORMS[form]([NOTED, *people(1), [line, "", "", "", ""], *people(2, 3)]))
    assert {4, 5} <= found.keys()
    assert 2 not in found


def test_a_line_of_other_people_ends_the_lost() -> None:
    rows = [NOTED, ["一、死亡人员"], *people(1), ["二、在册人员"], *people(2)]
    assert 5 not in held(xlsx(rows))


def test_an_aside_or_a_remark_says_it_of_the_row_above_only() -> None:
    rows = [NOTED, *people(1), ["（已去世）"], *people(2), ["", "", "", "", "已去世"], *people(3)]
    assert not {4, 6} & held(xlsx(rows)).keys()


@pytest.mark.parametrize("name", [
    "死亡", "死亡人员-沁园社区", "死亡2026.3", "Sheet1(死亡)", "查无此人", "失联",
    "出国", "减员", "停发（3月）",
])  # fmt: skip
@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_people_on_a_sheet_named_for_a_loss_are_held(form: str, name: str) -> None:
    data = FORMS[form]([NOTED, *people(1)], name=name)
    assert "remark_lost" in held(data)[2].codes


@pytest.mark.parametrize("name", ["已故职工遗属", "不含死亡", "正常和死亡", "在册", "沁园社区"])
def test_a_sheet_of_others_is_not_named_for_a_loss(name: str) -> None:
    assert loss_over_sheet(name) == ""


@pytest.mark.parametrize("offset", [1, 2, 5])
@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_sheet_may_begin_right_of_column_a(form: str, offset: int) -> None:
    """Merges and strikes are counted from column A, whatever the reader leaves out."""
    head, phone = [*SHORT, "家庭住址", "联系电话"], "13905330001"
    assert len(one(1)) == len(SHORT)
    unused = [""] * offset
    at = offset + len(SHORT)
    rows = [[*unused, *head]]
    rows += [[*unused, *one(1), "沁园社区1号楼", phone], [*unused, *one(2), "", ""]]
    data = FORMS[form](rows, [(1, at, 2, at)], [(1, at + 1)])
    found = list(used(data).values())
    assert [each.address for each in found] == ["沁园社区1号楼"] * 2
    assert "cell_struck" in found[0].codes


@pytest.mark.parametrize("words", [
    "补充：徐凤英，37039919500305013X，13905300006", "注：补录李木瓜 37039919500305013X",
    "备注：李木瓜37039919500305013x", "说明：新增李木瓜，身份证37039919500305013X",
    "合计：3人，另李木瓜37039919500305013X", "（李木瓜37039919500305013X）",
    "李木瓜 370399195003050018 13905300006", "另有李木瓜（370399 19500305 013X）漏登",
    "注：李木瓜３７０３９９１９５００３０５０１３Ｘ",
])  # fmt: skip
@pytest.mark.parametrize("at", range(5))
def test_a_row_with_a_whole_number_in_any_cell_is_held(at: int, words: str) -> None:
    line = [words if column == at else "" for column in range(len(NOTED))]
    assert 3 in held(xlsx([NOTED, *people(1), line, *people(2)]))


@pytest.mark.parametrize("words", [
    "注：开户行账号6222021603012345678", "合计：3人", "备注：联系13905300006",
])  # fmt: skip
def test_a_footer_without_a_whole_number_is_nobody(words: str) -> None:
    assert held(xlsx([NOTED, *people(1), [words, "", "", "", ""], *people(2)])) == {}
