"""What waits for the commit runs once it came, and never when the transaction was undone."""

from apiflask import APIFlask
from sqlalchemy import text

from webapp.database.after_commit import after_commit
from webapp.extensions import db


def test_a_step_runs_at_the_commit_and_only_once(app: APIFlask) -> None:
    ran: list[str] = []
    db.session.execute(text("SELECT 1"))
    after_commit(lambda: ran.append("step"))
    assert ran == []
    db.session.commit()
    db.session.execute(text("SELECT 1"))
    db.session.commit()
    assert ran == ["step"]


def test_a_step_of_an_undone_transaction_never_runs(app: APIFlask) -> None:
    ran: list[str] = []
    db.session.execute(text("SELECT 1"))
    after_commit(lambda: ran.append("step"))
    db.session.rollback()
    db.session.execute(text("SELECT 1"))
    db.session.commit()
    assert ran == []


def test_the_end_of_a_savepoint_is_no_commit(app: APIFlask) -> None:
    ran: list[str] = []
    with db.session.begin_nested():
        after_commit(lambda: ran.append("step"))
    assert ran == []
    db.session.commit()
    assert ran == ["step"]
