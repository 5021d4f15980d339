"""Writers go in the order in which they came, and nobody keeps a turn that is over."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from webapp.database import writing_turns
from webapp.database.base import WILL_WRITE, tune_sqlite
from webapp.database.writing_turns import WritingTurns


def waits(turns: WritingTurns, name: str, done: list[str]) -> Thread:
    """Let somebody ask for a turn, and return when it stands in the line."""
    before = len(turns._waiting)

    def ask() -> None:
        assert turns.wait_for(name)
        done.append(name)
        turns.hand_on(name)

    thread = Thread(target=ask)
    thread.start()
    while len(turns._waiting) == before:
        pass
    return thread


@given(st.lists(st.text(min_size=1, max_size=3), unique=True, max_size=8))
def test_turns_come_in_the_order_of_asking(names: list[str]) -> None:
    turns, done = WritingTurns(), list[str]()
    assert turns.wait_for("0000")
    threads = [waits(turns, name, done) for name in names]
    assert done == []
    turns.hand_on("0000")
    for thread in threads:
        thread.join(60)
    assert done == names
    assert turns.wait_for("next")


def test_who_has_the_turn_may_ask_again_and_nobody_else_ends_it() -> None:
    turns = WritingTurns(patience=0)
    assert turns.wait_for("a")
    assert turns.wait_for("a")
    turns.hand_on("b")
    assert not turns.wait_for("b")
    turns.hand_on("a")
    assert turns.wait_for("b")


def test_who_lost_patience_stands_in_nobodys_way() -> None:
    turns = WritingTurns(patience=0)
    assert turns.wait_for("a")
    assert not turns.wait_for("b")
    turns.hand_on("a")
    assert turns.wait_for("c")


@pytest.fixture
def turns() -> WritingTurns:
    """The turns of the engine."""
    return WritingTurns()


@pytest.fixture
def engine(
    tmp_path: Path, turns: WritingTurns, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    monkeypatch.setattr(writing_turns, "WritingTurns", lambda: turns)
    made = create_engine(f"sqlite:///{tmp_path}/a.sqlite")
    tune_sqlite(made, lambda: False)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    assert turns._holder is None
    yield made
    assert turns._holder is None
    made.dispose()


@pytest.mark.parametrize("end", ["commit", "rollback", "invalidate", "close"])
def test_a_turn_ends_with_its_transaction(engine: Engine, turns: WritingTurns, end: str) -> None:
    """Otherwise the next one would wait for fifteen seconds, and each after it."""
    with engine.connect() as first:
        first.execute(text("INSERT INTO t VALUES (1)"))
        assert turns._holder is not None
        getattr(first, end)()
        assert turns._holder is None


def test_a_turn_ends_when_its_transaction_could_not_begin(engine: Engine, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with engine.connect() as first:
        first.connection.dbapi_connection.execute("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            first.execute(text("INSERT INTO t VALUES (1)"))
    other.execute("COMMIT")
    other.close()
    with engine.begin() as second:
        second.execute(text("INSERT INTO t VALUES (2)"))


def test_readers_wait_for_no_turn(engine: Engine) -> None:
    with engine.connect() as writer, engine.connect() as reader:
        writer.execute(text("INSERT INTO t VALUES (1)"))
        reader = reader.execution_options(**{WILL_WRITE: False})
        assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 0
