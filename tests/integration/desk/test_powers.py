"""Nobody judges or speaks alone for somebody else: foreign phones, unasked codes, own results."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from apiflask import APIFlask

from tests.builders import City, add_account, add_person
from tests.integration.desk.conftest import Sit
from tests.integration.desk.test_taking_back import (
    assert_sound,
    decide,
    field,
    morning,
    state_of,
    take_back,
)
from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg
from tests.integration.evidence.test_flag_rows import report
from tests.phones import TestPhone, enrolled, new_key
from webapp import clock
from webapp.access.rules import Role
from webapp.areas.models import Area
from webapp.database.base import uuid7
from webapp.evidence.review import review, review_queries
from webapp.evidence.review.case import case_of
from webapp.evidence.review.review import Decision
from webapp.evidence.review.review_queries import QueueFilter
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.people import administration, service
from webapp.people.models import Account, Device
from webapp.refusals import Refusal
from webapp.visits import contacts, marks
from webapp.visits import service as visits
from webapp.visits.models import Attempt, ContactChange, Result, Visit
from webapp.visits.removals import remove_from_phone

__all__ = ["field", "morning"]
DEAD = {"date": "2027-01-10", "source": "relative"}
OWN = "tianqi baicai wazi"


def foreign_phone(field: Fieldwork, username: str = "worker1") -> TestPhone:
    """A phone that the administrator enrols with a password that he set; it is not changed."""
    admin, holder = field.city.actor("admin"), field.city.accounts[username].id
    with clock.freeze(clock.now() - timedelta(minutes=5)):
        account = db.session.get_one(Account, holder)
        given = administration.replace_password(actor=admin, account=account)
        db.session.commit()
    return TestPhone(field.client, username, password=given, key=new_key()).enrol()


def spoken_by(field: Fieldwork, phone: TestPhone) -> Fieldwork:
    return Fieldwork(field.client, field.city, phone, field.visit_id, field.subject_ref)


def weights_of(field: Fieldwork) -> dict[UUID, int]:
    rows, _ = review_queries.queue(
        actor=field.city.actor("office1"), chosen=QueueFilter("/"), after=""
    )
    return {row.result.id: row.weight for row in rows}


def codes_of(result: Result) -> set[str]:
    return {flag.code for flag in case_of(result).flags}


def needs_two(field: Fieldwork, result: Result, *, seen: bool | None = None) -> None:
    """Assert that one reviewer cannot accept it, and that a second one can."""
    with pytest.raises(Refusal, match=r"un(proven|seen)_reason"):
        decide(field, result, "office1", seen=seen)
    db.session.rollback()
    made = decide(field, result, "office1", seen=seen, words="已打电话向本人核实")
    assert made.decision == Decision.PROPOSE.value
    assert state_of(result)[0] == "awaiting_second"
    with pytest.raises(Refusal, match="second_needed"):
        decide(field, result, "office1", seen=seen, words="再一次")
    db.session.rollback()
    decide(field, result, "office2", seen=seen, words="也核实过")
    assert state_of(result)[0] == "accepted"
    assert_sound()


class TestAForeignPhone:
    """It was enrolled in a worker's name with a password that somebody else had set."""

    def test_its_result_is_received_heavy_and_takes_two(self, field: Fieldwork) -> None:
        result = report(spoken_by(field, foreign_phone(field)), "deceased", details=DEAD)
        assert codes_of(result) == {"new_device", "given_password"}
        assert weights_of(field)[result.id] == 10
        needs_two(field, result)

    def test_its_photo_and_its_attempt_weigh_in_a_result_of_the_own_phone(
        self, field: Fieldwork
    ) -> None:
        phone = foreign_phone(field)
        attempt = {"attempt_id": str(uuid7()), "met": "person", "action": None, "note": "",
                   "started_at": rfc3339(clock.now())}  # fmt: skip
        body = {"visit_id": str(field.visit_id), "attempts": [attempt]}
        assert phone.post("/attempts", body).get_json() == {"added": 1}
        assert db.session.scalars(db.select(Attempt)).one().device_kid == phone.kid
        captured = spoken_by(field, phone).received(jpeg())
        assert {"new_device", "given_password"} <= set(flags_of(captured))
        result = report(field, "deceased", details=DEAD)
        assert codes_of(result) >= {"new_device", "given_password"}
        needs_two(field, result)

    def test_one_more_setting_of_the_password_does_not_wash_it(self, field: Fieldwork) -> None:
        phone = foreign_phone(field)
        account = db.session.get_one(Account, field.city.accounts["worker1"].id)
        with clock.freeze(clock.now() + timedelta(minutes=5)):
            administration.replace_password(actor=field.city.actor("admin"), account=account)
            db.session.commit()
        assert phone.get("/pack").status_code == 403
        assert "given_password" in codes_of(
            report(spoken_by(field, phone), "deceased", details=DEAD)
        )

    def test_once_the_holder_knows_it_one_reviewer_is_enough(self, field: Fieldwork) -> None:
        phone = foreign_phone(field)
        present = {"present": phone.password, "wanted": OWN}
        assert phone.post("/password", present).status_code == 204
        result = report(spoken_by(field, phone), "deceased", details=DEAD)
        assert codes_of(result) == {"new_device"}
        service.confirm_device(
            device=db.session.get_one(Device, phone.kid), by=field.city.accounts["office1"].id
        )
        decide(field, result, "office1", seen=None)
        assert state_of(result)[0] == "accepted"

    @pytest.mark.parametrize("changes_password", [False, True])
    def test_it_turns_no_other_phone_away(self, field: Fieldwork, changes_password: bool) -> None:
        phone = foreign_phone(field)
        if changes_password:
            present = {"present": phone.password, "wanted": OWN}
            assert phone.post("/password", present).status_code == 204
        told = field.client.delete(f"/api/v1/devices/{field.phone.kid}", headers=phone.headers)
        assert (told.status_code, told.get_json()["code"]) == (403, "phone_unproven")
        assert db.session.get_one(Device, field.phone.kid).revoked_at is None
        own = field.client.delete(f"/api/v1/devices/{phone.kid}", headers=phone.headers)
        assert own.status_code == 204

    def test_its_correction_is_not_taken_over(self, field: Fieldwork) -> None:
        result = report(spoken_by(field, foreign_phone(field)), "deceased", details=DEAD,
                        contact_changes=[{"field": "phone", "value": "13900001234"}])  # fmt: skip
        change = db.session.scalars(db.select(ContactChange).filter_by(result_id=result.id)).one()
        with pytest.raises(Refusal, match="proposal_unproven"):
            contacts.decide_contact_change(
                actor=field.city.actor("office1"), change_id=change.id, accept=True
            )
        contacts.decide_contact_change(
            actor=field.city.actor("office1"), change_id=change.id, accept=False
        )


