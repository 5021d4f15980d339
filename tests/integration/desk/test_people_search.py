"""The same typed words find the same people on every list that can be searched."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.builders import City, add_person
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.desk.pages import Desk
from webapp import sealing
from webapp.extensions import db
from webapp.roster.models import Person
from webapp.roster.people_search import FEW_PEOPLE
from webapp.visits import service as visits

FIRST, SECOND = {0}, {1}
WHO_IS_FOUND = [
    ("测试1号", FIRST), ("测试", {0, 1}), ("测试１号", FIRST), (" 测试1号 ", FIRST),
    ("小区2号楼1单元", SECOND), ("小区２号楼1单元", SECOND),
    ("没有这个人", set()), ("%", set()), ("_", set()),
    ("{number}", FIRST), ("{number:wide}", FIRST), ("{number:spaced}", FIRST),
    ("{number:part}", set()),
    ("13900000001", FIRST), ("１３９０００００００２", SECOND), ("139 0000 0001", FIRST),
    ("139-0000-0002", SECOND), ("+86 13900000001", FIRST), ("1390000000", set()),
]  # fmt: skip
PAGES = ("/roster", "/visits", "/visits/new", "/archive", "/audit/looks")


@dataclass(frozen=True)
class Number:
    """A person's number in the shapes in which it is typed."""

    plain: str

    def __format__(self, shape: str) -> str:
        return {
            "": self.plain,
            "wide": "".join(chr(ord(sign) + 0xFEE0) for sign in self.plain),
            "spaced": f"{self.plain[:6]} {self.plain[6:14]} {self.plain[14:]}",
            "part": self.plain[:-1],
        }[shape]


@pytest.fixture
def desks(sit: Sit) -> dict[str, Desk]:
    return {page: sit("auditor1" if page == "/audit/looks" else "office1") for page in PAGES}


@pytest.fixture
def people(sit: Sit, city: City) -> Sequence[Person]:
    """Two people with a visit, a result and a look, who stand on every one of the pages."""
    office = sit("office1")
    for visit in city.visits[:2]:
        office.post(f"/people/{visit.person_id}/number")
        add_result(city, visit, "worker1", add_capture(city, visit, "worker1"), state="accepted")
    return city.people[:2]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("typed", "found"), WHO_IS_FOUND)
def test_typed_words_find_the_same_people_everywhere(
    desks: dict[str, Desk], people: Sequence[Person], page: str, typed: str, found: set[int]
) -> None:
    words = typed.format(number=Number(sealing.unseal(people[0].number_sealed)))
    shown = desks[page].post("/look-up", {"list": page, "search": words})
    rows = " ".join("".join(row.itertext()) for row in shown.all("tr"))
    assert {at for at, person in enumerate(people) if person.name in rows} == found


def test_many_who_are_meant_still_fill_a_list(sit: Sit, city: City) -> None:
    """Beyond a few people the rows are read first; whom they are of is asked row by row."""
    several = [add_person("同名", city.areas["a11"], 100 + n) for n in range(FEW_PEOPLE + 1)]
    made = visits.make_visits(
        actor=city.actor("office1"), person_ids=[several[-1].id], due_on=city.visits[0].due_on,
        worker_id=city.accounts["worker1"].id,
    )  # fmt: skip
    db.session.commit()
    page = sit("office1").get("/visits?search=同名")
    ticks = [e.get("value") for e in page.all("input") if e.get("name") == "visit_id"]
    assert ticks == [str(made[0].id)]
