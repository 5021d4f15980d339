"""Facts that a second workbook tells of a known person: shown, stored, and taken back by undo."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, checked, newest, run_due
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD, number_of
from webapp.extensions import db
from webapp.roster.models import Benefit, Person
from webapp.sealing import sealer

MORE = [*HEAD, "证件类型", "待遇状态", "死亡职工身份证号", "纬度", "经度", "坐标系"]
DEAD = number_of("19400101", order=21)


def one(status: str, dead: str, latitude: str, **changes: Any) -> list[Any]:
    row = person(1, number="E12345678", category="遗属", **changes)
    return [*row, "护照", status, dead, latitude, "118.05", "WGS84"]


def stored() -> tuple[Any, ...]:
    db.session.expire_all()
    benefit = db.session.scalars(select(Benefit)).one()
    someone = db.session.scalars(select(Person)).one()
    return (benefit.reported_status, benefit.deceased_number_index, someone.latitude, someone.sex,
            someone.birth_on and someone.birth_on.isoformat())  # fmt: skip


def test_other_facts_of_somebody_known_are_shown_stored_and_taken_back(
    desk: Desk, tmp_path: Path
) -> None:
    old = one("正常", "", "36.8051", sex="", birth="")
    new = one("暂停", DEAD, "36.9051", sex="女", birth="1950-03-05")
    applied(desk, xlsx(tmp_path / "旧.xlsx", {"名单": [MORE, old]}))
    before = stored()
    assert before == ("normal", None, 36.8051, None, None)
    address = checked(desk, xlsx(tmp_path / "新.xlsx", {"名单": [MORE, new]}))
    words = " ".join(desk.get(f"{address}?treatment=WARN").text.split())
    assert "系统所报待遇状态变动：正常发放 → 已暂停" in words
    assert "坐标变动：36.8051, 118.05, WGS84 → 36.9051, 118.05, WGS84" in words
    assert "性别变动：+ 女" in words
    assert "出生日期变动：+ 1950-03-05" in words
    assert f"死亡职工号码变动：+ {DEAD[:6]}********{DEAD[14:]}" in words
    desk.post(f"{address}/confirmation")
    run_due()
    assert newest().difference == {
        "changed": 1, "status": 1, "deceased": 1, "position": 1, "sex": 1, "birth": 1,
    }  # fmt: skip
    assert stored() == ("suspended", sealer().index(DEAD), 36.9051, "F", "1950-03-05")
    desk.post(f"{address}/reversal")
    assert newest().state == "undone"
    assert stored() == before


def test_a_workbook_without_that_column_leaves_the_state_of_the_pay(
    desk: Desk, tmp_path: Path
) -> None:
    head = [*HEAD, "待遇状态"]
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [head, [*person(1), "暂停"]]}))
    for at, (names, row) in enumerate([(HEAD, person(1)), (head, [*person(1), ""])]):
        applied(desk, xlsx(tmp_path / f"无{at}.xlsx", {"名单": [names, row]}))
        assert newest().difference == {"unchanged": 1}
    applied(desk, xlsx(tmp_path / "二.xlsx", {"名单": [head, [*person(1), "正常"]]}))
    assert db.session.scalars(select(Benefit.reported_status)).all() == ["normal"]
