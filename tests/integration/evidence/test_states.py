"""Nobody changes a person, a visit, an attempt or a correction without an entry in the journal."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import insert, text

from tests.builders import City, add_person
from tests.integration.evidence.archive import Archive
from tests.integration.evidence.fieldwork import Fieldwork
from tests.integration.evidence.test_verification import codes, id_of, sql
from tests.integration.roster.workbooks import standard, xlsx
from tests.phones import enrolled
from webapp import clock, sealing
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal import service as journal
from webapp.journal import state_kinds, state_rules, states
from webapp.journal.models import JournalState
from webapp.journal.rules import EntryType
from webapp.roster.imports import bulk, undoing
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.models import Benefit, Contact, Person, Phone
from webapp.visits import rescheduling
from webapp.visits import service as visits
from webapp.visits.models import Attempt, Visit
from webapp.visits.terms import TermChange

DAY = timedelta(days=1)


@pytest.fixture
def ladder(field: Fieldwork) -> list[str]:
    """Three attempts on each of two visits, sent ahead of any result; their ids."""
    sent = []
    for number in (0, 1):
        for days in (3, 2, 1):
            at = (clock.now() - days * DAY).isoformat()
            attempt = {"attempt_id": str(uuid7()), "started_at": at, "met": "phone_off",
                       "action": "rescheduled", "note": "敲门无人应"}  # fmt: skip
            body = {"visit_id": str(field.city.visits[number].id), "attempts": [attempt]}
            assert field.phone.post("/attempts", body).status_code in {200, 201}
            sent.append(attempt["attempt_id"])
    assert codes() == set()
    return sent


def exchange(table: str, columns: str, one: object, two: object) -> None:
    """Let two rows exchange columns, by way of a third value where the column is unique."""
    for column in columns.split():
        db.session.rollback()
        query = text(f'SELECT id, "{column}" FROM "{table}" WHERE id IN (:a, :b)')
        values = {row[0]: row[1] for row in db.session.execute(query, {"a": one, "b": two})}
        (first, x), (second, y) = values.items()
        between = b"\0" * 32 if isinstance(x, bytes) else x
        for key, value in ((first, between), (second, x), (first, y)):
            sql(f'UPDATE "{table}" SET "{column}" = :v WHERE id = :i', v=value, i=key)


def entry_of(kind: EntryType) -> dict[str, object]:
    """Return the facts of the one newest entry of a type."""
    db.session.rollback()
    return dict(list(journal_queries.entries_of(kind))[-1].facts)


def test_persons_of_two_visits_exchanged(client: FlaskClient, city: City) -> None:
    archive = Archive(Fieldwork(client, city, enrolled(client, city), city.visits[0].id, ""))
    for number in (0, 1):
        archive.go_to(number)
        archive.report(archive.photo(number))
    assert codes() == set()
    one, two = (id_of(str(city.visits[number].person_id)) for number in (0, 1))
    for table in ("visit", "result", "capture"):
        sql(f"UPDATE {table} SET person_id = CASE WHEN person_id = :a THEN :b ELSE :a END"
            " WHERE person_id IN (:a, :b)", a=one, b=two)  # fmt: skip
    assert {("subject_changed", "visit"), ("state_differs", "visit")} <= codes()


def test_names_and_numbers_of_two_people_exchanged(city: City) -> None:
    one, two = (id_of(str(person.id)) for person in city.people[:2])
    exchange("person", "name number_sealed number_index masked_number", one, two)
    db.session.rollback()
    assert codes() == {("state_differs", "person")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attempt SET met = 'person' WHERE id = :a",
        "UPDATE attempt SET visit_id = :v WHERE id = :a",
        "UPDATE attempt SET started_at = '2027-01-01 00:00:00.000000' WHERE id = :a",
    ],
)
def test_an_attempt_is_altered(ladder: list[str], city: City, statement: str) -> None:
    values = {"a": id_of(ladder[0])} | ({"v": id_of(str(city.visits[1].id))}
                                        if ":v" in statement else {})  # fmt: skip
    sql(statement, **values)
    assert codes() == {("state_differs", "attempt")}


def test_an_attempt_is_deleted(ladder: list[str]) -> None:
    sql("DELETE FROM attempt WHERE id = :a", a=id_of(ladder[1]))
    assert codes() == {("row_missing", "attempt")}


def test_an_attempt_is_inserted(ladder: list[str]) -> None:
    db.session.rollback()
    known = db.session.get_one(Attempt, UUID(ladder[0]))
    values = {c.name: getattr(known, c.name) for c in Attempt.__table__.columns}
    db.session.connection().execute(insert(Attempt), [values | {"id": uuid7()}])
    db.session.commit()
    assert codes() == {("not_journaled", "attempt")}


def test_two_visits_exchange_their_attempts(ladder: list[str], city: City) -> None:
    one, two = (id_of(str(visit.id)) for visit in city.visits[:2])
    sql("UPDATE attempt SET visit_id = CASE WHEN visit_id = :a THEN :b ELSE :a END", a=one, b=two)
    assert codes() == {("state_differs", "attempt")}


def test_attempts_are_journaled_before_the_result_that_rests_on_them(
    client: FlaskClient, city: City
) -> None:
    archive = Archive(Fieldwork(client, city, enrolled(client, city), city.visits[0].id, ""))
    archive.go_to(0)
    archive.report(archive.photo(1))
    db.session.rollback()
    (attempts,) = journal_queries.entries_of(EntryType.ATTEMPTS_RECORDED)
    (result,) = journal_queries.entries_of(EntryType.RESULT_SUBMITTED)
    assert attempts.index < result.index
    assert attempts.facts["account_id"] == str(city.accounts["worker1"].id)
    assert attempts.facts["counts"] == {"attempt": 1}


def test_an_act_on_visits_names_its_author(city: City) -> None:
    office, visit_id = city.actor("office1"), city.visits[0].id
    made = entry_of(EntryType.VISITS_DISPATCHED)
    assert made["counts"] == {"person": 5, "visit": 4}
    worker2 = city.accounts["worker2"].id
    visits.assign(actor=office, visit_ids=[visit_id], worker_id=worker2)
    db.session.commit()
    assert entry_of(EntryType.VISITS_ASSIGNED).items() >= {
        "account_id": str(office.account_id), "worker_id": str(worker2),
        "objects": [f"visit:{visit_id}"],
    }.items()  # fmt: skip
    later = TermChange(due_on=city.visits[0].due_on + DAY)
    today = clock.now().date()
    rescheduling.change_terms(actor=office, visit_ids=[visit_id], change=later, today=today)
    db.session.commit()
    assert entry_of(EntryType.VISITS_RESCHEDULED)["account_id"] == str(office.account_id)
    visits.cancel(actor=office, visit_ids=[visit_id], reason="已搬走")
    db.session.commit()
    assert entry_of(EntryType.VISITS_CANCELLED)["objects"] == [f"visit:{visit_id}"]
    assert codes() == set()


def test_what_changes_nothing_leaves_no_entry(city: City) -> None:
    size = journal_queries.size()
    city.visits[0].change_no += 1
    city.people[0].name = str(city.people[0].name)
    db.session.commit()
    assert journal_queries.size() == size


def test_a_change_in_bulk_is_noticed_too(city: City) -> None:
    db.session.execute(db.update(Visit).where(Visit.id == city.visits[0].id).values(kind="paper"))
    db.session.execute(db.delete(Benefit).where(Benefit.person_id == city.people[4].id))
    db.session.commit()
    assert entry_of(EntryType.STATES_CHANGED)["counts"] == {"visit": 1, "person": 1}
    assert codes() == set()


def test_what_a_savepoint_took_back_is_not_journaled(city: City) -> None:
    size = journal_queries.size()
    savepoint = db.session.begin_nested()
    city.people[0].name = "别人"
    add_person("测试9号", city.areas["a11"], 9)
    savepoint.rollback()
    db.session.commit()
    assert journal_queries.size() == size
    assert codes() == set()


@pytest.fixture
def written(app: APIFlask, tmp_path: Path) -> UUID:
    """An import of eight people by the command line."""
    file = xlsx(tmp_path / "名单.xlsx", {"名单": standard(8)})
    ran = app.test_cli_runner().invoke(args=["roster", "import", str(file)])
    assert ran.exit_code == 0, ran.output
    db.session.rollback()
    return db.session.scalars(db.select(RosterImport.id)).one()


def test_an_import_and_its_undo_are_lawful(written: UUID) -> None:
    assert codes() == set()
    assert db.session.scalar(db.select(db.func.count()).select_from(JournalState)) == 8
    undoing.undo(import_id=written)
    db.session.commit()
    assert db.session.scalars(db.select(Person)).all() == []
    assert codes() == set()


def test_what_an_import_wrote_is_read_back_as_it_was_written(written: UUID) -> None:
    kind = state_kinds.KINDS["person"]
    for batch in state_kinds.all_objects(kind):
        assert states._changes("person", list(batch)) == []


def test_who_came_by_columns_and_was_changed_in_the_same_act_is_read_again(city: City) -> None:
    keys, at = bulk.new_keys(2), clock.now()
    for key, sequence in zip(keys, (31, 32), strict=True):
        number = [sealing.index(str(sequence))]
        bulk.insert_columns(Person.__table__, {
            "id": [key], "name": ["测试"], "doc_type": ["resident"], "number_sealed": [b"x"],
            "number_index": number, "masked_number": ["3703"], "address": [""], "area_path": ["/"],
            "reported_status": ["normal"], "created_at": [at], "updated_at": [at], "latitude": [36],
        })  # fmt: skip
    # The first one's benefit comes after the second one.
    bulk.insert_columns(Benefit.__table__, {
        "person_id": keys[:1], "kind": ["retiree"], "reported_status": ["normal"], "employer": [""],
    })  # fmt: skip
    second = keys[1] if isinstance(keys[1], UUID) else UUID(keys[1])
    db.session.get_one(Person, second).name = "改名"
    db.session.commit()
    assert entry_of(EntryType.STATES_CHANGED)["counts"] == {"person": 2}
    assert codes() == set()


def test_a_person_comes_and_goes_past_the_program(written: UUID) -> None:
    someone = db.session.scalars(db.select(Person.id)).first()
    for table in (Phone, Contact, Benefit):
        sql(f"DELETE FROM {table.__tablename__} WHERE person_id = :p", p=id_of(str(someone)))
    assert codes() == {("state_differs", "person")}
    sql("DELETE FROM person WHERE id = :p", p=id_of(str(someone)))
    assert codes() == {("row_missing", "person")}


@pytest.fixture
def old_folder(city: City) -> Iterator[None]:
    """People and visits from before there were states."""
    for table in (
        "journal_state",
        "journal_mention",
        "journal_salt",
        "journal_node",
        "journal_entry",
    ):
        sql(f"DELETE FROM {table}")
    db.session.expire_all()
    return


def test_an_old_folder_is_told_apart_and_gets_its_baseline(city: City, old_folder: None) -> None:
    assert codes() == set()
    city.people[0].name = "改名"
    db.session.commit()
    assert entry_of(EntryType.STATES_BASELINE)["counts"] == {"person": 4, "visit": 4}
    assert entry_of(EntryType.STATES_CHANGED)["counts"] == {"person": 1}
    assert codes() == set()
    sql("UPDATE person SET name = '另一人'")
    assert codes() == {("state_differs", "person")}


def test_a_start_protects_an_old_folder_before_anybody_acts(
    app: APIFlask, city: City, old_folder: None
) -> None:
    for _ in range(2):
        assert app.test_cli_runner().invoke(args=["journal", "baseline"]).exit_code == 0
    assert entry_of(EntryType.STATES_BASELINE)["counts"] == {"person": 5, "visit": 4}
    assert journal_queries.size() == 1
    assert codes() == set()


def test_nobody_pretends_afterwards_that_something_was_old(city: City) -> None:
    sql("UPDATE person SET name = '另一人'")
    journal.append(type=EntryType.STATES_BASELINE, at=clock.now(),
                   facts={"leaves": 0, "root": "00", "counts": {}})  # fmt: skip
    db.session.commit()
    assert {("baseline_unlawful", "journal"), ("state_differs", "person")} <= codes()


def test_states_are_taken_away_or_moved_to_another_object(city: City) -> None:
    city.people[0].name = "改名"
    db.session.commit()
    first, second = (person.id.hex for person in city.people[:2])
    sql('UPDATE journal_state SET object_id = :b WHERE object_id = :a AND "index" ='
        ' (SELECT max("index") FROM journal_state)', a=first, b=second)  # fmt: skip
    sql("UPDATE person SET name = '测试1号' WHERE id = :p", p=id_of(first))
    assert ("states_changed", "journal") in codes()
    sql('DELETE FROM journal_state WHERE "index" = (SELECT max("index") FROM journal_state)')
    assert ("states_missing", "journal") in codes()


def test_words_by_columns_are_those_by_rows() -> None:
    """Hostile words, numbers that equal each other, and what is absent."""
    columns = {
        "name": ["张\"三\\\n", None, "\u2028</a>"], "z": [1, 1.0, True],
        "data": [b"\0\xff", None, b""],
        "on": [None, None, clock.now().date()], "none": [None, None, None],
    }  # fmt: skip
    lists = {"phone": [['{"a":2}', '{"a":1}'], None, []]}
    by_rows = [
        state_rules.wording(
            {name: values[at] for name, values in columns.items() if values[at] is not None}
            | ({"phone": [{"a": 1}, {"a": 2}]} if at == 0 else {})
        )
        for at in range(3)
    ]
    assert state_rules.worded_columns(columns, lists) == by_rows
