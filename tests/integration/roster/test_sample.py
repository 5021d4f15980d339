"""The sample workbook gives its expected treatments, row by row."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from apiflask import APIFlask
from sqlalchemy import func, select

from tests.integration.roster.conftest import DATA, Command, Import
from tests.running import running
from webapp import sealing
from webapp.areas.loading import load_city
from webapp.areas.models import Area
from webapp.areas.queries import area_named
from webapp.config import Settings
from webapp.demo.people import load_people
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster.models import Benefit, Contact, Person, Phone

SAMPLE = DATA / "roster-sample.xlsx"
EXPECTED = json.loads((DATA / "roster-sample.expected.json").read_text("utf-8"))


@pytest.mark.parametrize("dry", [True, False], ids=["dry run", "import"])
def test_the_sample_gets_exactly_its_treatments(imported: Import, dry: bool) -> None:
    report = imported(SAMPLE, *(["--dry-run"] if dry else []))
    counts = {name: report[name.lower()] for name in EXPECTED["counts"]}
    assert counts == EXPECTED["counts"]
    assert report["rows"] == sum(EXPECTED["counts"].values())
    found = {item["row"]: item["treatment"] for item in report["items"]}
    expected = {row["row"]: row["treatment"] for row in EXPECTED["rows"]}
    assert found == {row: t for row, t in expected.items() if t != "CLEAN"}
    assert all(item["codes"] and item["message"] for item in report["items"])
    people = db.session.scalar(select(func.count()).select_from(Person))
    assert people == (0 if dry else counts["CLEAN"] + counts["FIX"] + counts["WARN"])


def test_what_was_imported_can_be_found_again_and_read_only_with_the_key(imported: Import) -> None:
    imported(SAMPLE)
    number = "370399194804213635"
    person = db.session.scalars(
        select(Person).where(Person.number_index == sealing.index(number))
    ).one()
    assert (person.name, person.sex, person.masked_number) == ("程明", "M", "370399********3635")
    assert str(person.birth_on) == "1948-04-21"
    assert person.area is not None
    assert person.area.name == "振兴社区"
    assert number.encode() not in person.number_sealed
    assert sealing.unseal(person.number_sealed) == number
    assert sealing.unseal(person.phones[0].number_sealed) == "18350347224"
    assert [benefit.kind for benefit in person.benefits] == ["retiree"]


def test_nothing_plain_is_written_beside_the_sealed(imported: Import) -> None:
    imported(SAMPLE)
    assert db.session.scalar(select(func.count()).select_from(Phone)) > 2000
    assert db.session.scalar(
        select(func.count()).select_from(Benefit).where(Benefit.kind == "dependant")
    )  # fmt: skip
    masked = set(db.session.scalars(select(Person.masked_number)))
    assert all("*" in number for number in masked)


def test_the_same_file_is_refused_with_a_link_to_the_first(
    command: Command, imported: Import
) -> None:
    first = imported(SAMPLE)
    again = command("import", SAMPLE)
    assert again.exit_code == 2
    assert len(again.stderr.strip().splitlines()) == 1
    assert f"/roster/imports/{first['import_id']}" in again.stderr
    assert imported(SAMPLE, "--dry-run")["difference"] == {"unchanged": 2022}


def test_loading_the_city_again_changes_nothing(empty_city: None) -> None:
    def areas() -> list[tuple[str, str]]:
        return [(row.name, row.path) for row in db.session.scalars(select(Area).order_by(Area.id))]

    before = areas()
    assert {area.level for area in db.session.scalars(select(Area))} == {
        "city", "district", "zone", "street", "community",
    }  # fmt: skip
    load_city()
    db.session.commit()
    assert areas() == before


def test_the_first_import_brings_the_divisions_along(app: APIFlask) -> None:
    run = app.test_cli_runner().invoke
    for options in (["--dry-run"], []):
        report = json.loads(run(args=["roster", "import", str(SAMPLE), "--json", *options]).stdout)
        assert {name: report[name.lower()] for name in EXPECTED["counts"]} == EXPECTED["counts"]
        db.session.rollback()
        areas = db.session.scalar(select(func.count()).select_from(Area))
        assert bool(areas) is not bool(options)
    assert run(args=["roster", "areas"]).exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(Area)) == areas


def test_an_area_whose_name_occurs_twice_is_asked_for_with_what_lies_above(
    empty_city: None,
) -> None:
    twice = db.session.execute(
        select(Area.name).group_by(Area.name).having(func.count() > 1).limit(1)
    ).scalar_one()
    one = db.session.scalars(select(Area).where(Area.name == twice)).first()
    assert one is not None
    above = db.session.get_one(Area, one.parent_id)
    with pytest.raises(Refusal) as refused:
        area_named(twice)
    assert refused.value.code == "area_ambiguous"
    assert area_named(f"{above.name}/{twice}") == (one.id, one.path)
    with pytest.raises(Refusal, match="unknown_area"):
        area_named(f"无此区/{twice}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_demo_city_leaves_the_samples_numbers_free(imported: Import) -> None:
    home = db.session.scalars(select(Area).where(Area.name == "沁园社区")).one()
    for _ in load_people(count=3000, home_area_id=home.id):
        pass
    db.session.commit()
    report = imported(SAMPLE, "--dry-run")
    assert {name: report[name.lower()] for name in EXPECTED["counts"]} == EXPECTED["counts"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_demo_city_of_one_loads(empty_city: None) -> None:
    """Its one person has nobody to call, so that there is no contact to write."""
    home = db.session.scalars(select(Area).where(Area.name == "沁园社区")).one()
    assert list(load_people(count=1, home_area_id=home.id)) == [1]
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_database_that_was_never_made_is_said_in_one_line(
    app: APIFlask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptDirectory, "get_current_head", lambda _self: "9999")
    for words in (["import", str(SAMPLE)], ["export", "-o", str(tmp_path / "out.xlsx")]):
        result = app.test_cli_runner().invoke(args=["roster", *words])
        assert result.exit_code == 2
        assert "db upgrade" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    with running(replace(settings, database_url=f"sqlite:///{tmp_path}/none/x.sqlite")) as bare:
        result = bare.test_cli_runner().invoke(args=["roster", "import", str(SAMPLE)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
