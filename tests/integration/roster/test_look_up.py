"""A full number never stands in an address."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.builders import PASSWORD, City
from webapp import sealing
from webapp.extensions import db
from webapp.roster.look_up import LISTS


@pytest.fixture
def office(app: APIFlask, client: FlaskClient, city: City) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    client.post("/sign-in", data={"username": "office1", "password": PASSWORD})
    return client


@pytest.fixture
def reader(office: FlaskClient, city: City, target: str) -> FlaskClient:
    """Somebody who may read the list: the access log is the auditor's alone."""
    if target == "/audit/looks":
        for person in city.people[:2]:
            office.post(f"/people/{person.id}/number")
        office.post("/sign-out")
        office.post("/sign-in", data={"username": "auditor1", "password": PASSWORD})
    return office


@pytest.mark.parametrize("target", LISTS)
def test_a_number_travels_sealed_and_finds_its_person(
    reader: FlaskClient, city: City, target: str
) -> None:
    number = sealing.unseal(city.people[0].number_sealed)
    led = reader.post("/look-up", data={"list": target, "search": number, "status": ""})

    assert led.status_code == 303
    assert number not in led.headers["Location"]
    page = reader.get(led.headers["Location"])
    assert page.status_code == 200
    if target != "/archive":
        assert city.people[0].name in page.text
        assert city.people[1].name not in page.text


@pytest.mark.parametrize("target", LISTS)
def test_a_plain_number_in_an_address_is_refused(
    reader: FlaskClient, city: City, target: str
) -> None:
    number = sealing.unseal(city.people[0].number_sealed)
    assert reader.get(f"{target}?search={number}").status_code == 422


def test_names_stay_readable_and_foreign_lists_are_unknown(office: FlaskClient) -> None:
    led = office.post("/look-up", data={"list": "/roster", "search": "王", "kind": "retiree"})
    assert led.headers["Location"] == "/roster?kind=retiree&search=%E7%8E%8B"
    assert office.post("/look-up", data={"list": "https://x.example"}).status_code == 404
    assert office.get("/roster?search=~broken").status_code == 200


def test_the_list_is_narrowed_by_what_was_reported_of_a_benefit(
    office: FlaskClient, city: City
) -> None:
    first, second = city.people[:2]
    first.benefits[0].reported_status = "suspended"
    db.session.commit()
    for status, seen, hidden in (("suspended", first, second), ("normal", second, first)):
        page = office.get(f"/roster?status={status}").text
        assert seen.name in page
        assert f"{hidden.name}</a>" not in page
    assert "已暂停" in office.get(f"/roster?search={first.name}").text
