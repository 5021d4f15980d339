"""Whose a column is where people stand side by side: of one, of all in the row, or unclear."""

from itertools import permutations
from typing import Any

import pytest

from tests.unit.roster.books import FORMS, read, used, xlsx
from tests.unit.roster.town import number_of
from webapp.refusals import Refusal
from webapp.roster.reading.treatments import Treatment

EVERY_FORM = pytest.mark.parametrize("form", list(FORMS))
NAMES = ["王秀英", "李桂兰", "赵玉珍", "钱玉华", "孙淑芳", "周凤英"]


def facts(order: int) -> dict[str, str]:
    return {
        "姓名": NAMES[order - 1], "身份证号": number_of(order=2 * order - 1),
        "电话": f"139053{order:05d}", "家庭住址": f"张店区科苑街道沁园社区{order}号楼101",
        "编号": f"01{order:02d}", "序号": str(order), "备注": f"住{order}楼",
    }  # fmt: skip


def beside(head: list[str], blocks: int) -> list[list[Any]]:
    people = [facts(order) for order in range(1, 2 * blocks + 1)]
    lines = [people[:blocks], people[blocks:]]
    return [head * blocks, *([each[title] for each in line for title in head] for line in lines)]


def is_of_one(reading: Any) -> bool:
    own = next(each for each in map(facts, range(1, 7)) if each["身份证号"] == reading.number)
    return (reading.name, reading.phones) == (own["姓名"], (own["电话"],)) and (
        reading.address in {"", own["家庭住址"]} and reading.remark in {"", own["备注"]}
    )


@pytest.mark.parametrize("serial", ["编号", "序号"])
@pytest.mark.parametrize("blocks", [2, 3])
def test_a_serial_number_stands_anywhere_in_its_block(serial: str, blocks: int) -> None:
    """Every order of four columns: everybody is read with what is his own."""
    for head in permutations(["姓名", "身份证号", "电话", serial]):
        found = used(xlsx(beside(list(head), blocks)))
        assert len(found) == 2 * blocks, head
        assert all(map(is_of_one, found.values())), head


@EVERY_FORM
def test_the_serial_number_of_a_block_opens_no_other(form: str) -> None:
    head = ["姓名", "电话", "家庭住址", "编号", "身份证号", "备注"]
    found = used(FORMS[form](beside(head, 3)))
    assert len(found) == 6
    assert all(map(is_of_one, found.values()))


@EVERY_FORM
def test_what_stands_once_beside_two_people_of_a_row_is_said_of_both(form: str) -> None:
    head = [
        "户号",
        "姓名1",
        "身份证号1",
        "电话1",
        "姓名2",
        "身份证号2",
        "电话2",
        "家庭住址",
        "备注",
    ]
    one, two, three = facts(1), facts(2), facts(3)
    rows = [head, ["1", *list(one.values())[:3], *list(two.values())[:3], one["家庭住址"], "独居"],
            ["2", *list(three.values())[:3], "", "", "", three["家庭住址"], "已去世"]]  # fmt: skip
    readings = read(FORMS[form](rows))
    found = {each.number: each for each in readings.values() if each.number}
    address = one["家庭住址"]
    assert [found[each["身份证号"]].address for each in (one, two)] == [address, address]
    assert [found[each["身份证号"]].remark for each in (one, two)] == ["独居", "独居"]
    assert found[three["身份证号"]].treatment is Treatment.HOLD
    rest = [each.treatment for each in readings.values() if not each.number]
    assert rest == [Treatment.SKIP]


def test_a_community_left_of_two_blocks_is_that_of_both() -> None:
    rows = [["社区", *["姓名", "身份证号"] * 2],
            ["沁园社区", *list(facts(1).values())[:2], *list(facts(2).values())[:2]]]  # fmt: skip
    paths = {each.area_path for each in used(xlsx(rows)).values()}
    assert len(paths) == 1
    assert "/" in paths.pop()


@pytest.mark.parametrize("head", [
    ["姓名", "身份证号", "姓名", "身份证号", "家庭住址"],
    ["姓名", "身份证号", "电话", "姓名", "身份证号", "电话", "楼号", "室"],
    ["电话", "姓名", "身份证号", "电话", "姓名", "身份证号", "电话"],
    ["家庭住址", "姓名", "身份证号", "姓名", "身份证号"],
])  # fmt: skip
def test_a_column_that_may_be_anothers_is_refused(head: list[str]) -> None:
    left, right = facts(1), facts(2)
    half = head.index("身份证号") + 1
    row = [(left if at < half else right).get(title, "3") for at, title in enumerate(head)]
    with pytest.raises(Refusal) as refused:
        read(xlsx([head, row]))
    assert refused.value.code == "header_twice"


def test_a_list_behind_a_gap_has_columns_of_its_own() -> None:
    head = ["姓名", "身份证号", "电话", "", "姓名", "身份证号", "电话", "家庭住址"]
    one, two = facts(1), facts(2)
    found = used(xlsx([head, [*list(one.values())[:3], "", *list(two.values())[:4]]]))
    assert found[one["身份证号"]].address == ""
    assert found[two["身份证号"]].address == two["家庭住址"]
