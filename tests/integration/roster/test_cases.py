"""Workbooks that failed once, each kept with what is right for it."""

from typing import Any

from sqlalchemy.orm import selectinload

from tests.integration.roster.conftest import DATA, Import
from webapp.extensions import db
from webapp.roster.models import Person
from webapp.roster.sealing import sealer


def findings(report: dict[str, Any]) -> dict[int, list[str]]:
    return {item["row"]: item["codes"] for item in report["items"]}


def people() -> dict[str, Person]:
    """Everybody who was written, by number."""
    query = db.select(Person).options(selectinload(Person.phones), selectinload(Person.area))
    return {sealer().unseal(each.number_sealed): each for each in db.session.scalars(query)}


def phones(person: Person) -> list[str]:
    return [sealer().unseal(phone.number_sealed) for phone in person.phones]


def test_dashes_in_telephone_numbers(imported: Import) -> None:
    report = imported(DATA / "roster-phone-dashes.xlsx")
    assert {tuple(codes) for codes in findings(report).values()} == {("phone_format",)}
    written = [phones(each) for each in people().values()]
    landline = [["0533-2181234"]]
    mobile = [[f"1380533{4100 + 7 * at}"] for at in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]
    assert sorted(written) == sorted(mobile + landline)


def test_october_as_a_number(imported: Import) -> None:
    report = imported(DATA / "roster-month-number.xlsx")
    assert "birth_differs" not in {code for codes in findings(report).values() for code in codes}
    assert report["fix"] == report["rows"] == len(people())


def note(person: Person) -> str:
    return sealer().unseal(person.note_sealed) if person.note_sealed else ""


def place(person: Person) -> str:
    return person.area.name if person.area is not None else ""


def test_people_side_by_side(imported: Import) -> None:
    report = imported(DATA / "roster-side-by-side.xlsx")
    assert (report["rows"], report["difference"]) == (12, {"created": 12})
    assert report["sheets"] == ["Sheet", "Sheet [F:J]"]
    written = people()
    assert len(written) == 12
    assert written["370399195212231113"].name == "胡国华"
    assert {place(each) for each in written.values()} == {"新华社区"}
    assert {codes[0] for codes in findings(report).values()} == {"area_from_title"}


def test_merged_cells_hold_for_every_row(imported: Import) -> None:
    imported(DATA / "roster-merged-down.xlsx")
    written = people()
    fourth = written["370399195204071033"]
    assert fourth.address == "张店区科苑街道新华社区3号楼2单元302"
    assert (place(fourth), phones(fourth)) == ("新华社区", ["13805334114"])
    assert [place(each) for _, each in sorted(written.items())] == ["新华社区"] * 6 + [
        "沁园社区"
    ] * 6


def test_a_community_that_only_the_sheet_names(imported: Import) -> None:
    report = imported(DATA / "roster-sheet-per-community.xlsx")
    assert report["fix"] == report["rows"] == 20
    assert {item["codes"][0] for item in report["items"]} == {"area_from_sheet"}
    names = {place(each) for each in people().values()}
    assert names == {"杏园社区", "明珠社区", "育才社区", "绿园社区"}


def test_an_address_over_several_columns(imported: Import) -> None:
    report = imported(DATA / "roster-address-over-columns.xlsx")
    written = people()
    assert (report["rows"], report["hold"], len(written)) == (10, 0, 10)
    assert written["370399195408077998"].address == "测试小区12号楼101室"


def test_remarks(imported: Import) -> None:
    report = imported(DATA / "roster-remarks.xlsx")
    found = findings(report)
    held = {row for row, codes in found.items() if {"remark_lost", "name_death_note"} & set(codes)}
    assert held == {3, 4, 5, 7, 8, 9, 14, 17}
    written = people()
    assert note(written["370399194210026648"]) == "随子女在青岛居住"
    assert note(written["37039919560515696X"]) == "双待遇"
    assert report["hold"] == 8
    assert found[18] == ["row_struck"]
