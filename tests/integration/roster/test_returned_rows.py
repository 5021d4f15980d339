"""Rows that wait for a person, or go back to their sender, read again as they did in their file."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from sqlalchemy import select

from tests.integration.desk.pages import Desk, forget_request
from tests.integration.roster.desk_road import applied
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.roster.models import Person
from webapp.roster.notes import note_of

WITH_REMARK = [*HEAD, "备注"]
DITTO = {"district": "同上", "street": "同上", "community": "同上", "address": "同上"}


def damaged(order: int) -> str:
    """A number whose check character is another than it must be."""
    good = str(person(order)[2])
    return good[:17] + ("1" if good[17] == "0" else "0")


def people() -> dict[str, Person]:
    db.session.expire_all()
    return {one.name: one for one in db.session.scalars(select(Person))}


def named(order: int) -> Person:
    return people()[str(person(order)[1])]


def community_of(someone: Person) -> str:
    area = db.session.get(Area, someone.area_id) if someone.area_id else None
    return area.name if area else ""


def corrected(desk: Desk, address: str, path: Path, *orders: int) -> Path:
    """The error workbook as its sender sends it back: the numbers put right, nothing else."""
    token = desk.get(address).token()
    forget_request()
    answer = desk.client.post(f"{address}/error-workbook.xlsx", data={"csrf_token": token})
    path.write_bytes(answer.data)
    numbers = {str(person(order)[1]): person(order)[2] for order in orders}
    book = openpyxl.load_workbook(path)
    for sheet in book:
        (at,) = (cell.column for row in sheet for cell in row if cell.value == "公民身份号码")
        for row in sheet.iter_rows():
            for name in {str(cell.value) for cell in row} & numbers.keys():
                sheet.cell(row[0].row, at).value = numbers[name]
    book.save(path)
    return path


def with_comment(path: Path, words: str, cell: str) -> Path:
    book = openpyxl.load_workbook(path)
    book.worksheets[0][cell].comment = Comment(words, "办事员")
    book.save(path)
    return path


def test_a_comment_of_a_held_row_is_kept_when_the_row_is_imported(
    desk: Desk, tmp_path: Path
) -> None:
    rows = {"名单": [WITH_REMARK, [*person(1, number=damaged(1)), "养犬"]]}
    path = with_comment(xlsx(tmp_path / "批注.xlsx", rows), "只说方言，敲后窗", "B2")
    address = applied(desk, path)
    desk.post(f"{address}/rows/0/decision",
              {"decision": "apply", "text-number": person(1)[2]})  # fmt: skip
    note = note_of(named(1))
    assert "养犬" in note
    assert "批注：只说方言，敲后窗" in note


def test_what_a_held_row_points_to_is_imported_with_it(desk: Desk, tmp_path: Path) -> None:
    rows = {"名单": [
        WITH_REMARK,
        [*person(1, address="张店区科苑街道沁园社区乙楼"), "敲后窗"],
        [*person(2, number=damaged(2), **DITTO), "同上"],
    ]}  # fmt: skip
    address = applied(desk, xlsx(tmp_path / "同上.xlsx", rows))
    desk.post(f"{address}/rows/1/decision",
              {"decision": "apply", "text-number": person(2)[2]})  # fmt: skip
    first, second = named(1), named(2)
    assert (second.address, second.area_path) == (first.address, first.area_path)
    assert note_of(second) == "敲后窗"


@pytest.fixture
def returned(desk: Desk, tmp_path: Path) -> str:
    """Rows 1 and 3 are held; row 3 points to row 2, which is sound and does not go back."""
    rows = {"名单": [
        WITH_REMARK,
        [*person(1, number=damaged(1), address="张店区科苑街道沁园社区甲楼"), "甲话"],
        [*person(2, address="张店区科苑街道沁园社区乙楼"), "乙话"],
        [*person(3, number=damaged(3), **DITTO), "同上"],
    ]}  # fmt: skip
    return applied(desk, xlsx(tmp_path / "原表.xlsx", rows))


def test_a_returned_row_points_to_nobody_else(desk: Desk, returned: str, tmp_path: Path) -> None:
    applied(desk, corrected(desk, returned, tmp_path / "退回.xlsx", 1, 3))
    first, second, third = (named(order) for order in (1, 2, 3))
    assert (first.address, note_of(first)) == ("张店区科苑街道沁园社区甲楼", "甲话")
    assert (third.address, note_of(third)) == (second.address, "乙话")


def test_what_the_report_says_of_a_row_is_no_remark_of_it(desk: Desk, tmp_path: Path) -> None:
    rows = {"名单": [WITH_REMARK, [*person(1), "已去世"], [*person(2, number=damaged(2)), "敲门"]]}
    address = applied(desk, xlsx(tmp_path / "原表.xlsx", rows))
    path = corrected(desk, address, tmp_path / "退回.xlsx", 1, 2)
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.value = "健在" if cell.value == "已去世" else cell.value
    book.save(path)
    applied(desk, path)
    assert {one: note_of(found) for one, found in people().items()} == {
        person(1)[1]: "健在", person(2)[1]: "敲门",
    }  # fmt: skip


def test_a_place_over_people_stands_over_them_again(desk: Desk, tmp_path: Path) -> None:
    head = ["姓名", "公民身份号码", "家庭住址", "联系电话"]

    def short(order: int, number: str = "") -> list[Any]:
        return [
            person(order)[1],
            number or person(order)[2],
            f"{order}号楼1单元",
            person(order)[10],
        ]

    rows = {"名单": [
        ["张店区科苑街道退休人员名单"], head, ["沁园社区"], short(1), short(2, damaged(2)),
    ]}  # fmt: skip
    address = applied(desk, xlsx(tmp_path / "原表.xlsx", rows))
    applied(desk, corrected(desk, address, tmp_path / "退回.xlsx", 2))
    assert community_of(named(1)) == "沁园社区"
    assert community_of(named(2)) == "沁园社区"


def test_joined_words_are_joined_once(desk: Desk, tmp_path: Path) -> None:
    head = ["姓名", "公民身份号码", "小区", "楼号", "备注1", "备注2", "联系电话"]
    row = [person(1)[1], damaged(1), "石榴花园", "甲楼", "敲门", "越界词", person(1)[10]]
    address = applied(desk, xlsx(tmp_path / "原表.xlsx", {"名单": [head, row]}))
    applied(desk, corrected(desk, address, tmp_path / "退回.xlsx", 1))
    found = named(1)
    assert found.address.count("甲楼") == 1
    assert note_of(found).count("越界词") == 1
