"""Visits of every kind: one open for each purpose, two reviewers where the proof is weak."""

from datetime import timedelta

import pytest

from tests.builders import City
from tests.integration.desk.fieldcase import add_capture, add_result
from webapp import clock
from webapp.evidence.flags import flagging
from webapp.evidence.models import RaisedFlag
from webapp.evidence.review import review
from webapp.extensions import db
from webapp.visits import service
from webapp.visits.kinds import VisitKind
from webapp.visits.models import Visit


def made(city: City, kind: VisitKind) -> list[Visit]:
    """Make a visit of a kind to somebody who has an open one at home."""
    return service.make_visits(
        actor=city.actor("office1"), person_ids=[city.people[0].id], kind=kind,
        due_on=clock.now().date() + timedelta(days=3), worker_id=city.accounts["worker1"].id,
    )  # fmt: skip


@pytest.mark.parametrize("kind", VisitKind)
def test_of_each_purpose_one_visit_is_open(city: City, kind: VisitKind) -> None:
    is_care = kind is VisitKind.PAIRING
    assert [visit.kind for visit in made(city, kind)] == ([kind.value] if is_care else [])
    assert made(city, kind) == []


def test_a_visit_is_opened_again_beside_one_of_another_purpose(city: City) -> None:
    visit = city.visits[0]
    result = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    assert made(city, VisitKind.PAIRING) != []
    decided = review.decide(actor=city.actor("office1"), result_id=result.id, code_seen=None,
                            decision=review.Decision.ASK_AGAIN, words="")  # fmt: skip
    assert (decided.decision, visit.status) == ("ask_again", "assigned")


@pytest.mark.parametrize(("kind", "state"), [("home", "accepted"), ("proxy", "awaiting_second")])
def test_two_people_accept_what_others_handed_in(city: City, kind: str, state: str) -> None:
    visit = city.visits[0]
    visit.kind = kind
    captures = [add_capture(city, visit, "worker1", kind="document") for _ in range(3)]
    captures += [add_capture(city, visit, "worker1")]
    result = add_result(city, visit, "worker1", *captures)
    flagging.flag_result(result, captures)
    db.session.flush()

    review.decide(actor=city.actor("office1"), result_id=result.id, code_seen=True,
                  decision=review.Decision.ACCEPT, words="看清了")  # fmt: skip

    flags = set(db.session.scalars(db.select(RaisedFlag.code).filter_by(result_id=result.id)))
    assert (result.state, "weaker_proof" in flags) == (state, kind == "proxy")
