"""A forged row is not taken over by the next honest act: what was found is named for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork
from tests.integration.evidence.test_verification import codes, id_of, sql
from webapp import clock
from webapp.access.rules import Actor, Holder, Role
from webapp.database.base import uuid7
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.roster.models import Person, Phone
from webapp.visits import rescheduling
from webapp.visits import service as visits
from webapp.visits.models import Attempt, Visit
from webapp.visits.terms import TermChange

DAY = timedelta(days=1)


def office(city: City) -> Actor:
    account = city.accounts["office1"]
    return Actor(Holder.account(account.id), Role(account.role), account.name, account.area_path)


def breached() -> list[dict[str, object]]:
    db.session.rollback()
    found = journal_queries.entries_of(EntryType.STATES_BREACHED)
    return [dict(entry.facts) for entry in found]


def cancel(city: City, visit: Visit) -> None:
    visits.cancel(actor=office(city), visit_ids=[visit.id], reason="迁走")
    db.session.commit()


@pytest.fixture
def begun(city: City) -> City:
    """A city whose journal covers states already."""
    states.ensure_baseline()
    db.session.commit()
    assert codes() == set()
    return city


def test_honest_acts_find_nothing(begun: City) -> None:
    for visit in begun.visits[:2]:
        cancel(begun, visit)
    begun.people[0].name = "改名"
    db.session.commit()
    begun.people[0].phones.append(Phone(position=3, number_sealed=b"x", number_index=b"y" * 32,
                                        masked="*1"))  # fmt: skip
    db.session.commit()
    assert (breached(), codes()) == ([], set())


def test_an_act_on_a_forged_visit_records_what_it_found(begun: City) -> None:
    visit = begun.visits[0]
    sql("UPDATE visit SET note = '假', created_by = NULL WHERE id = :i", i=id_of(str(visit.id)))
    cancel(begun, db.session.get_one(Visit, visit.id))
    assert codes() == {("state_breached", "visit")}
    (facts,) = breached()
    assert facts["found"] == [
        {"object": f"visit:{visit.id}", "left_by": 1, "differs": ["words", "task"]}
    ]
    assert facts["account_id"] == str(begun.accounts["office1"].id)
    cancel_again = begun.visits[1]
    cancel(begun, cancel_again)
    assert len(breached()) == 1


def test_it_stays_named_though_the_act_puts_the_old_words_back(begun: City) -> None:
    person = begun.people[0]
    name = person.name
    sql("UPDATE person SET name = '张冒名' WHERE id = :i", i=id_of(str(person.id)))
    db.session.get_one(Person, person.id).name = name
    db.session.commit()
    assert codes() == {("state_breached", "person")}


def test_what_hangs_on_a_person_is_compared_before_it_changes(begun: City) -> None:
    person = begun.people[0]
    sql("UPDATE phone SET masked = '*9' WHERE person_id = :i", i=id_of(str(person.id)))
    db.session.add(Phone(person_id=person.id, position=7, number_sealed=b"x",
                         number_index=b"y" * 32, masked="*1"))  # fmt: skip
    db.session.commit()
    assert codes() == {("state_breached", "person")}


def test_statements_in_bulk_compare_too(begun: City) -> None:
    person = begun.people[0]
    sql("UPDATE person SET sex = 'x' WHERE id = :i", i=id_of(str(person.id)))
    db.session.execute(
        db.update(Person).where(Person.id == person.id).values(reported_status="dead")
    )
    db.session.commit()
    assert codes() == {("state_breached", "person")}


def test_a_row_that_came_unseen_is_no_honest_one(begun: City) -> None:
    known = begun.visits[0]
    columns = [c.name for c in Visit.__table__.columns if c.name != "id"]
    names, new = ", ".join(columns), uuid7()
    sql(f"INSERT INTO visit (id, {names}) SELECT :n, {names} FROM visit WHERE id = :i",
        n=id_of(str(new)), i=id_of(str(known.id)))  # fmt: skip
    cancel(begun, db.session.get_one(Visit, new))
    assert codes() == {("state_breached", "visit")}


def test_an_attempt_that_was_taken_away_and_comes_again_is_told(
    field: Fieldwork, begun: City
) -> None:
    at = (clock.now() - DAY).isoformat()
    attempt = {"attempt_id": str(uuid7()), "started_at": at, "met": "phone_off",
               "action": "rescheduled", "note": ""}  # fmt: skip
    body = {"visit_id": str(begun.visits[0].id), "attempts": [attempt]}
    assert field.phone.post("/attempts", body).status_code == 200
    sql("DELETE FROM attempt WHERE id = :i", i=id_of(str(attempt["attempt_id"])))
    assert field.phone.post("/attempts", body).get_json() == {"added": 1}
    assert ("state_breached", "attempt") in codes()
    assert db.session.query(Attempt).count() == 1


def test_a_change_of_terms_under_the_office_does_not_launder(begun: City) -> None:
    visit = begun.visits[0]
    sql("UPDATE visit SET kind = 'counter' WHERE id = :i", i=id_of(str(visit.id)))
    found = db.session.get_one(Visit, visit.id)
    rescheduling.change_terms(
        actor=office(begun), visit_ids=[found.id],
        change=TermChange(due_on=found.due_on + DAY), today=clock.now().date(),
    )  # fmt: skip
    db.session.commit()
    assert codes() == {("state_breached", "visit")}


def test_a_swallowed_attempt_is_not_called_added(field: Fieldwork, begun: City) -> None:
    """A trigger that ignores rows, or a rule that does nothing: 503, and the phone keeps it."""
    if db.engine.dialect.name == "sqlite":
        lie = "CREATE TRIGGER t BEFORE INSERT ON {} BEGIN SELECT raise(ignore); END"
        undo = "DROP TRIGGER t"
    else:
        lie, undo = "CREATE RULE r AS ON INSERT TO {} DO INSTEAD NOTHING", "DROP RULE r ON {}"
    attempt = {"attempt_id": str(uuid7()), "started_at": clock.now().isoformat(),
               "met": "nobody_home", "action": "left_note", "note": ""}  # fmt: skip
    body = {"visit_id": str(begun.visits[0].id), "attempts": [attempt]}
    db.session.execute(text(lie.format("attempt")))
    db.session.commit()
    try:
        answer = field.phone.post("/attempts", body)
    finally:
        db.session.rollback()
        db.session.execute(text(undo.format("attempt")))
        db.session.commit()
    assert (answer.status_code, answer.get_json()["code"]) == (503, "write_swallowed")
    assert field.phone.post("/attempts", body).get_json() == {"added": 1}
    assert codes() == set()
