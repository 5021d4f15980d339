"""People of whom only the street is known are found, and put into their community (kind 45)."""

from uuid import uuid4

import pytest
from apiflask import APIFlask

from tests.builders import add_person
from tests.integration.desk.pages import Desk, forget_request
from tests.integration.roster.test_desk import seated
from webapp.access.rules import Role
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.roster.models import Person

LIST = "/roster?unplaced=1"


def area_named(name: str, within: str = "/") -> Area:
    query = db.select(Area).where(Area.name == name, Area.path.startswith(within))
    return db.session.scalars(query.order_by(Area.path)).first()  # type: ignore[return-value]


@pytest.fixture
def street(empty_city: None) -> Area:
    return area_named("科苑街道")


@pytest.fixture
def community(street: Area) -> Area:
    return area_named("沁园社区", street.path)


@pytest.fixture
def office(app: APIFlask, street: Area) -> Desk:
    return seated(app, "keyuan", Role.OFFICE_MANAGER, "科苑街道")


@pytest.fixture
def people(street: Area, community: Area) -> dict[str, Person]:
    made = {"loose": add_person("王秀英", street, 1),
            "placed": add_person("李桂兰", community, 2),
            "foreign": add_person("张德明", area_named("和平街道"), 3)}  # fmt: skip
    db.session.commit()
    return made


def test_those_without_a_community_are_listed_and_placed(
    office: Desk, people: dict[str, Person], community: Area
) -> None:
    page = office.get(LIST)
    boxes = [box.get("value") for box in page.all("input") if box.get("name") == "person_id"]
    assert boxes == [str(people["loose"].id)]

    said = office.post("/roster/placements?unplaced=1", {
        "person_id": str(people["loose"].id), "area_id": str(community.id)})  # fmt: skip

    assert "已把 1 人放到社区" in said.text
    forget_request()
    db.session.expire_all()
    assert people["loose"].area_path == community.path
    assert not [box for box in office.get(LIST).all("input") if box.get("name") == "person_id"]


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({}, 422, "请先选人"),
        ({"person_id": "loose"}, 422, "请选择社区"),
        ({"person_id": "loose", "area_id": "street"}, 404, "没有找到"),
        ({"person_id": "foreign", "area_id": "community"}, 404, "没有找到"),
        ({"person_id": "nobody", "area_id": "community"}, 404, "没有找到"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_moves(
    office: Desk, people: dict[str, Person], street: Area, community: Area,
    form: dict[str, str], status: int, words: str,
) -> None:  # fmt: skip
    ids = {name: str(person.id) for name, person in people.items()} | {
        "street": str(street.id), "community": str(community.id), "nobody": str(uuid4()),
    }  # fmt: skip
    before = {name: person.area_path for name, person in people.items()}
    sent = {key: ids[value] for key, value in form.items()}
    assert words in office.post("/roster/placements?unplaced=1", sent, status=status).text
    forget_request()
    db.session.expire_all()
    assert {name: person.area_path for name, person in people.items()} == before
