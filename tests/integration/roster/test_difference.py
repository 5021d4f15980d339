"""What the dry run says is what happens, and the rows that somebody looks at name somebody."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, checked, newest, run_due
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.unit.roster.town import HEAD
from webapp.extensions import db
from webapp.roster.models import Person

MOVED = "张店区科苑街道沁园社区99号楼1单元101"
DEPENDANT = {"category": "遗属"}


@pytest.mark.parametrize(
    ("held", "rows", "difference"),
    [
        ([], [person(1), person(1, **DEPENDANT)], {"created": 1, "benefit": 1}),
        ([], [person(1), person(1, **DEPENDANT, address=MOVED)], {"created": 1, "benefit": 1}),
        ([], [person(1, name="孙兰英（已故）"), person(1, **DEPENDANT, name="孙兰英")],
         {"created": 1}),
        ([person(1)], [person(1), person(1, **DEPENDANT)], {"changed": 1, "benefit": 1}),
        ([person(1)], [person(1, address=MOVED), person(1, **DEPENDANT, address=MOVED)],
         {"changed": 1, "benefit": 1, "address": 1}),
        ([person(1)], [person(1), person(1, **DEPENDANT, address=MOVED), person(2)],
         {"created": 1, "changed": 1, "benefit": 1, "address": 1}),
        ([person(1), person(1, **DEPENDANT)], [person(1), person(1, **DEPENDANT), person(3)],
         {"created": 1, "unchanged": 1}),
    ],
)  # fmt: skip
def test_what_is_confirmed_is_what_happens_with_two_benefits(
    desk: Desk, tmp_path: Path, held: Any, rows: Any, difference: dict[str, int]
) -> None:
    if held:
        applied(desk, xlsx(tmp_path / "旧.xlsx", {"名单": [HEAD, *held]}))
    address = checked(desk, xlsx(tmp_path / "新.xlsx", {"名单": [HEAD, *rows]}))
    record = newest()
    shown, counts = {k: n for k, n in record.difference.items() if n}, dict(record.counts)
    assert shown == difference
    desk.post(f"{address}/confirmation")
    run_due()
    record = newest()
    assert record.state == "applied", record.refusal
    assert {k: n for k, n in record.difference.items() if n} == shown
    assert record.counts == counts
    assert "此人有两份待遇" not in desk.get(address).text


def test_an_import_asks_again_when_it_would_change_other_people_than_it_said(
    desk: Desk, tmp_path: Path
) -> None:
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": standard(2)}))
    moved = xlsx(tmp_path / "二.xlsx", {"名单": [HEAD, person(1, address=MOVED), person(2)]})
    address = checked(desk, moved)
    found = db.session.scalars(select(Person).where(Person.name == person(1)[1])).one()
    found.address = MOVED
    db.session.commit()
    desk.post(f"{address}/confirmation")
    run_due()
    assert "结果与试算不同" in desk.get(address).text
    assert (newest().state, newest().difference) == ("checked", {"unchanged": 2})


def test_rows_that_a_later_row_marks_say_whom_they_name(desk: Desk, tmp_path: Path) -> None:
    rows = [person(order, phone="13905339999") for order in range(1, 23)]
    address = checked(desk, xlsx(tmp_path / "名单.xlsx", {"名单": [HEAD, *rows]}))
    table = desk.get(f"{address}?treatment=WARN").text.rsplit("需要看的行", maxsplit=1)[-1]
    assert table.count("同一个电话登记在 20 多人名下") == 22
    for row in rows:
        assert row[1] in table
    assert table.count("370399") == 22, "each with its number, masked"
