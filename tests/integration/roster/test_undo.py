"""An undo removes nobody on whom anything hangs, whatever the database itself would let pass."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask_migrate import upgrade
from sqlalchemy import select

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, checked, newest
from tests.integration.roster.test_desk import people
from tests.integration.roster.workbooks import person, standard, xlsx
from tests.unit.roster.town import HEAD, number_of
from webapp import clock
from webapp.database.references import columns_naming
from webapp.extensions import db
from webapp.people.models import Account
from webapp.people.sessions import actor_of
from webapp.roster.imports import undoing
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.models import Person
from webapp.visits import service as visits
from webapp.visits.models import Visit
from webapp.visits.rules import VisitStatus

Hang = Callable[[Desk, Path], object]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Three clean rows."""
    return xlsx(tmp_path / "名单.xlsx", {"名单": standard(3)})


def a_visit(_desk: Desk, _folder: Path) -> Visit:
    actor = actor_of(db.session.scalars(select(Account).filter_by(username="importer")).one())
    assert actor is not None
    someone = db.session.scalars(select(Person.id).order_by(Person.masked_number).limit(1)).one()
    due_on = clock.now().date() + timedelta(days=20)
    made = visits.make_visits(actor=actor, person_ids=[someone], due_on=due_on)
    db.session.commit()
    return made[0]


def a_cancelled_visit(desk: Desk, folder: Path) -> None:
    a_visit(desk, folder).status = VisitStatus.CANCELLED.value
    db.session.commit()


def a_later_report(desk: Desk, folder: Path) -> None:
    """A second workbook that was written names one of the people, and changes nothing."""
    sent_again = person(1, phone="139053000012", serial="甲")
    later = xlsx(folder / "二.xlsx", {"名单": [HEAD, sent_again, person(9)]})
    applied(desk, later)
    assert db.session.scalars(select(RosterImportRow.person_id)).all() != []


HANGING: list[Hang] = [a_visit, a_cancelled_visit, a_later_report]


@pytest.mark.parametrize("hang", HANGING)
def test_whoever_something_hangs_on_stays(
    desk: Desk, workbook: Path, tmp_path: Path, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = applied(desk, workbook)
    before = newest().id
    hang(desk, tmp_path)

    def delete(_ids: object) -> None:
        pytest.fail("the database alone was relied upon")

    monkeypatch.setattr(undoing, "delete_people", delete)
    count = people()
    assert "有 1 人已有走访或其他记录" in desk.post(f"{address}/reversal", status=409).text
    db.session.expire_all()
    assert db.session.get_one(RosterImport, before).state == "applied"
    assert people() == count


def test_a_visit_outlives_an_undo_after_a_migration_in_the_same_process(
    app: APIFlask, desk: Desk, workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server migrates before it serves; no connection may keep foreign keys off after it."""
    db.session.rollback()
    upgrade()
    address = applied(desk, workbook)
    visit_id = a_visit(desk, tmp_path).id
    monkeypatch.setattr(undoing, "_count_used", lambda _record: 0)
    desk.post(f"{address}/reversal", status=409)
    db.session.expire_all()
    assert db.session.get_one(Visit, visit_id).person is not None


def test_a_report_that_came_to_nothing_lets_go_of_people(
    desk: Desk, workbook: Path, tmp_path: Path
) -> None:
    address = applied(desk, workbook)
    changed = person(1, address="张店区科苑街道沁园社区99号楼")
    checked(desk, xlsx(tmp_path / "二.xlsx", {"名单": [HEAD, changed]}))
    assert db.session.scalars(select(RosterImportRow.person_id)).all() != [None]
    desk.post(f"{address}/reversal")
    assert people() == 0
    assert db.session.scalars(select(RosterImportRow.person_id)).all() == [None]


def test_a_person_decided_by_hand_and_then_changed_is_not_taken_back(
    desk: Desk, tmp_path: Path
) -> None:
    damaged = person(5, number=number_of(order=99)[:17])
    address = applied(desk, xlsx(tmp_path / "一.xlsx", {"名单": [HEAD, person(1), damaged]}))
    put_right = {"decision": "apply", "text-number": number_of(order=99)}
    desk.post(f"{address}/rows/1/decision", put_right)
    someone = db.session.scalars(
        select(Person).join(RosterImportRow, RosterImportRow.person_id == Person.id)
    ).one()
    someone.address, someone.updated_at = "张店区科苑街道别处", clock.now()
    db.session.commit()
    assert "又被修改过" in desk.post(f"{address}/reversal", status=409).text
    assert people() == 2


def test_every_table_that_can_name_a_person_is_known(app: APIFlask) -> None:
    """A new one is asked by itself; here somebody decides whether an undo may delete its rows."""
    named = {f"{column.table.name}.{column.name}" for column in columns_naming(Person)}
    own = {f"{model.__tablename__}.person_id" for model in undoing.OWN}
    assert own == {"phone.person_id", "contact.person_id", "benefit.person_id"}
    assert {"visit.person_id", "capture.person_id", "result.person_id", "contact_change.person_id",
            "roster_import_change.person_id", "roster_import_row.person_id"} <= named  # fmt: skip