def test_a_code_that_nobody_was_asked_for_counts_as_not_seen(field: Fieldwork) -> None:
    result = report(field, "eligible", field.received(jpeg()))
    assert case_of(result).code is None
    needs_two(field, result, seen=True)


def test_a_code_that_the_phone_chose_itself_counts_as_not_seen(field: Fieldwork) -> None:
    foreign = {"code": "0000", "action": "say_number"}
    result = report(field, "eligible", field.answered(jpeg(), challenge=foreign))
    needs_two(field, result, seen=True)


def test_a_code_of_the_server_s_own_ticket_is_enough(field: Fieldwork) -> None:
    result = report(field, "eligible", field.answered(jpeg()))
    decide(field, result, "office1", seen=True)
    assert state_of(result)[0] == "accepted"


def by_office1(field: Fieldwork, outcome: str, **more: Any) -> Result:
    """Let office1 report the visit too, which was once his or hers."""
    visit = db.session.get_one(Visit, field.visit_id)
    office = field.city.accounts["office1"].id
    remove_from_phone(visit=visit, worker_id=office, reason="reassigned")
    db.session.commit()
    phone = enrolled(field.client, field.city, "office1")
    body = phone.result(field.visit_id, outcome, **more) | {"decided_at": rfc3339(clock.now())}
    assert phone.post("/results", body).status_code in {201, 409}
    db.session.rollback()
    return db.session.get_one(Result, UUID(body["result_id"]))


@pytest.mark.parametrize("decision", [Decision.ACCEPT, Decision.RETURN, Decision.ASK_AGAIN])
def test_whoever_reported_the_visit_too_settles_no_rival(
    field: Fieldwork, decision: Decision
) -> None:
    first = report(field, "eligible", field.answered(jpeg()))
    by_office1(field, "refused", details={"words": "不愿配合"})
    with pytest.raises(Refusal, match="own_rival"):
        decide(field, first, "office1", decision=decision, words="另一份才对")
    db.session.rollback()
    assert not review.has_own_rival(field.city.actor("office2"), first)


def test_nobody_takes_over_an_own_correction_or_lifts_an_own_mark(field: Fieldwork) -> None:
    own = by_office1(field, "deceased", details=DEAD,
                     contact_changes=[{"field": "address", "value": "新小区8号楼"}])  # fmt: skip
    change = db.session.scalars(db.select(ContactChange).filter_by(result_id=own.id)).one()
    office1 = field.city.actor("office1")
    for accept in (True, False):
        with pytest.raises(Refusal, match="own_proposal"):
            contacts.decide_contact_change(actor=office1, change_id=change.id, accept=accept)
    decide(field, own, "office2", seen=None)
    with pytest.raises(Refusal, match="own_mark"):
        marks.lift(actor=office1, person_id=own.person_id, reason="弄错了")
    assert marks.lift(actor=field.city.actor("office2"), person_id=own.person_id, reason="弄错了")


