"""While a long workbook is checked, saved and prepared, everybody else can write."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, checked, newest, run_due, upload
from tests.integration.roster.test_desk import people
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp.config import Settings
from webapp.database import short_writes
from webapp.extensions import db
from webapp.roster.imports import imports, report_rows
from webapp.roster.imports.import_models import RosterImportRow
from webapp.roster.imports.plan import Plan
from webapp.roster.models import Person

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Five rows of which each is remarkable: the phone has dashes."""
    rows = [person(order, phone=f"139-0530-{order:04d}") for order in range(1, 6)]
    return xlsx(tmp_path / "名单.xlsx", {"名单": [HEAD, *rows]})


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece holds two rows."""
    monkeypatch.setattr(report_rows, "PIECE", 2)


@pytest.fixture
def writes_of_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, small_pieces: None
) -> list[str]:
    """Somebody writes, without waiting at all, at each step of the long work."""
    done: list[str] = []

    def write(where: str) -> None:
        with closing(sqlite3.connect(settings.data_dir / "anzai.sqlite", timeout=0)) as other:
            other.execute("UPDATE roster_import SET source = ?", (where,))
            other.commit()
        done.append(where)

    def between(plain: Callable[..., Any], where: str) -> Callable[..., Any]:
        def wrapped(*args: Any, **named: Any) -> Any:
            write(where)
            return plain(*args, **named)

        return wrapped

    def unspool(spooled: list[bytes]) -> Iterator[Any]:
        for frame in original(spooled):
            write("judging")
            yield frame

    original = imports.unspool
    monkeypatch.setattr(imports, "unspool", unspool)
    fill = between(imports.fill_bare_cells, "reading again")
    monkeypatch.setattr(imports, "fill_bare_cells", fill)
    monkeypatch.setattr(short_writes.time, "sleep", lambda _seconds: write("between pieces"))
    return done


@only_sqlite
def test_nobody_waits_for_a_dry_run(
    desk: Desk, workbook: Path, writes_of_others: list[str]
) -> None:
    checked(desk, workbook)
    assert newest().state == "checked"
    assert db.session.scalar(select(func.count()).select_from(RosterImportRow)) == 5
    assert writes_of_others.count("between pieces") == 3
    assert {"judging", "reading again"} <= set(writes_of_others)


@only_sqlite
def test_nobody_waits_while_an_import_is_prepared(
    desk: Desk, workbook: Path, writes_of_others: list[str]
) -> None:
    address = checked(desk, workbook)
    writes_of_others.clear()
    desk.post(f"{address}/confirmation")
    run_due()
    assert (newest().state, people()) == ("applied", 5)
    assert {"judging", "reading again", "between pieces"} <= set(writes_of_others)


def test_giving_up_ends_a_check_that_is_being_saved(
    desk: Desk, workbook: Path, monkeypatch: pytest.MonkeyPatch, small_pieces: None
) -> None:
    upload(desk, workbook)
    import_id = newest().id
    steps = iter(range(9))
    insert = report_rows.insert_columns

    def insert_and_see(*args: Any) -> None:
        insert(*args)
        if next(steps) == 0:
            # Committed by the piece itself: somebody else gave the upload up meanwhile.
            record = imports.get_import(import_id)
            record.state = "discarded"

    monkeypatch.setattr(report_rows, "insert_columns", insert_and_see)
    run_due()
    assert newest().state == "discarded"
    assert next(steps) == 1


def test_a_check_that_was_cut_off_is_done_again_without_doubles(
    desk: Desk, workbook: Path, monkeypatch: pytest.MonkeyPatch, small_pieces: None
) -> None:
    upload(desk, workbook)
    import_id = newest().id
    insert, calls = report_rows.insert_columns, iter(range(9))

    def break_off(*args: Any) -> None:
        if next(calls) == 1:
            raise OSError("cut off")
        insert(*args)

    monkeypatch.setattr(report_rows, "insert_columns", break_off)
    with pytest.raises(OSError, match="cut off"):
        imports.check(import_id=import_id)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RosterImportRow)) == 2
    imports.check(import_id=import_id)
    db.session.commit()
    assert newest().state == "checked"
    assert db.session.scalar(select(func.count()).select_from(RosterImportRow)) == 5


def test_a_plan_is_made_anew_when_somebody_changed_the_roster(
    desk: Desk, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = checked(desk, workbook)
    answers = iter([False, True])
    monkeypatch.setattr(Plan, "still_fits", lambda _plan: next(answers))
    desk.post(f"{address}/confirmation")
    run_due()
    assert (newest().state, people()) == ("applied", 5)
    assert next(answers, None) is None


def test_a_plan_notices_whoever_is_changed(desk: Desk, workbook: Path) -> None:
    applied(desk, workbook)
    plan = Plan(imports.sealer())
    assert plan.still_fits()
    someone = db.session.scalars(select(Person)).first()
    assert someone is not None
    someone.updated_at = someone.updated_at.replace(year=2030)
    db.session.flush()
    assert not plan.still_fits()
