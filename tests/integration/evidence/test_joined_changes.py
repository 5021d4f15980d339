"""Rows that fit each other after a change still contradict the journal: nothing stays unnamed.

Whoever holds the database changes everything that belongs together, not one column of one row.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from tests.integration.evidence import tampering
from webapp import sealing
from webapp.evidence.models import ResultBodyCopy
from webapp.extensions import db
from webapp.visits.models import Result
from webapp.visits.results import body_sha256
from webapp.visits.rules import Outcome
from webapp.visits.schemas import ResultBody

Act = Callable[[], None]


def table(name: str) -> Table:
    return db.metadata.tables[name]


def rows(name: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tampering.rows_of(table(name))]


def put(name: str, row: dict[str, Any], /, **values: Any) -> None:
    one = table(name)
    found = [key == row[key.name] for key in one.primary_key]
    db.session.execute(update(one).where(*found).values(**values))


def empty(*names: str) -> None:
    for name in names:
        db.session.execute(delete(table(name)))


def turn_round() -> None:
    """Outcome, body and hash, and the salt thrown away."""
    result = db.session.scalars(select(Result).order_by(Result.journal_index)).first()
    assert result is not None
    copy = db.session.get_one(ResultBodyCopy, result.id)
    body = ResultBody.model_validate_json(sealing.unseal(copy.sealed))
    forged = body.model_copy(update={"outcome": Outcome.UNREACHABLE, "note": "x"})
    copy.sealed = sealing.seal(forged.model_dump_json())
    result.outcome, result.body_sha256 = forged.outcome.value, body_sha256(forged)
    result.note = "x"
    db.session.flush()
    salt = table("journal_salt")
    db.session.execute(delete(salt).where(salt.c.index == result.journal_index))


def exchange_people_under_ids() -> None:
    one, two, *_ = rows("person")
    told = ("name", "birth_on", "number_sealed", "masked_number", "sex", "address")
    for here, there in ((one, two), (two, one)):
        put("person", here, **{column: there[column] for column in told})


def exchange_people_of_visits() -> None:
    one, two, *_ = rows("visit")
    for here, there in ((one, two), (two, one)):
        put("visit", here, person_id=there["person_id"], subject_ref=there["subject_ref"])
        for name in ("result", "capture"):
            for row in rows(name):
                if row["visit_id"] == here["id"]:
                    put(name, row, person_id=there["person_id"])


def exchange_visits_of_results() -> None:
    one, two, *_ = rows("result")
    same = {"visit_id", "person_id"}
    put("result", one, is_standing=False)
    for here, there in ((one, two), (two, one)):
        put("result", here, is_standing=False, **{k: there[k] for k in same})


def states_put_over() -> None:
    """The newest state of one person in place of another's."""
    persons = [row for row in rows("journal_state") if row["kind"] == "person"]
    one, two = persons[0], persons[1]
    put("journal_state", one, parts=two["parts"], salt=two["salt"])
    put("journal_state", two, parts=one["parts"], salt=one["salt"])


def state_added() -> None:
    last = rows("journal_state")[-1]
    db.session.execute(
        insert(table("journal_state")).values(
            **last | {"index": last["index"] + 10_000, "position": 0}
        )
    )


def state_added_to_a_known_act() -> None:
    last = rows("journal_state")[-1]
    db.session.execute(
        insert(table("journal_state")).values(**last | {"position": last["position"] + 1})
    )


def person_gone_with_states() -> None:
    free = {row["person_id"] for row in rows("visit")}
    person = next(row for row in rows("person") if row["id"] not in free)
    for name in ("phone", "contact", "benefit"):
        one = table(name)
        db.session.execute(delete(one).where(one.c.person_id == person["id"]))
    states = table("journal_state")
    db.session.execute(delete(states).where(states.c.object_id == person["id"].hex))
    db.session.execute(delete(table("person")).where(table("person").c.id == person["id"]))


def attempts_gone() -> None:
    states = table("journal_state")
    db.session.execute(delete(states).where(states.c.kind == "attempt"))
    empty("attempt")


def attempt_given_to_another_visit() -> None:
    attempt, visit = rows("attempt")[0], rows("visit")[-1]
    put("attempt", attempt, visit_id=visit["id"])


def reviews_gone() -> None:
    for row in rows("result"):
        put("result", row, state="submitted", is_standing=row["is_standing"])
    for row in rows("correction"):
        put("correction", row, review_id=None)
    empty("review")


def corrections_gone() -> None:
    empty("correction")


def phone_confirmed() -> None:
    for row in rows("device"):
        if row["confirmed_at"] is None:
            put("device", row, confirmed_at=row["enrolled_at"], confirmed_by=row["account_id"])


