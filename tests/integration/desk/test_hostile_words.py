"""59: words from phones, files and workbooks are shown as words, never run."""

from typing import Any

import pytest

from tests.builders import City
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_capture, add_result
from webapp.extensions import db
from webapp.visits.models import Result

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
# As much of it as a code may be long.
EVIL_CODE = EVIL[:40]


@pytest.fixture
def evil(city: City) -> Result:
    """A case in which everything that somebody outside can write is hostile."""
    visit = city.visits[0]
    visit.person.name = visit.person.address = city.accounts["worker1"].name = EVIL
    flags: list[dict[str, Any]] = [
        {"code": "phone_note", "weight": 1, "facts": {"note": EVIL}},
        {"code": EVIL_CODE, "weight": 1, "facts": {}},
    ]
    capture = add_capture(city, visit, "worker1", flags=flags)
    capture.media[0].inspection = {"taken": EVIL, "lat": EVIL, "make": EVIL}
    details = {"words": EVIL, EVIL: EVIL, "list": [EVIL], "object": {EVIL: EVIL}}
    made = add_result(city, visit, "worker1", capture, details=details, note=EVIL)
    db.session.commit()
    return made


@pytest.mark.parametrize(
    "path",
    ["/review", "/review/{result}", "/archive", "/archive/{result}", "/people/{person}",
     "/awaited-files", "/visits", "/map"],
)  # fmt: skip
def test_59_hostile_words_are_only_words(sit: Sit, evil: Result, path: str) -> None:
    page = sit("office1").get(path.format(result=evil.id, person=evil.person_id))
    for tag in ("<script>alert", "<img src=x"):
        assert tag not in page.response.text
