"""An acceptance is taken back whole, and what shows no code takes two people."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders import City, add_account
from tests.integration.evidence.fieldwork import Fieldwork, jpeg
from tests.integration.evidence.test_flag_rows import report
from tests.phones import enrolled
from webapp import clock
from webapp.access.rules import Role
from webapp.evidence.archive import person_queries
from webapp.evidence.export import custody
from webapp.evidence.models import Review
from webapp.evidence.review import case, review, review_queries, taking_back
from webapp.evidence.review.review import Decision
from webapp.evidence.review.review_queries import QueueFilter
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal.models import JournalMention
from webapp.refusals import Refusal
from webapp.visits.models import Correction, Result

MORNING = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


@pytest.fixture
def field(client: Any, city: City) -> Fieldwork:
    city.accounts["office2"] = add_account("office2", Role.OFFICE_MANAGER, city.areas["a1"])
    db.session.commit()
    visit = city.visits[0]
    return Fieldwork(client, city, enrolled(client, city), visit.id, visit.subject_ref)


@pytest.fixture
def waiting(field: Fieldwork) -> Result:
    return report(field, "eligible", field.answered(jpeg()))


def decide(
    field: Fieldwork, result: Result, who: str, *, seen: bool | None = True, words: str = "",
    decision: Decision = Decision.ACCEPT,
) -> Review:  # fmt: skip
    made = review.decide(actor=field.city.actor(who), result_id=result.id, decision=decision,
                         words=words, code_seen=seen)  # fmt: skip
    db.session.commit()
    return made


def take_back(field: Fieldwork, result: Result, who: str, reason: str = "") -> Correction:
    made = taking_back.take_back(actor=field.city.actor(who), result_id=result.id, reason=reason)
    db.session.commit()
    return made


def state_of(result: Result) -> tuple[object, ...]:
    db.session.expire_all()
    return (result.state, result.is_standing, result.visit.status, result.person.photo_sha256)


def pack(field: Fieldwork) -> dict[str, Any]:
    answer: dict[str, Any] = field.phone.get("/pack").get_json()
    return answer


def assert_sound() -> None:
    assert [found for found in verify_all().findings if not found.is_remark] == []


def test_the_author_takes_an_acceptance_back_and_everything_returns(
    field: Fieldwork, waiting: Result
) -> None:
    waiting.person.photo_sha256 = "5" * 64
    db.session.commit()
    before = state_of(waiting)
    decide(field, waiting, "office1")
    assert state_of(waiting) != before
    assert not pack(field)["visits"] or all(
        visit["visit_id"] != str(waiting.visit_id) for visit in pack(field)["visits"]
    )
    with clock.freeze(MORNING + timedelta(minutes=10)):
        made = take_back(field, waiting, "office1")
    assert state_of(waiting) == before
    told = {visit["visit_id"]: visit["status"] for visit in pack(field)["visits"]}
    assert told[str(waiting.visit_id)] == "reported"
    packed = custody.gather(waiting.visit_id)
    assert made.journal_index in packed.indexes
    told_by = db.session.scalars(
        db.select(JournalMention.ref).filter_by(index=made.journal_index, is_actor=True)
    )
    assert list(told_by) == [field.city.accounts["office1"].id.bytes]
    listed = custody.describe(packed)["corrections"]
    assert [one["review_id"] for one in listed] == [str(made.review_id)]
    assert_sound()
    decide(field, waiting, "office1")
    assert state_of(waiting)[:3] == ("accepted", True, "accepted")
    assert_sound()


def test_after_ten_minutes_a_second_person_takes_it_back_with_a_reason(
    field: Fieldwork, waiting: Result
) -> None:
    decide(field, waiting, "office1")
    with clock.freeze(MORNING + timedelta(minutes=11)):
        for who, reason, code in (("office1", "看错了", "take_back_late"),
                                  ("office2", "  ", "take_back_reason")):  # fmt: skip
            with pytest.raises(Refusal, match=code):
                take_back(field, waiting, who, reason)
            db.session.rollback()
        made = take_back(field, waiting, "office2", "照片里不是本人")
    assert (made.words, state_of(waiting)[0]) == ("照片里不是本人", "submitted")
    with pytest.raises(Refusal, match="not_accepted"):
        take_back(field, waiting, "office2", "再来一次")
    db.session.rollback()
    assert_sound()


def test_a_changed_reason_and_a_deleted_correction_are_named(
    field: Fieldwork, waiting: Result
) -> None:
    decide(field, waiting, "office1")
    made = take_back(field, waiting, "office2", "照片里不是本人")
    name = f"correction {made.id}"
    made.words = "另一个理由"
    db.session.flush()
    assert name in {found.object for found in verify_all().findings}
    db.session.rollback()
    db.session.execute(db.delete(Correction))
    assert name in {found.object for found in verify_all().findings}
    db.session.rollback()


def test_without_the_code_a_reason_and_a_second_person_are_needed(
    field: Fieldwork, waiting: Result
) -> None:
    with pytest.raises(Refusal, match="unseen_reason"):
        decide(field, waiting, "office1", seen=False)
    db.session.rollback()
    first = decide(field, waiting, "office1", seen=False, words="没有信号，没给号码")
    assert first.decision == "propose"
    assert state_of(waiting) == ("awaiting_second", True, "reported", None)
    assert_sound()

    chosen = QueueFilter("/")
    own, _ = review_queries.queue(actor=field.city.actor("office1"), chosen=chosen, after="")
    others, _ = review_queries.queue(actor=field.city.actor("office2"), chosen=chosen, after="")
    assert ([row.result.id for row in own], [row.result.id for row in others]) == ([], [waiting.id])
    with pytest.raises(Refusal, match="second_needed"):
        decide(field, waiting, "office1", seen=False, words="还是通过")
    db.session.rollback()

    second = decide(field, waiting, "office2", seen=False, words="电话里核对过")
    assert second.decision == "accept"
    assert state_of(waiting)[:3] == ("accepted", True, "accepted")
    assert_sound()
    shown = person_queries.history(waiting.person).chapters[0].cases[0]
    assert [one.decision for one in shown.reviews] == ["propose", "accept"]


def test_a_proposal_is_taken_back(field: Fieldwork, waiting: Result) -> None:
    before = state_of(waiting)
    decide(field, waiting, "office1", seen=False, words="没有信号")
    take_back(field, waiting, "office1")
    assert state_of(waiting) == before
    assert case.case_of(waiting).first is None
    assert_sound()


def test_one_person_alone_without_the_code_is_named(field: Fieldwork, waiting: Result) -> None:
    decide(field, waiting, "office1", seen=False, words="没有信号")
    decide(field, waiting, "office2", seen=False, words="核对过")
    first = db.session.scalars(db.select(Review).filter_by(decision="propose")).one()
    second = db.session.scalars(db.select(Review).filter_by(decision="accept")).one()
    first.reviewer_id = second.reviewer_id
    db.session.flush()
    assert "second_missing" in {found.code for found in verify_all().findings}
    db.session.rollback()


def test_the_database_refuses_a_doubled_review(field: Fieldwork, waiting: Result) -> None:
    made = decide(field, waiting, "office1")
    copy = {c.key: getattr(made, c.key) for c in Review.__table__.columns}
    db.session.add(Review(**copy | {"id": UUID(int=7)}))
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.flush()
    db.session.rollback()


def test_a_stale_press_takes_no_other_decision_back(field: Fieldwork, waiting: Result) -> None:
    """Two colleagues see the same acceptance, and both press: the proposal before it stays."""
    proposal = decide(field, waiting, "office1", seen=False, words="没看清号码")
    accepted = decide(field, waiting, "office2", seen=False, words="看过了")
    shown = str(accepted.id)
    taking_back.take_back(actor=field.city.actor("office2"), result_id=waiting.id, reason="",
                          review_id=shown)  # fmt: skip
    db.session.commit()
    with pytest.raises(Refusal, match="take_back_moved"):
        taking_back.take_back(actor=field.city.actor("office2"), result_id=waiting.id,
                              reason="同上", review_id=shown)  # fmt: skip
    db.session.rollback()
    assert taking_back.acceptance_of(waiting) == proposal
