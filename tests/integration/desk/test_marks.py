"""Who was found dead, in custody or abroad is marked at once and not sent another worker."""

from datetime import timedelta

import pytest

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_result
from webapp import calendar, clock
from webapp.evidence.review import review, taking_back
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.visits import marks, people_queries
from webapp.visits import service as visits
from webapp.visits.models import Result, Visit
from webapp.visits.people_queries import PeopleFilter

DETAILS = {
    "deceased": {"date": "2026-10-01", "source": "relative"},
    "imprisoned": {"place": "某监狱"}, "emigrated": {"country": "测试国"},
}  # fmt: skip


def accepted(city: City, outcome: str) -> Result:
    result = add_result(city, city.visits[0], "worker1", outcome=outcome,
                        details=DETAILS.get(outcome, {}))  # fmt: skip
    review.decide(actor=city.actor("office1"), result_id=result.id, words="",
                  decision=review.Decision.ACCEPT, code_seen=None)  # fmt: skip
    db.session.commit()
    return result


def dispatch(city: City, result: Result) -> list[Visit]:
    made = visits.make_visits(
        actor=city.actor("office1"), person_ids=[result.person_id],
        due_on=clock.now().date() + timedelta(days=3),
    )  # fmt: skip
    db.session.commit()
    return made


def without_visit() -> set[object]:
    chosen = PeopleFilter("/", without_visit=True)
    return set(people_queries.ids_of(chosen=chosen, today=calendar.today()))


@pytest.mark.parametrize("outcome", DETAILS)
def test_a_lost_person_is_not_dispatched_until_the_acceptance_is_taken_back(
    city: City, outcome: str
) -> None:
    result = accepted(city, outcome)
    assert marks.marks_of([result.person_id])[result.person_id].id == result.id
    assert dispatch(city, result) == []
    taking_back.take_back(actor=city.actor("office1"), result_id=result.id, reason="")
    db.session.commit()
    assert marks.marks_of([result.person_id]) == {}


def test_an_open_visit_of_a_lost_person_is_given_to_nobody(city: City) -> None:
    result = accepted(city, "deceased")
    result.visit.status = "planned"
    db.session.commit()
    with pytest.raises(Refusal, match="person_marked"):
        visits.assign(actor=city.actor("office1"), visit_ids=[result.visit_id],
                      worker_id=city.accounts["worker1"].id)  # fmt: skip


def test_a_mark_is_lifted_with_a_reason_that_the_journal_keeps(city: City, sit: Sit) -> None:
    result = accepted(city, "deceased")
    office, path = sit("office1"), f"/people/{result.person_id}"
    assert "不再派发走访" in office.get(path).text
    assert "请写明为什么" in office.post(f"{path}/mark", {"reason": " "}, status=422).text
    page = office.post(f"{path}/mark", {"reason": "名册显示仍健在"})
    assert "已解除标记" in page.text
    assert "不再派发走访" not in office.get(path).text
    assert len(dispatch(city, result)) == 1
    corrections = [f for f in verify_all().findings if f.object.startswith("correction")]
    assert corrections == []


def test_the_office_to_which_a_person_moved_lifts_the_mark(city: City, sit: Sit) -> None:
    result = accepted(city, "deceased")
    elsewhere = city.areas["b1"]
    result.person.area_id, result.person.area_path = elsewhere.id, elsewhere.path
    db.session.commit()
    with pytest.raises(Refusal, match="not_found"):
        marks.lift(actor=city.actor("office1"), person_id=result.person_id, reason="看错了")
    db.session.rollback()
    page = sit("office9").post(f"/people/{result.person_id}/mark", {"reason": "名册显示仍健在"})
    assert "已解除标记" in page.text


def test_who_was_verified_this_year_is_no_longer_without_a_visit(city: City) -> None:
    person_id = city.visits[0].person_id
    city.visits[0].status = "cancelled"
    db.session.commit()
    assert person_id in without_visit()
    result = add_result(city, city.visits[0], "worker1", outcome="eligible", state="accepted")
    result.visit.status = "accepted"
    db.session.commit()
    assert person_id not in without_visit()
    result.outcome = "unreachable"
    db.session.commit()
    assert person_id in without_visit(), "nobody has seen the person yet"
    result.outcome = "in_care"
    db.session.commit()
    assert person_id not in without_visit()
    result.received_at = clock.now() - timedelta(days=400)
    db.session.commit()
    assert person_id in without_visit()
