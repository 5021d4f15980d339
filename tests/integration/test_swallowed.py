"""An insert is called swallowed when rows are missing, and never when all of them came."""

import pytest
from apiflask import APIFlask
from sqlalchemy import insert, text

from tests.builders import City
from webapp import clock
from webapp.database.swallowed import SwallowedWriteError, rows_sent
from webapp.extensions import db
from webapp.roster.imports.import_models import RosterImport, RosterImportRow


@pytest.fixture
def record(city: City) -> RosterImport:
    made = RosterImport(sha256="0" * 64, file_name="t.xlsx", size_bytes=1, state="applied",
                        area_path=city.areas["a1"].path, created_at=clock.now())  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def row(record: RosterImport, position: int) -> dict[str, object]:
    return {"import_id": record.id, "position": position, "row": position + 2, "sheet": "), (",
            "treatment": "HOLD", "findings": []}  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_rows_that_came_are_not_missed(record: RosterImport, count: int) -> None:
    rows = [row(record, position) for position in range(count)]
    db.session.add_all([RosterImportRow(**each) for each in rows])
    db.session.flush()
    db.session.rollback()
    db.session.execute(insert(RosterImportRow), rows)
    db.session.rollback()
    db.session.execute(insert(RosterImportRow).values(rows))
    db.session.commit()


def test_a_row_that_a_trigger_drops_is_missed(record: RosterImport) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the trigger is SQLite's; PostgreSQL's is in test_state_breaches")
    db.session.execute(text(
        "CREATE TRIGGER t BEFORE INSERT ON roster_import_row WHEN new.position = 1"
        " BEGIN SELECT raise(ignore); END"
    ))  # fmt: skip
    db.session.commit()
    rows = [row(record, position) for position in range(3)]
    for statement, given in ((insert(RosterImportRow), rows),
                             (insert(RosterImportRow).values(rows), None)):  # fmt: skip
        with pytest.raises(SwallowedWriteError, match="1 of 3"):
            db.session.execute(statement, given)
        db.session.rollback()
    db.session.add_all([RosterImportRow(**each) for each in rows])
    with pytest.raises(SwallowedWriteError, match="1 of 3"):
        db.session.flush()
    db.session.rollback()


def test_rows_are_counted_however_a_driver_is_given_them(app: APIFlask) -> None:
    one, two = "INSERT INTO a (b, c) VALUES (?, ?)", "INSERT INTO a (b, c) VALUES (?, ?), (?, ?)"
    assert rows_sent(one, (1, 2), many=False) == 1
    assert rows_sent(one, [(1, 2), (3, 4), (5, 6)], many=True) == 3
    assert rows_sent(two, (1, 2, 3, 4), many=True) == 2
    assert rows_sent(two, (1, 2, 3, 4), many=False) == 2
    assert rows_sent("INSERT INTO a (b) VALUES (%(b__0)s), (%(b__1)s)", {"b__0": 1}, many=True) == 2