def phone_never_revoked() -> None:
    for row in rows("device"):
        if row["revoked_at"] is not None:
            put("device", row, revoked_at=None, revoked_index=None)


def captures_of_a_visit_gone() -> None:
    visit_id = rows("capture")[0]["visit_id"]
    gone = [row["id"] for row in rows("capture") if row["visit_id"] == visit_id]
    for name in ("media", "flag", "result_capture"):
        one = table(name)
        db.session.execute(delete(one).where(one.c.capture_id.in_(gone)))
    one = table("capture")
    db.session.execute(delete(one).where(one.c.id.in_(gone)))


def file_never_came() -> None:
    row = next(row for row in rows("media") if row["received_at"] is not None)
    put(
        "media",
        row,
        state="expected",
        received_at=None,
        received_index=None,
        inspection=None,
        picture_hash=None,
        turns=None,
    )
    for capture in rows("capture"):
        if capture["id"] == row["capture_id"]:
            put("capture", capture, state="committed")


def file_set_aside() -> None:
    row = next(row for row in rows("media") if row["received_at"] is not None)
    put("media", row, state="quarantined")
    for capture in rows("capture"):
        if capture["id"] == row["capture_id"]:
            put("capture", capture, state="quarantined")


def nearer() -> None:
    for row in rows("capture"):
        put("capture", row, distance_m=1.0, nearness="near")
    salt = table("journal_salt")
    db.session.execute(delete(salt).where(salt.c.name == "distance_m"))


def aside_gone() -> None:
    empty("quarantine")


def looks_gone() -> None:
    empty("media_view")


def seen_by_another() -> None:
    put("media_view", rows("media_view")[0], viewer_id=rows("account")[0]["id"])


def account_promoted() -> None:
    for row in rows("account"):
        put("account", row, role="city", is_active=True)


def account_came() -> None:
    row = rows("account")[0]
    db.session.execute(
        insert(table("account")).values(**row | {"id": tampering.UUID(int=9), "username": "x"})
    )


def contact_accepted() -> None:
    for row in rows("contact_change"):
        put("contact_change", row, state="accepted", decided_by=rows("account")[0]["id"])


def arrived_sooner() -> None:
    for row in rows("result"):
        put("result", row, received_at=row["received_at"] - tampering.timedelta(microseconds=1))


def tickets_gone() -> None:
    empty("ticket")


def bodies_gone() -> None:
    empty("result_body")


def salts_gone() -> None:
    empty("journal_salt")


def all_states_gone() -> None:
    empty("journal_state")


def inspections_gone() -> None:
    for row in rows("media"):
        put("media", row, inspection=None, picture_hash=None, turns=None)


def derivations_gone() -> None:
    empty("derivation")


def terms_changed() -> None:
    row = rows("visit")[-1]
    put("visit", row, due_on=row["due_on"] + tampering.timedelta(days=9))
    empty("visit_term_change")


def visits_gone() -> None:
    used = {row["visit_id"] for row in rows("result")} | {
        row["visit_id"] for row in rows("capture")
    }
    for row in rows("visit"):
        if row["id"] not in used:
            one = table("visit_term_change")
            db.session.execute(delete(one).where(one.c.visit_id == row["id"]))
            db.session.execute(delete(table("visit")).where(table("visit").c.id == row["id"]))


def everything_of_people_gone() -> None:
    empty("phone", "contact", "benefit")


def outcome_standing_moved() -> None:
    standing = [row for row in rows("result") if row["is_standing"]]
    other = next(row for row in rows("result") if not row["is_standing"])
    for row in standing:
        if row["visit_id"] == other["visit_id"]:
            put("result", row, is_standing=False, state="conflict")
    put("result", other, is_standing=True, state="submitted")


def verification_whitewashed() -> None:
    for row in rows("verification_run"):
        put("verification_run", row, is_sound=not row["is_sound"], report={"sound": True})


ACTS: tuple[Act, ...] = (
    turn_round, exchange_people_under_ids, exchange_people_of_visits, exchange_visits_of_results,
    states_put_over, state_added, state_added_to_a_known_act, person_gone_with_states,
    attempts_gone, attempt_given_to_another_visit, reviews_gone, corrections_gone,
    phone_confirmed, phone_never_revoked, captures_of_a_visit_gone, file_never_came,
    file_set_aside, nearer, aside_gone, looks_gone,
    seen_by_another, account_promoted, account_came, contact_accepted,
    arrived_sooner, tickets_gone, bodies_gone, salts_gone,
    all_states_gone, inspections_gone, derivations_gone, terms_changed,
    visits_gone, everything_of_people_gone, outcome_standing_moved, verification_whitewashed,
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_fits_itself_still_contradicts_the_journal(tampered: None, act: Act) -> None:
    act()
    db.session.flush()
    assert tampering.wrong_objects()
