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