def test_a_mark_that_was_lifted_comes_with_the_next_acceptance(field: Fieldwork) -> None:
    result = report(field, "deceased", details=DEAD)
    decide(field, result, "office1", seen=None)
    marks.lift(actor=field.city.actor("office2"), person_id=result.person_id, reason="人还在")
    db.session.commit()
    assert not marks.marks_of([result.person_id])
    take_back(field, result, "office2", "弄错了")
    decide(field, result, "office2", seen=None)
    assert set(marks.marks_of([result.person_id])) == {result.person_id}
    marks.lift(actor=field.city.actor("office1"), person_id=result.person_id, reason="人还在")
    assert not marks.marks_of([result.person_id])


def next_visit(field: Fieldwork, worker: str = "worker1") -> Fieldwork:
    person_id = db.session.get_one(Visit, field.visit_id).person_id
    (visit,) = visits.make_visits(
        actor=field.city.actor("office1"), person_ids=[person_id], due_on=clock.now().date(),
        worker_id=field.city.accounts[worker].id,
    )  # fmt: skip
    db.session.commit()
    return Fieldwork(field.client, field.city, field.phone, visit.id, visit.subject_ref)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_no_portrait_comes_back_whose_acceptance_was_taken_back(
    field: Fieldwork, order: tuple[int, int]
) -> None:
    first = report(field, "eligible", field.answered(jpeg(7)))
    decide(field, first, "office1")
    again = next_visit(field)
    second = report(again, "eligible", again.answered(jpeg(9)))
    decide(field, second, "office1")
    for number in order:
        take_back(field, (first, second)[number], "office2", "照片不实")
    assert state_of(second)[3] is None
    assert_sound()


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.ASK_AGAIN])
def test_a_visit_is_not_opened_again_beside_another(field: Fieldwork, decision: Decision) -> None:
    first = report(field, "eligible", field.answered(jpeg(7)))
    decide(field, first, "office1")
    other = next_visit(field, "worker2")
    take_back(field, first, "office2", "照片不实")
    with pytest.raises(Refusal, match="other_visit_open"):
        decide(field, first, "office2", decision=decision, words="请再去一次")
    db.session.rollback()
    visits.cancel(actor=field.city.actor("office1"), visit_ids=[other.visit_id], reason="重复")
    db.session.commit()
    decide(field, first, "office2", decision=decision, words="请再去一次")
    assert state_of(first)[2] in {"assigned", "returned"}


def test_a_stale_form_that_says_something_else_is_not_swallowed(field: Fieldwork, sit: Sit) -> None:
    result = report(field, "eligible", field.answered(jpeg()))
    office, path = sit("office1"), f"/review/{result.id}/decision"
    first = {"decision": "accept", "code_seen": "0", "words": "看不清"}
    office.post(path, first)
    office.post(path, first)  # The same form again simply leads on.
    told = office.post(path, {"decision": "accept", "code_seen": "1"}, status=409)
    assert "您已经审核过" in told.text
    told = office.post(path, first | {"words": "看清了"}, status=409)
    assert "您已经审核过" in told.text


def test_every_attempt_of_the_visit_is_before_the_reviewer(field: Fieldwork) -> None:
    """Fifty later ones, by the phone's own time, hide none."""
    visit = db.session.get_one(Visit, field.visit_id)
    worker = field.city.accounts["worker1"].id
    for hours in range(60):
        db.session.add(Attempt(
            id=uuid7(), visit_id=visit.id, worker_id=worker, met="nobody_home", note=f"第{hours}次",
            started_at=clock.now() - timedelta(hours=hours),
        ))  # fmt: skip
    db.session.commit()
    result = report(field, "deceased", details=DEAD)
    shown = case_of(result)
    assert {attempt.note for attempt in shown.attempts} == {f"第{n}次" for n in range(60)}
    assert not shown.has_older_attempts


