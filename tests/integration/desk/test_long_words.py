"""What people type is taken whole or refused with both lengths, and stays in the form."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.desk.pages import Desk
from tests.integration.desk.test_marks import accepted
from webapp.areas.models import AreaAlias
from webapp.evidence.models import Review
from webapp.extensions import db
from webapp.free_text import LONGEST
from webapp.visits.models import Correction, Visit, VisitTermChange

LONG, WORDS = "长" * (LONGEST + 1), "最多写 2000 个字，您写了 2001 个"
Form = tuple[str, dict[str, Any]]


@pytest.fixture
def office(sit: Sit) -> Desk:
    return sit("office1")


def counts() -> list[int]:
    db.session.expire_all()
    tables: tuple[Any, ...] = (Review, Correction, VisitTermChange)
    return [len(db.session.scalars(db.select(table)).all()) for table in tables]


def decision(city: City) -> Form:
    visit = city.visits[0]
    result = add_result(city, visit, "worker1", add_capture(city, visit, "worker1"))
    return f"/review/{result.id}/decision", {"decision": "return", "words": LONG}


def taking_back(city: City) -> Form:
    return f"/review/{accepted(city, 'deceased').id}/take-back", {"reason": LONG}


def lifting(city: City) -> Form:
    return f"/people/{accepted(city, 'deceased').person_id}/mark", {"reason": LONG}


def note(city: City) -> Form:
    return f"/visits/{city.visits[0].id}/schedule", {"due_on": "2031-01-31", "note": LONG}


def cancellation(city: City) -> Form:
    return "/visits/cancellation", {"visit_id": str(city.visits[0].id), "reason": LONG}


def one_cancellation(city: City) -> Form:
    path, form = cancellation(city)
    return path, form | {"back": f"/visits/{city.visits[0].id}"}


@pytest.mark.parametrize(
    "form_of", [decision, taking_back, lifting, note, cancellation, one_cancellation]
)
def test_longer_words_are_refused_and_stay_in_the_form(
    city: City, sit: Sit, form_of: Callable[[City], Form]
) -> None:
    path, form = form_of(city)
    before = counts()
    page = sit("agency2" if form_of is taking_back else "office1").post(path, form, status=422)
    assert WORDS in page.text
    typed = [e.get("value") for e in page.all("input")] + [e.text for e in page.all("textarea")]
    assert LONG in typed
    assert counts() == before
    assert "cancelled" not in {visit.status for visit in db.session.scalars(db.select(Visit))}


def test_the_longest_words_are_kept_whole_and_a_new_line_counts_once(
    city: City, office: Desk
) -> None:
    visit_id, words = city.visits[0].id, "长" * 1000 + "\r\n" + "长" * 999
    office.post("/visits/cancellation", {"visit_id": str(visit_id), "reason": words})
    db.session.expire_all()
    kept = db.session.get_one(Visit, visit_id).cancelled_reason
    assert kept == words.replace("\r\n", "\n")
    assert len(kept) == LONGEST


def test_a_name_of_an_area_is_never_cut(city: City, sit: Sit) -> None:
    path = f"/areas/{city.areas['a12'].id}/aliases"
    page = sit("admin").post(path, {"alias": "长" * 101}, status=422)
    assert "最多写 100 个字，您写了 101 个" in page.text
    assert db.session.scalars(db.select(AreaAlias)).all() == []
