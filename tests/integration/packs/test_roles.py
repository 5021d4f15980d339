"""What a phone is told depends on whose it is."""

from flask.testing import FlaskClient

from tests.builders import City
from tests.phones import enrolled
from webapp.calendar import today
from webapp.extensions import db
from webapp.people.models import Account
from webapp.visits import occasions, service
from webapp.visits.kinds import OccasionKind


def give(city: City, username: str) -> None:
    service.assign(actor=city.actor("office1"), visit_ids=[city.visits[0].id],
                   worker_id=city.accounts[username].id)  # fmt: skip
    db.session.commit()


def test_a_volunteer_is_told_no_number_no_benefit_and_no_case(
    client: FlaskClient, city: City
) -> None:
    give(city, "volunteer1")
    ends = city.people[0].masked_number.rpartition("*")[2]
    answer = enrolled(client, city, "volunteer1").get("/pack")
    [person] = answer.get_json()["people"]
    assert (person["name"], person["masked_number"]) == (city.people[0].name, "")
    for word in (ends, "370399", "benefit", "retiree", "case"):
        assert word not in answer.text


def test_a_phone_forgets_what_its_role_is_told_no_longer(client: FlaskClient, city: City) -> None:
    """A worker becomes a volunteer: the list begins anew, and every person is told again."""
    phone = enrolled(client, city)
    first = phone.get("/pack").get_json()
    assert all(person["masked_number"] for person in first["people"])
    db.session.get_one(Account, city.accounts["worker1"].id).role = "volunteer"
    db.session.commit()
    again = phone.get(f"/pack?cursor={first['cursor']}").get_json()
    assert again["anew"]
    assert {person["masked_number"] for person in again["people"]} == {""}
    assert len(again["people"]) == len(first["people"])
    later = phone.get(f"/pack?cursor={again['cursor']}").get_json()
    assert (later["anew"], later["people"], later["codes"]) == (False, [], None)


def test_a_visit_tells_its_occasion(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    before = phone.get("/pack").get_json()
    assert before["occasions"] == []
    made = occasions.open_occasion(
        actor=city.actor("office1"), kind=OccasionKind.GROUP_DAY, place="社区活动室",
        held_on=today(), area_id=city.areas["a1"].id,
    )  # fmt: skip
    occasions.add_visits(
        actor=city.actor("office1"), occasion_id=made.id, visit_ids=[city.visits[0].id]
    )
    db.session.commit()
    page = phone.get(f"/pack?cursor={before['cursor']}").get_json()
    assert [visit["occasion_id"] for visit in page["visits"]] == [str(made.id)]
    assert page["occasions"] == [{
        "occasion_id": str(made.id), "kind": "group_day", "place": "社区活动室",
        "held_on": today().isoformat(),
    }]  # fmt: skip
