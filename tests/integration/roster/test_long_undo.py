"""A long undo goes piece by piece: nobody waits, and whatever cuts it off, it goes on."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, checked, newest, run_due
from tests.integration.roster.test_desk import people
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp import clock
from webapp.config import Settings
from webapp.database import short_writes
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.people.models import Account
from webapp.people.sessions import actor_of
from webapp.refusals import Refusal
from webapp.roster.imports import file_imports, undo_pieces, undoing
from webapp.roster.imports.import_models import (
    RosterImport,
    RosterImportChange,
    RosterImportRow,
)
from webapp.roster.models import Person, Phone
from webapp.visits import service as visits
from webapp.visits.models import Visit

MOVED = "张店区科苑街道沁园社区99号楼"
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is of more than one person is long, and a piece holds two."""
    monkeypatch.setattr(undoing, "AT_ONCE", 1)
    for name in ("PEOPLE", "CHANGES", "ROWS"):
        monkeypatch.setattr(undo_pieces, name, 2)


@pytest.fixture
def address(desk: Desk, tmp_path: Path) -> str:
    """An import that made five people and changed two of an earlier one."""
    applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [HEAD, person(1), person(2)]}))
    changed = [person(order, address=MOVED) for order in (1, 2)]
    later = [HEAD, *changed, *(person(order) for order in range(3, 8))]
    return applied(desk, xlsx(tmp_path / "二.xlsx", {"名单": later}))


def moved() -> int:
    query = select(func.count()).select_from(Person).where(Person.address.contains("99号楼"))
    return db.session.scalar(query) or 0


def begin(desk: Desk, address: str) -> UUID:
    desk.post(f"{address}/reversal")
    record = newest()
    assert record.state == "undoing"
    return record.id


def demand_all_undone() -> None:
    assert (newest().state, people(), moved()) == ("undone", 2, 0)
    assert newest().refusal is None
    assert db.session.scalar(select(func.count()).select_from(Phone)) == 2
    assert db.session.scalars(select(RosterImportChange)).all() == []
    named = select(func.count()).select_from(RosterImportRow).join(
        Person, Person.id == RosterImportRow.person_id, isouter=True
    ).where(RosterImportRow.person_id.is_not(None), Person.id.is_(None))  # fmt: skip
    assert db.session.scalar(named) == 0
    report = verify_all()
    assert report.is_sound, report.findings


def test_a_long_undo_ends_as_a_short_one(desk: Desk, address: str) -> None:
    begin(desk, address)
    assert (people(), moved()) == (7, 2)
    page = desk.get(address)
    assert "正在撤销" in page.text
    assert f"/jobs/{newest().job_id}" in page.response.text
    assert "还有 5 人正在移出花名册" in desk.get("/roster").text
    run_due()
    demand_all_undone()
    assert "已撤销" in desk.get(address).text
    assert "正在移出" not in desk.get("/roster").text
    types = Counter(db.session.scalars(select(JournalEntry.type)))
    assert (types["import_undo_begun"], types["import_undone"]) == (1, 1)
    account = db.session.scalars(select(Account.id).filter_by(username="importer")).one()
    for kind in ("import_undo_begun", "import_undone"):
        entry = db.session.scalars(select(JournalEntry).filter_by(type=kind)).one()
        assert entry.facts["by"] == str(account)


@pytest.mark.parametrize("at", range(6))
def test_an_undo_that_was_cut_off_goes_on(
    desk: Desk, address: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the process dies, the import says that it is not over, and the next run ends it."""
    import_id = begin(desk, address)
    calls, plain = iter(range(99)), undo_pieces.begin_writing

    def die() -> None:
        if next(calls) == at:
            raise KeyboardInterrupt
        plain()

    monkeypatch.setattr(undo_pieces, "begin_writing", die)
    try:
        undo_pieces.take_back(import_id=import_id, by=None, progress=lambda *_: None)
    except KeyboardInterrupt:
        db.session.rollback()
        assert newest().state == "undoing"
    monkeypatch.setattr(undo_pieces, "begin_writing", plain)
    db.session.rollback()
    told: list[tuple[int, int]] = []
    undo_pieces.take_back(import_id=import_id, by=None, progress=lambda *two: told.append(two))
    db.session.commit()
    demand_all_undone()
    assert {total for _done, total in told} <= {7}
    assert [done for done, _total in told] == sorted(done for done, _total in told)


@only_sqlite
def test_others_write_between_two_pieces(
    desk: Desk, address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk, address)
    written: list[int] = []

    def write(_seconds: float) -> None:
        with closing(sqlite3.connect(settings.data_dir / "anzai.sqlite", timeout=0)) as other:
            other.execute("UPDATE roster_import SET source = 'x'")
            other.commit()
        written.append(people())
        db.session.rollback()

    monkeypatch.setattr(short_writes.time, "sleep", write)
    run_due()
    demand_all_undone()
    # Two are brought back in one piece; five are deleted in three; three rows let go of them.
    assert written[:4] == [7, 5, 3, 2]


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as found:
        act()
    db.session.rollback()
    return found.value.code


def test_nothing_is_hung_on_people_who_are_leaving(
    desk: Desk, address: str, tmp_path: Path
) -> None:
    written = newest().id
    another = xlsx(tmp_path / "三.xlsx", {"名单": [HEAD, person(20)]})
    waiting = checked(desk, another)
    desk.post(f"{address}/reversal")
    assert db.session.get_one(RosterImport, written).state == "undoing"
    desk.post(f"{waiting}/confirmation", status=409)
    elsewhere = xlsx(tmp_path / "四.xlsx", {"名单": [HEAD, person(21)]})
    assert refused(lambda: file_imports.import_path(path=elsewhere, dry_run=False)) == (
        "import_being_undone"
    )
    actor = actor_of(db.session.scalars(select(Account).filter_by(username="importer")).one())
    assert actor is not None
    due_on = clock.now().date() + timedelta(days=20)
    everybody = db.session.scalars(select(Person.id)).all()
    for someone in everybody:
        assert (
            refused(
                lambda one=someone: visits.make_visits(actor=actor, person_ids=[one], due_on=due_on)
            )
            == "people_being_undone"
        )
    run_due()
    assert people() == 2
    desk.post(f"{waiting}/confirmation")
    run_due()
    assert people() == 3


def test_no_undo_begins_while_an_import_is_written(
    desk: Desk, address: str, tmp_path: Path
) -> None:
    another = xlsx(tmp_path / "三.xlsx", {"名单": [HEAD, person(20)]})
    waiting = checked(desk, another)
    desk.post(f"{waiting}/confirmation")
    assert "正在写入" in desk.post(f"{address}/reversal", status=409).text
    run_due()
    assert people() == 8


def test_whoever_something_hangs_on_after_all_stays(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of ours does this; a statement by hand would."""
    import_id = begin(desk, address)
    monkeypatch.setattr(visits, "refuse_people", lambda _ids: None)
    actor = actor_of(db.session.scalars(select(Account).filter_by(username="importer")).one())
    assert actor is not None
    created = db.session.scalars(select(Person.id).where(Person.import_id == import_id)).all()
    due_on = clock.now().date() + timedelta(days=20)
    visits.make_visits(actor=actor, person_ids=created[:1], due_on=due_on)
    changed = db.session.scalars(select(Person).where(Person.address == MOVED)).first()
    assert changed is not None
    changed.updated_at = clock.now()
    db.session.commit()
    run_due()
    assert (newest().state, people(), moved()) == ("undone", 3, 1)
    assert "其中 2 人已有走访或其他记录" in desk.get(address).text
    assert db.session.scalars(select(Visit)).one().person_id == created[0]