def test_the_office_s_notices_are_never_cut(city: City, sit: Sit) -> None:
    """Thirty accounts with given passwords opened later do not push one off the list."""
    given = db.session.get_one(Account, city.accounts["worker1"].id)
    given.password_given_at = clock.now() - timedelta(days=2)
    for n in range(30):
        made = add_account(f"extra{n}", Role.WORKER, city.areas["a1"])
        made.password_given_at = clock.now()
        for later in (0, 1):
            db.session.add(Device(
                kid=f"{n:02}{later}" + "k" * 40, account_id=made.id, name="x", public_jwk={},
                token_hash=f"{n:02}{later}".encode() * 8, enrolled_at=clock.now(), enrolled_index=0,
                confirmed_at=None if later else clock.now(), confirmed_by=made.id,
            ))  # fmt: skip
    db.session.add(Device(
        kid="z" * 43, account_id=given.id, name="最早的", public_jwk={}, token_hash=b"z" * 32,
        enrolled_at=clock.now() - timedelta(days=2), enrolled_index=0,
    ))  # fmt: skip
    db.session.commit()
    page = sit("office1").get("/today").text
    assert page.count("测试worker1") >= 2
    assert "最早的" in page


def test_an_auditor_is_told_that_more_people_fit(city: City, sit: Sit) -> None:
    for n in range(25):
        add_person(f"赵{n}", city.areas["a11"], sequence=100 + n)
    db.session.commit()
    auditor = sit("auditor1")
    fields = {"list": "/audit/looks", "search": "赵"}
    told = auditor.post("/look-up", fields).text
    assert "这里只查了前 20 个" in told
    assert "没有人看过" not in told.replace("查到的这些人，没有人看过", "")


def test_a_district_s_city_account_changes_no_area_outside_it(city: City, sit: Sit) -> None:
    city.accounts["city9"] = add_account("city9", Role.CITY, city.areas["a"])
    db.session.commit()
    desk, inside, outside = sit("city9"), city.areas["a1"], city.areas["b1"]
    for path, form in (
        (f"/areas/{outside.id}/parent", {"new_parent_id": str(city.areas["a"].id)}),
        (f"/areas/{inside.id}/parent", {"new_parent_id": str(city.areas["b"].id)}),
        (f"/areas/{outside.id}/name", {"new_name": "别处"}),
        (f"/areas/{outside.id}/aliases", {"alias": "别名"}),
        (f"/areas/{outside.id}/removal", {}),
        ("/areas", {"parent_id": str(outside.id), "name": "新社区"}),
    ):
        desk.post(path, form, status=404)
    desk.post("/areas", {"parent_id": str(inside.id), "name": "新社区"})
    assert "新社区" in desk.get(f"/areas?area={inside.id}").text


def test_no_area_s_id_is_given_twice(city: City, sit: Sit) -> None:
    admin, ids = sit("admin"), []
    for name in ("临时社区", "另一社区"):
        admin.post("/areas", {"parent_id": str(city.areas["a1"].id), "name": name})
        ids.append(db.session.scalars(db.select(Area.id).filter_by(name=name)).one())
        admin.post(f"/areas/{ids[-1]}/removal")
    assert ids[0] < ids[1]


CONTROLS = ["\0", "\x07", "\x1b", "\x7f", "\x85"]


@pytest.mark.parametrize("sign", CONTROLS)
def test_control_signs_are_refused_in_one_sentence_everywhere(
    app: APIFlask, city: City, sit: Sit, sign: str
) -> None:
    area, visit = str(city.areas["a1"].id), city.visits[0].id
    said = "看不见的控制字符"
    admin, office = sit("admin"), sit("office1")
    account = {"name": "新人", "role": "worker", "area_id": area}
    for desk, path, form in (
        (admin, "/areas", {"parent_id": area, "name": f"甲{sign}"}),
        (admin, "/accounts", account | {"username": f"a{sign}"}),
        (office, "/visits/cancellation", {"visit_id": str(visit), "reason": f"a{sign}b"}),
        (office, "/look-up", {"list": "/roster", "search": f"a{sign}b"}),
        (office, "/sign-in", {"username": f"a{sign}b", "password": "x"}),
    ):
        assert said in desk.post(path, form, status=422).text, path
    odd = quote(sign)
    for path in (f"/archive?outcome={odd}", f"/visits?status={odd}", f"/review?after={odd}"):
        assert said in office.get(path, status=422).text, path
    assert office.get("/today").text, "the session goes on"
    long = account | {"username": "a" * 65}
    assert "用户名最多 64 个字" in admin.post("/accounts", long, status=422).text


def test_tabs_and_line_breaks_are_words(city: City, sit: Sit) -> None:
    form = {"visit_id": str(city.visits[0].id), "reason": "第一行\r\n\t第二行"}
    sit("office1").post("/visits/cancellation", form)


def test_a_session_with_a_nul_begins_anew(app: APIFlask, city: City) -> None:
    """A cookie of an earlier version that quotes what somebody had typed."""
    client = app.test_client()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    client.set_cookie("session", signer.dumps({"_flashes": [("good", "已增加a\0b")]}))
    assert client.get("/sign-in").status_code == 200
