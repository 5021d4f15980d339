"""A result is recorded exactly once; two results are both kept."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.builders import City
from tests.phones import TestPhone, enrolled
from webapp import clock, sealing
from webapp.access.rules import Actor, Role
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.refusals import Refusal
from webapp.visits import contacts, results, service
from webapp.visits.models import Attempt, ContactChange, Result, Visit
from webapp.visits.rules import CaptureFact, CaptureKind
from webapp.visits.schemas import ResultBody

DEATH = {"date": "2026-01-02", "source": "死亡证明"}
PHOTO = {uuid4(): CaptureFact(CaptureKind.PHOTO)}


@pytest.fixture
def phone(client: FlaskClient, city: City) -> TestPhone:
    return enrolled(client, city)


@pytest.fixture
def actor(phone: TestPhone, city: City) -> Actor:
    return city.actor("worker1", phone.kid)


def record(actor: Actor, body: dict[str, object], photo: bool = False) -> results.Recorded:
    return results.record_result(
        actor=actor, body=ResultBody.model_validate(body), captures=PHOTO if photo else {}
    )


def test_a_result_is_journaled_and_moves_the_visit(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    visit = city.visits[0]
    recorded = record(actor, phone.result(visit.id, "deceased", details=DEATH))

    assert recorded.is_new
    assert recorded.result.is_standing
    assert visit.status == "reported"
    entry = db.session.get(JournalEntry, recorded.result.journal_index)
    assert entry is not None
    assert entry.facts["result_id"] == str(recorded.result.id)
    assert "2026-01-02" not in entry.body.decode()


def test_the_same_result_again_changes_nothing(phone: TestPhone, actor: Actor, city: City) -> None:
    body = phone.result(city.visits[0].id, "deceased", details=DEATH)
    first = record(actor, body)
    entries = db.session.scalar(db.select(db.func.count(JournalEntry.index)))
    second = record(actor, body)

    assert (second.is_new, second.result.id) == (False, first.result.id)
    assert db.session.scalar(db.select(db.func.count(JournalEntry.index))) == entries


def test_other_words_under_the_same_id_are_refused(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    body = phone.result(city.visits[0].id, "deceased", details=DEATH)
    record(actor, body)
    with pytest.raises(Refusal, match="result_differs"):
        record(actor, body | {"note": "另一份"})


@pytest.mark.parametrize(
    ("outcome", "details", "code"),
    [("eligible", {}, "person_not_shown"), ("deceased", {"date": "2026-01-02"}, "detail_missing"),
     ("unreachable", {}, "ladder_visits"), ("refused", {}, "detail_missing")],
)  # fmt: skip
def test_a_broken_rule_writes_nothing(
    phone: TestPhone, actor: Actor, city: City, outcome: str, details: dict[str, str], code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        record(actor, phone.result(city.visits[0].id, outcome, details=details))
    db.session.rollback()
    assert db.session.scalar(db.select(Result.id)) is None
    assert city.visits[0].status == "assigned"


@pytest.mark.parametrize(
    ("outcome", "details"),
    [
        ("deceased", {"date": "2030-01-01", "source": "x"}),
        ("missing", {"since": "2030-01"}),
        ("deceased", {"date": "2027-01-14", "source": "x"}),
    ],
)
def test_nothing_has_happened_in_the_future(
    phone: TestPhone, actor: Actor, city: City, outcome: str, details: dict[str, str]
) -> None:
    with clock.freeze(datetime(2027, 1, 12, 4, tzinfo=UTC)):
        # A phone whose clock is years ahead does not make the day a past one.
        for decided_at in ("2027-01-12T04:00:00Z", "2031-01-12T04:00:00Z"):
            body = phone.result(city.visits[0].id, outcome, details=details)
            answer = phone.post("/results", body | {"decided_at": decided_at})
            said = answer.get_json()
            assert (answer.status_code, said["code"]) == (422, "date_in_future")
            assert said["detail"] == "日期不能在今天之后。"
    assert db.session.scalar(db.select(Result.id)) is None


def test_a_phone_whose_clock_is_a_day_ahead_is_not_refused(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    body = phone.result(city.visits[0].id, "deceased",
                        details={"date": "2027-01-13", "source": "家属"})  # fmt: skip
    with clock.freeze(datetime(2027, 1, 12, 4, tzinfo=UTC)):
        assert record(actor, body | {"decided_at": "2027-01-13T03:00:00Z"}).is_new


def test_two_workers_offline_both_evidences_are_kept_and_one_decision_is_asked(
    client: FlaskClient, phone: TestPhone, actor: Actor, city: City
) -> None:
    other, visit = enrolled(client, city, "worker2"), city.visits[0]
    service.assign(actor=city.actor("office1"), visit_ids=[visit.id],
                   worker_id=city.accounts["worker2"].id)  # fmt: skip
    second = city.actor("worker2", other.kid)
    first_in = record(second, other.result(visit.id, "eligible"), photo=True)
    late = record(actor, phone.result(visit.id, "deceased", details=DEATH))

    assert (first_in.result.is_standing, late.result.is_standing) == (True, False)
    assert late.kept is not None
    assert results.open_conflicts(visit.id) == [late.result]

    results.accept_result(result=late.result)
    db.session.flush()
    assert (late.result.state, first_in.result.state) == ("accepted", "superseded")
    assert visit.status == "accepted"
    assert db.session.scalar(db.select(db.func.count(Result.id))) == 2


def test_a_result_for_a_cancelled_visit_is_kept(phone: TestPhone, actor: Actor, city: City) -> None:
    visit = city.visits[0]
    service.cancel(actor=city.actor("office1"), visit_ids=[visit.id], reason="不用去了")
    kept = record(actor, phone.result(visit.id, "eligible"), photo=True)

    assert (kept.result.state, kept.result.is_standing) == ("conflict", False)
    assert visit.status == "cancelled"
    results.accept_result(result=kept.result)
    assert (visit.status, kept.result.state) == ("accepted", "accepted")


def test_a_stranger_may_not_report(client: FlaskClient, city: City) -> None:
    stranger = enrolled(client, city, "worker9")
    with pytest.raises(Refusal) as refused:
        record(city.actor("worker9", stranger.kid),
               stranger.result(city.visits[0].id, "eligible"), photo=True)  # fmt: skip
    assert refused.value.status == 404
    assert city.accounts["worker9"].role == Role.WORKER


def test_a_returned_visit_comes_back_with_the_words_and_can_be_reported_again(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    visit, cursor = city.visits[0], phone.get("/pack").get_json()["cursor"]
    first = record(actor, phone.result(visit.id, "eligible"), photo=True)
    with pytest.raises(Refusal, match="words_missing"):
        results.return_result(result=first.result, words=" ")
    results.return_result(result=first.result, words="照片太暗，请重拍")
    db.session.commit()

    seen = phone.get(f"/pack?cursor={cursor}").get_json()["visits"][0]
    assert seen["returned"]["words"] == "照片太暗，请重拍"
    assert seen["status"] == "returned"
    again = record(actor, phone.result(visit.id, "eligible"), photo=True)
    assert again.result.is_standing
    assert visit.status == "reported"


def test_the_list_says_where_each_result_of_the_worker_stands(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    """By it a phone knows a visit that is to be made again, with or without words or clocks."""
    visit, cursor = city.visits[0], phone.get("/pack").get_json()["cursor"]
    first = record(actor, phone.result(visit.id, "eligible"), photo=True).result
    results.ask_again(result=first, words="")
    db.session.commit()
    [seen] = phone.get(f"/pack?cursor={cursor}").get_json()["visits"]
    assert (seen["status"], seen["returned"]) == ("assigned", None)
    assert seen["results"] == [{"result_id": str(first.id), "state": "superseded"}]

    second = record(actor, phone.result(visit.id, "eligible"), photo=True).result
    db.session.commit()
    [seen] = phone.get(f"/pack?cursor={cursor}").get_json()["visits"]
    assert seen["results"][1] == {"result_id": str(second.id), "state": "submitted"}


def test_an_accepted_visit_leaves_the_phone(phone: TestPhone, actor: Actor, city: City) -> None:
    visit, cursor = city.visits[0], phone.get("/pack").get_json()["cursor"]
    done = record(actor, phone.result(visit.id, "eligible"), photo=True)
    results.accept_result(result=done.result)
    db.session.commit()

    removed = phone.get(f"/pack?cursor={cursor}").get_json()["removed"]
    assert removed == [{"visit_id": str(visit.id), "reason": "accepted"}]


def test_attempts_count_whoever_made_them_and_only_once(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    visit = city.visits[0]
    attempts = [
        {"attempt_id": str(uuid4()), "started_at": at, "met": met, "action": action}
        for at, met, action in (
            ("2027-01-11T01:30:00Z", "nobody_home", "asked_neighbour"),
            ("2027-01-13T10:30:00Z", "door_not_opened", "left_note"),
            ("2027-01-13T11:00:00Z", "phone_off", "asked_relative"),
            ("2027-01-13T11:05:00Z", "phone_off", None),
            ("2027-01-14T11:05:00Z", "number_void", None),
        )
    ]
    for _ in range(2):
        answer = phone.post("/attempts", {"visit_id": str(visit.id), "attempts": attempts[:4]})
    assert answer.get_json() == {"added": 0}

    body = phone.result(visit.id, "unreachable", attempts=attempts[4:])
    assert record(actor, body).result.is_standing
    assert db.session.scalar(db.select(db.func.count(Attempt.id))) == 5


def test_an_accepted_contact_keeps_every_word_and_seals_its_number(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    visit = city.visits[0]
    words = "楼下小卖部的王大妈每天都能看见她，" * 8
    told = ["女儿李四 13900009999", "女儿李四 13900008888", words]
    changes = [{"field": "contact", "value": value} for value in told]
    record(actor, phone.result(visit.id, "eligible", contact_changes=changes), photo=True)
    proposed = list(db.session.scalars(db.select(ContactChange).order_by(ContactChange.id)))
    before = len(visit.person.contacts)
    for change in proposed:
        contacts.decide_contact_change(
            actor=city.actor("office1"), change_id=change.id, accept=True
        )
    kept = [(each.name, each.phone_sealed and sealing.unseal(each.phone_sealed))
            for each in visit.person.contacts[before:]]  # fmt: skip
    assert kept == [("女儿李四", "13900008888"), (words[:100], None)]
    assert visit.person.note_sealed is not None
    assert words in sealing.unseal(visit.person.note_sealed)


def test_corrections_travel_as_proposals_and_a_person_decides(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    visit = city.visits[0]
    changes = [
        {"field": "address", "value": "甲区新村3号"},
        {"field": "phone", "value": "女儿 13900009999"},
        {"field": "phone", "value": "没有"},
    ]
    record(actor, phone.result(visit.id, "eligible", contact_changes=changes), photo=True)
    person = visit.person
    before = person.address
    proposed = list(db.session.scalars(db.select(ContactChange).order_by(ContactChange.id)))
    assert person.address == before
    assert "新村".encode() not in proposed[0].value_sealed

    office = city.actor("office1")
    contacts.decide_contact_change(actor=office, change_id=proposed[0].id, accept=True)
    contacts.decide_contact_change(actor=office, change_id=proposed[1].id, accept=True)
    assert person.address == "甲区新村3号"
    assert (
        sealing.unseal(min(person.phones, key=lambda p: p.position).number_sealed) == "13900009999"
    )
    with pytest.raises(Refusal, match="phone_unreadable"):
        contacts.decide_contact_change(actor=office, change_id=proposed[2].id, accept=True)
    with pytest.raises(Refusal, match="already_decided"):
        contacts.decide_contact_change(actor=office, change_id=proposed[0].id, accept=False)
    with pytest.raises(Refusal):
        contacts.decide_contact_change(actor=city.actor("office9"), change_id=proposed[1].id,
                                       accept=True)  # fmt: skip


def test_of_a_visits_results_the_database_lets_only_one_stand(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    from sqlalchemy.exc import IntegrityError

    visit: Visit = city.visits[0]
    first = record(actor, phone.result(visit.id, "eligible"), photo=True).result
    late = record(actor, phone.result(visit.id, "eligible"), photo=True).result
    assert first.id != UUID(int=0)
    late.is_standing = True
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_an_accepted_correction_loses_no_words_and_doubles_no_number(
    phone: TestPhone, actor: Actor, city: City
) -> None:
    person, office = city.visits[0].person, city.actor("office1")
    said = [
        ("phone", "13900009999"), ("phone", "原号停机，改用邻居王大妈 13900008888"),
        ("phone", "13900009999"), ("contact", "女儿李四，" * 40),
    ]  # fmt: skip
    changes = [{"field": field, "value": value} for field, value in said]
    body = phone.result(city.visits[0].id, "eligible", contact_changes=changes)
    record(actor, body, photo=True)
    for change in db.session.scalars(db.select(ContactChange).order_by(ContactChange.id)).all():
        contacts.decide_contact_change(actor=office, change_id=change.id, accept=True)
    numbers = [sealing.unseal(each.number_sealed) for each in person.phones]
    assert numbers[:2] == ["13900009999", "13900008888"]
    assert len(set(numbers)) == len(numbers)
    assert person.note_sealed is not None
    note = sealing.unseal(person.note_sealed)
    assert f"联系电话：{said[1][1]}" in note
    assert f"联系人：{said[3][1]}" in note
    assert len(person.contacts[-1].name) == 100
