"""What a workbook says of somebody whom the roster holds already comes in."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.desk.pages import Desk
from tests.integration.roster.conftest import Import
from tests.integration.roster.desk_road import applied, checked, newest, run_due
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp.extensions import db
from webapp.roster.imports.contacts import contacts_of
from webapp.roster.models import Person
from webapp.roster.notes import note_of
from webapp.sealing import sealer

WITH_CONTACTS = [*HEAD, "联系人", "与本人关系", "联系人电话", "原单位"]
WITH_REMARK = [*HEAD, "备注"]
ZHANG = ["张三", "儿子", "13705331111", "齐鲁石化"]
ELSEWHERE = "张店区科苑街道沁园社区99号楼1单元101"


def book(folder: Path, name: str, head: list[Any], *rows: list[Any]) -> Path:
    return xlsx(folder / f"{name}.xlsx", {"名单": [head, *rows]})


def named(order: int) -> Person:
    db.session.expire_all()
    return db.session.scalars(select(Person).where(Person.name == person(order)[1])).one()


def test_contacts_and_employers_of_known_people_are_changes(desk: Desk, tmp_path: Path) -> None:
    first = [person(1) + ZHANG, [*person(2), *[""] * 4], person(3) + ZHANG]
    applied(desk, book(tmp_path, "一", WITH_CONTACTS, *first))
    second = [
        [*person(1), "张三", "", "13705332222", "淄博矿务局"],
        [*person(2), "李四", "女儿", "13705333333", "山东铝厂"],
        [*person(3), "李四", "女儿", "13705333333", ""],
    ]
    address = checked(desk, book(tmp_path, "二", WITH_CONTACTS, *second))
    difference = {name: n for name, n in newest().difference.items() if n}
    assert difference == {"changed": 3, "contact": 3, "employer": 2}
    shown = desk.get(f"{address}?treatment=changed").text
    assert "张三 儿子 *******1111 → 张三 儿子 *******2222" in shown
    assert "齐鲁石化 → 淄博矿务局" in shown
    assert "13705332222" not in shown

    desk.post(f"{address}/confirmation")
    run_due()
    assert contacts_of(named(1), sealer()) == [("张三", "儿子", "13705332222")]
    assert contacts_of(named(2), sealer()) == [("李四", "女儿", "13705333333")]
    assert [each[0] for each in contacts_of(named(3), sealer())] == ["张三", "李四"]
    employers = [named(order).benefits[0].employer for order in (1, 2, 3)]
    assert employers == ["淄博矿务局", "山东铝厂", "齐鲁石化"]

    desk.post(f"{address}/reversal")
    assert contacts_of(named(1), sealer()) == [("张三", "儿子", "13705331111")]
    assert contacts_of(named(2), sealer()) == []
    employers = [named(order).benefits[0].employer for order in (1, 2, 3)]
    assert employers == ["齐鲁石化", "", "齐鲁石化"]


def test_the_same_contacts_again_change_nothing(desk: Desk, tmp_path: Path) -> None:
    rows = [person(1) + ZHANG, [*person(2), "", "", "13705334444", ""]]
    applied(desk, book(tmp_path, "一", WITH_CONTACTS, *rows))
    checked(desk, book(tmp_path, "二", WITH_CONTACTS, *rows, [*person(3), *[""] * 4]))
    assert {name: n for name, n in newest().difference.items() if n} == {
        "created": 1, "unchanged": 2,
    }  # fmt: skip


def test_what_was_remarked_before_stays_behind_what_is_remarked_now(
    desk: Desk, tmp_path: Path
) -> None:
    applied(desk, book(tmp_path, "一", WITH_REMARK, [*person(1), "住女儿家，耳聋"]))
    applied(desk, book(tmp_path, "二", HEAD, person(1, name=f"{person(1)[1]}（大）")))
    said = note_of(named(1))
    assert said.endswith("；住女儿家，耳聋")
    assert said != "住女儿家，耳聋"
    checked(desk, book(tmp_path, "三", WITH_REMARK, [*person(1), "住女儿家，耳聋"]))
    assert newest().difference == {"unchanged": 1}


@pytest.mark.parametrize("known_before", [False, True])
def test_a_second_benefit_adds_and_overwrites_nothing(
    imported: Import, tmp_path: Path, known_before: bool
) -> None:
    if known_before:
        imported(book(tmp_path, "零", HEAD, person(1)))
    retiree = [*person(1), "耳聋，住女儿家"]
    dependant = person(1, category="遗属", address=ELSEWHERE, phone="13905300999")
    rows = [retiree, [*dependant, "供养配偶，住一楼"]]
    report = imported(book(tmp_path, "一", WITH_REMARK, *rows))
    second = next(item for item in report["items"] if item["row"] == 3)
    assert (second["treatment"], "second_address" in second["codes"]) == ("WARN", True)
    assert ELSEWHERE in second["message"]
    someone = named(1)
    assert someone.address == person(1)[HEAD.index("家庭住址")]
    kept = note_of(someone).split("；")
    assert set(kept) == {"耳聋，住女儿家", "供养配偶，住一楼", f"另一住址：{ELSEWHERE}"}
    assert len(someone.phones) == 2
    assert {each.kind for each in someone.benefits} == {"retiree", "dependant"}


def test_a_second_row_fills_an_address_that_the_first_lacks(
    imported: Import, tmp_path: Path
) -> None:
    rows = [person(1, address=""), person(1, category="遗属", address=ELSEWHERE)]
    imported(book(tmp_path, "一", HEAD, *rows))
    assert named(1).address == ELSEWHERE
