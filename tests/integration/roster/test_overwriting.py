"""Nothing that somebody else wrote meanwhile is overwritten or taken back unseen."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.desk.pages import Desk, Page, forget_request
from tests.integration.roster.desk_road import applied, checked, newest, run_due
from tests.integration.roster.test_placing import area_named
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.unit.roster.town import HEAD, number_of
from webapp import clock
from webapp.access.rules import Actor
from webapp.areas import register as area_register
from webapp.areas import removal as area_removal
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.people.models import Account
from webapp.people.sessions import actor_of
from webapp.roster import placing
from webapp.roster.imports.import_models import RosterImportRow
from webapp.roster.models import Person
from webapp.roster.notes import note_of

OLD, NEW = "张店区科苑街道沁园社区51号楼", "张店区科苑街道沁园社区59号楼101"
WITH_REMARK = [*HEAD, "备注"]
NOWHERE = {"community": "", "address": "不详"}


def importer() -> Actor:
    actor = actor_of(db.session.scalars(select(Account).filter_by(username="importer")).one())
    assert actor is not None
    return actor


def only_person() -> Person:
    db.session.expire_all()
    return db.session.scalars(select(Person)).one()


def book(folder: Path, name: str, *rows: list[Any], head: list[Any] = HEAD) -> Path:
    return xlsx(folder / f"{name}.xlsx", {"名单": [head, *rows]})


def place(community: str) -> Area:
    """A colleague puts the only person into a community of his or her street."""
    someone = only_person()
    area = area_named(community, someone.area_path.rsplit("/", 2)[0])
    placing.place_people(actor=importer(), person_ids=[someone.id], area_id=area.id)
    db.session.commit()
    forget_request()
    return area


def agreed(page: Page) -> str:
    return next(i.get("value", "") for i in page.all("input") if i.get("name") == "agreed")


@pytest.fixture
def stale(desk: Desk, tmp_path: Path) -> str:
    """A held row of an older workbook about somebody of whom a newer one says more."""
    good = person(1)[2]
    damaged = good[:17] + ("1" if good[17] == "0" else "0")
    old = person(1, number=damaged, address=OLD, phone="13905300001")
    address = applied(desk, book(tmp_path, "旧", [*old, "旧话"], head=WITH_REMARK))
    new = person(1, address=NEW, phone="13905399999")
    applied(desk, book(tmp_path, "新", [*new, "住女儿家，耳聋"], head=WITH_REMARK))
    return f"{address}/rows/0/decision"


def test_a_stale_held_row_shows_what_it_would_overwrite_before_it_does(
    desk: Desk, stale: str
) -> None:
    sent = {"decision": "apply", "text-number": person(1)[2]}
    page = desk.post(stale, sent)
    assert f"{NEW} → {OLD}" in page.text
    assert "住女儿家，耳聋 →" in page.text
    assert "*******9999 → *******0001、*******9999" in page.text
    assert "在这次导入之后又改过" in page.text
    someone = only_person()
    assert (someone.address, note_of(someone)) == (NEW, "住女儿家，耳聋")
    held = select(RosterImportRow).where(RosterImportRow.treatment == "HOLD")
    assert db.session.scalars(held).one().decision == ""

    desk.post(stale, sent | {"agreed": agreed(page)})
    assert only_person().address == OLD
    row = db.session.scalars(held).one()
    assert (row.decision, row.person_id) == ("applied", only_person().id)
    assert "address" in row.changes


def test_what_was_agreed_to_holds_for_nothing_else(desk: Desk, stale: str) -> None:
    sent = {"decision": "apply", "text-number": person(1)[2]}
    mark = agreed(desk.post(stale, sent))
    someone = only_person()
    someone.address, someone.updated_at = "科苑街道77号楼（工作人员核实）", clock.now()
    db.session.commit()
    page = desk.post(stale, sent | {"agreed": mark})
    assert "77号楼（工作人员核实） → " in page.text
    assert "77号楼" in only_person().address
    other_words = sent | {"agreed": agreed(page), "text-address": "别处1号"}
    assert "77号楼（工作人员核实） → 别处1号" in desk.post(stale, other_words).text
    assert "77号楼" in only_person().address


def test_a_held_row_that_changes_nobody_asks_nothing(desk: Desk, tmp_path: Path) -> None:
    damaged = person(5, number=number_of(order=99)[:17])
    address = applied(desk, book(tmp_path, "名单", damaged))
    decision = {"decision": "apply", "text-number": number_of(order=99)}
    desk.post(f"{address}/rows/0/decision", decision)
    assert only_person().name == damaged[1]


def test_a_colleagues_placement_after_the_dry_run_is_not_overwritten(
    desk: Desk, tmp_path: Path
) -> None:
    applied(desk, book(tmp_path, "一", person(1, **NOWHERE)))
    address = checked(desk, book(tmp_path, "二", person(1, address="不详")))
    before = dict(newest().difference)
    community = place("新华社区")
    desk.post(f"{address}/confirmation")
    run_due()
    record = newest()
    assert (record.state, dict(record.difference)) == ("checked", before), "the figures are equal"
    assert only_person().area_id == community.id
    page = desk.get(f"{address}?treatment=changed")
    assert "结果与试算不同" in page.text
    assert "新华社区 → " in page.text
    desk.post(f"{address}/confirmation")
    run_due()
    assert newest().state == "applied"
    assert only_person().area_id != community.id


def test_other_people_with_the_same_figures_ask_again(desk: Desk, tmp_path: Path) -> None:
    """One is now as the workbook says, another was made otherwise: one change again."""
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": standard(2)}))
    address = checked(desk, book(tmp_path, "二", person(1, address=NEW), person(2)))
    first, second = (
        db.session.scalars(select(Person).where(Person.name == person(order)[1])).one()
        for order in (1, 2)
    )
    first.address, second.address = NEW, "科苑街道66号楼（工作人员核实）"
    first.updated_at = second.updated_at = clock.now()
    db.session.commit()
    desk.post(f"{address}/confirmation")
    run_due()
    assert newest().state == "checked"
    db.session.expire_all()
    assert "66号楼" in db.session.get_one(Person, second.id).address


def test_a_change_of_what_the_workbook_leaves_alone_asks_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    applied(desk, book(tmp_path, "一", person(1), person(2, **NOWHERE)))
    address = checked(desk, book(tmp_path, "二", person(1, address=NEW)))
    someone = db.session.scalars(select(Person).where(Person.name == person(2)[1])).one()
    someone.address, someone.updated_at = "另一处", clock.now()
    db.session.commit()
    desk.post(f"{address}/confirmation")
    run_due()
    assert newest().state == "applied"


@pytest.mark.parametrize("made_by_it", [False, True])
def test_an_undo_does_not_take_back_a_placement_under_a_later_decision(
    desk: Desk, tmp_path: Path, made_by_it: bool
) -> None:
    if not made_by_it:
        applied(desk, book(tmp_path, "一", person(1, **NOWHERE)))
    changed = person(1, **NOWHERE, phone="13905388888")
    repeated = person(1, **{**NOWHERE, "address": "另一地址"}, phone="13905399999")
    address = applied(desk, book(tmp_path, "二", changed, repeated))
    community = place("沁园社区")
    page = desk.post(f"{address}/rows/1/decision", {"decision": "apply"})
    sent = {"decision": "apply", "agreed": agreed(page)}
    desk.post(f"{address}/rows/1/decision", sent)
    assert only_person().address == "另一地址"
    assert "又被修改过" in desk.post(f"{address}/reversal", status=409).text
    assert only_person().area_id == community.id


def test_an_undo_follows_decisions_on_its_own_rows_alone(desk: Desk, tmp_path: Path) -> None:
    applied(desk, book(tmp_path, "一", person(1)))
    before = only_person().address
    rows = [person(1, phone="13905388888"), person(1, address=OLD), person(1, address=NEW)]
    address = applied(desk, book(tmp_path, "二", *rows))
    for position in (1, 2):
        page = desk.post(f"{address}/rows/{position}/decision", {"decision": "apply"})
        sent = {"decision": "apply", "agreed": agreed(page)}
        desk.post(f"{address}/rows/{position}/decision", sent)
    assert only_person().address == NEW
    desk.post(f"{address}/reversal")
    assert only_person().address == before


def test_an_undo_puts_people_above_an_area_that_is_gone_and_says_so(
    desk: Desk, tmp_path: Path
) -> None:
    street = area_named("科苑街道")
    gone = area_register.add_area(
        actor=importer(), parent_id=street.id, name="临时社区", gb_code=""
    )
    db.session.commit()
    there = person(1, community="临时社区", address="临时社区1号楼101")
    applied(desk, book(tmp_path, "一", there))
    assert only_person().area_id == gone.id
    address = applied(desk, book(tmp_path, "二", person(1)))
    area_removal.remove_area(actor=importer(), area_id=gone.id)
    db.session.commit()
    page = desk.post(f"{address}/reversal")
    assert "有 1 人原来的区划已删去，放到了它的上级" in page.text
    someone = only_person()
    assert (someone.area_id, someone.area_path) == (street.id, street.path)
    assert someone.address == "临时社区1号楼101"
