"""A name that the law changed gets in at the desk, with a reason, and is journaled."""

from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, seated
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp.access.rules import Role
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.roster.imports.import_models import RosterImportRow
from webapp.roster.models import Person
from webapp.sealing import sealer


def somebody() -> Person:
    db.session.expire_all()
    return db.session.scalars(db.select(Person)).one()


def test_a_changed_name_gets_in_and_then_its_held_row(desk: Desk, tmp_path: Path) -> None:
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [HEAD, person(1, name="王秀英")]}))
    path = f"/people/{somebody().id}/name"
    renamed = person(1, name="李雪梅", phone="13905399999")
    address = applied(desk, xlsx(tmp_path / "二.xlsx", {"名单": [HEAD, renamed]}))
    assert db.session.scalars(db.select(RosterImportRow.findings)).one() == ["id_two_names"]
    page = desk.post(path, {"name": "李雪梅", "reason": "户口簿已更名"})
    assert "姓名已更改" in page.text
    entry = db.session.scalars(db.select(JournalEntry).filter_by(type="person_renamed")).one()
    assert str(somebody().id) in entry.body.decode()
    assert somebody().name == "李雪梅"
    note = sealer().unseal(somebody().note_sealed or b"")
    assert "王秀英改为李雪梅，户口簿已更名" in note
    assert not verify_all().findings

    row = f"{address}/rows/0/decision"
    shown = desk.post(row, {"decision": "apply"})
    agreed = next(e.get("value", "") for e in shown.all("input") if e.get("name") == "agreed")
    desk.post(row, {"decision": "apply", "agreed": agreed})
    held = db.session.scalars(db.select(RosterImportRow)).one()
    assert held.decision == "applied"
    assert somebody().phones[0].masked.endswith("9999")


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("", "户口簿", "不像一个姓名"), ("王秀英（已故）", "户口簿", "不像一个姓名"),
        ("王芳、李强", "户口簿", "不像一个姓名"), ("王" * 101, "户口簿", "不像一个姓名"),
        ("王秀英", "户口簿", "和现在的一样"), ("李雪梅", " ", "为什么更改"),
        ("李雪梅", "因" * 501, "为什么更改"),
    ],
)  # fmt: skip
def test_what_is_no_name_or_has_no_reason_changes_nothing(
    desk: Desk, tmp_path: Path, name: str, reason: str, words: str
) -> None:
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [HEAD, person(1, name="王秀英")]}))
    path = f"/people/{somebody().id}/name"
    assert words in desk.post(path, {"name": name, "reason": reason}, status=422).text
    assert somebody().name == "王秀英"


def test_nobody_renames_people_of_another_office(app: APIFlask, desk: Desk, tmp_path: Path) -> None:
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [HEAD, person(1, name="王秀英")]}))
    other = seated(app, "chezhan", Role.OFFICE_MANAGER, "车站街道")
    other.post(f"/people/{somebody().id}/name", {"name": "李雪梅", "reason": "户口簿"}, status=404)
    assert somebody().name == "王秀英"
