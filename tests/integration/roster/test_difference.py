"""What the dry run says is what happens, and the rows that somebody looks at name somebody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

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
         {"created": 1, "changed": 1, "benefit": 1, "note": 1}),
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


def test_many_changes_are_written_by_sets_not_one_by_one(desk: Desk, tmp_path: Path) -> None:
    """Four times as many changed people take hardly more statements."""
    asked = []
    for people in (10, 40):
        rows = [person(2 * people + order) for order in range(1, people + 1)]
        applied(desk, xlsx(tmp_path / f"{people}.xlsx", {"名单": [HEAD, *rows]}))
        changed = [
            person(
                2 * people + order,
                address=f"{MOVED}{order}",
                phone=f"138{people:03d}{order:05d}",
            )
            for order in range(1, people + 1)
        ]
        address = checked(desk, xlsx(tmp_path / f"{people}新.xlsx", {"名单": [HEAD, *changed]}))
        desk.post(f"{address}/confirmation")
        with counted_statements() as count:
            run_due()
        assert newest().difference["phone"] == people
        asked.append(len(count))
    few, many = asked
    assert many < few + 40, asked


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
