"""An office makes visits, moves and cancels them; phones hear of it."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.builders import City, add_person
from tests.phones import enrolled
from webapp.extensions import db
from webapp.packs import changes
from webapp.refusals import Refusal
from webapp.roster.signals import people_changed
from webapp.visits import service
from webapp.visits.models import Visit


def test_a_pack_holds_what_a_visit_needs_and_no_full_number(
    client: FlaskClient, city: City
) -> None:
    pack = enrolled(client, city).get("/pack").get_json()

    assert [v["status"] for v in pack["visits"]] == ["assigned"] * 3
    person = pack["people"][0]
    assert person["masked_number"].startswith("370399********")
    assert person["phones"] == ["13900000001"] or person["phones"][0].startswith("139")
    assert "number" not in person
    assert pack["checkpoint"].startswith("anzai")
    assert {o["code"] for o in pack["codes"]["outcomes"]} >= {"eligible", "unreachable"}


def test_the_next_pack_without_change_is_small(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    cursor = phone.get("/pack").get_json()["cursor"]
    answer = phone.get(f"/pack?cursor={cursor}")

    assert answer.get_json()["visits"] == []
    assert (answer.get_json()["codes"], answer.get_json()["settings"]) == (None, None)
    assert len(answer.data) <= 2000


def test_a_moved_visit_leaves_one_phone_and_reaches_the_other(
    client: FlaskClient, city: City
) -> None:
    first, second = enrolled(client, city), enrolled(client, city, "worker2")
    cursors = [phone.get("/pack").get_json()["cursor"] for phone in (first, second)]
    visit = city.visits[0]
    service.assign(actor=city.actor("office1"), visit_ids=[visit.id],
                   worker_id=city.accounts["worker2"].id)  # fmt: skip
    db.session.commit()

    gone = first.get(f"/pack?cursor={cursors[0]}").get_json()
    come = second.get(f"/pack?cursor={cursors[1]}").get_json()
    assert gone["removed"] == [{"visit_id": str(visit.id), "reason": "reassigned"}]
    assert [v["visit_id"] for v in come["visits"]] == [str(visit.id)]


def test_a_visit_moved_away_and_back_is_not_removed(client: FlaskClient, city: City) -> None:
    phone = enrolled(client, city)
    cursor = phone.get("/pack").get_json()["cursor"]
    visit = city.visits[0]
    for name in ("worker2", "worker1"):
        service.assign(actor=city.actor("office1"), visit_ids=[visit.id],
                       worker_id=city.accounts[name].id)  # fmt: skip
    db.session.commit()

    pack = phone.get(f"/pack?cursor={cursor}").get_json()
    assert pack["removed"] == []
    assert [v["visit_id"] for v in pack["visits"]] == [str(visit.id)]


def test_a_cancelled_visit_needs_a_reason_and_leaves_the_phone(
    client: FlaskClient, city: City
) -> None:
    phone = enrolled(client, city)
    cursor = phone.get("/pack").get_json()["cursor"]
    office, visit = city.actor("office1"), city.visits[0]
    with pytest.raises(Refusal, match="reason_missing"):
        service.cancel(actor=office, visit_ids=[visit.id], reason="  ")
    service.cancel(actor=office, visit_ids=[visit.id], reason="已在窗口办理")
    db.session.commit()

    removed = phone.get(f"/pack?cursor={cursor}").get_json()["removed"]
    assert removed == [{"visit_id": str(visit.id), "reason": "cancelled"}]


def test_pages_of_a_long_pack_join_without_gap_or_double(client: FlaskClient, city: City) -> None:
    people = [add_person(f"甲{n}", city.areas["a11"], 100 + n) for n in range(620)]
    for start in range(0, 620, 31):
        service.make_visits(
            actor=city.actor("office1"), person_ids=[p.id for p in people[start : start + 31]],
            due_on=date(2027, 3, 1), worker_id=city.accounts["worker1"].id,
        )  # fmt: skip
    db.session.commit()
    phone, seen, cursor, pages = enrolled(client, city), [], "", 0
    while True:
        page = phone.get(f"/pack?cursor={cursor}").get_json()
        seen += [visit["visit_id"] for visit in page["visits"]]
        cursor, pages = page["cursor"], pages + 1
        if page["next"] is None:
            break

    assert pages == 2
    assert len(seen) == len(set(seen)) == 623


def test_nobody_dispatches_into_another_area(city: City) -> None:
    foreign = city.people[4]
    with pytest.raises(Refusal) as refused:
        service.make_visits(actor=city.actor("office1"), person_ids=[foreign.id],
                            due_on=date(2027, 3, 1))  # fmt: skip
    assert refused.value.status == 404
    with pytest.raises(Refusal):
        service.assign(actor=city.actor("office9"), visit_ids=[city.visits[0].id],
                       worker_id=city.accounts["worker9"].id)  # fmt: skip


def test_a_person_with_an_open_visit_gets_no_second_one(city: City) -> None:
    made = service.make_visits(actor=city.actor("office1"), due_on=date(2027, 3, 1),
                               person_ids=[person.id for person in city.people[:4]])  # fmt: skip

    assert [visit.person_id for visit in made] == [city.people[3].id]
    assert db.session.scalar(db.select(db.func.count(Visit.id))) == 5


def test_a_worker_of_another_community_is_refused(city: City) -> None:
    made = service.make_visits(actor=city.actor("office1"), due_on=date(2027, 3, 1),
                               person_ids=[city.people[3].id])  # fmt: skip
    with pytest.raises(Refusal, match="worker_elsewhere"):
        service.assign(actor=city.actor("office1"), visit_ids=[made[0].id],
                       worker_id=city.accounts["worker1"].id)  # fmt: skip


@pytest.mark.parametrize("cursor", ["x", "-1.abc", "1" * 40, "٣.a", "1.2.3" + "4" * 30])
def test_an_unknown_cursor_is_refused(client: FlaskClient, city: City, cursor: str) -> None:
    answer = enrolled(client, city).get(f"/pack?cursor={cursor}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_cursor")


def test_a_person_changed_by_an_import_reaches_the_phone_anew(
    client: FlaskClient, city: City
) -> None:
    phone = enrolled(client, city)
    cursor = phone.get("/pack").get_json()["cursor"]
    person, visit = city.people[0], city.visits[0]
    person.address, person.area_path = "新地址 9 号", city.areas["a12"].path
    people_changed.send(None, person_ids=[person.id])
    db.session.commit()

    pack = phone.get(f"/pack?cursor={cursor}").get_json()
    assert [p["address"] for p in pack["people"]] == ["新地址 9 号"]
    assert visit.area_path == city.areas["a12"].path


def test_a_cursor_of_another_history_begins_anew(client: FlaskClient, city: City) -> None:
    """A database that was set back gives out numbers again that phones have seen already."""
    phone = enrolled(client, city)
    first = phone.get("/pack").get_json()
    number, codes, history = first["cursor"].split(".")
    newest = changes.reached().change_no
    assert first["anew"]
    assert not phone.get(f"/pack?cursor={first['cursor']}").get_json()["anew"]
    beyond = f"{newest + 1}.{codes}.{history}"
    for foreign in (beyond, f"{number}.{codes}", f"{number}.{codes}.7"):
        page = phone.get(f"/pack?cursor={foreign}").get_json()
        assert (page["anew"], page["visits"]) == (True, first["visits"]), foreign
        assert page["cursor"] == first["cursor"]
    changes.begin_history()
    db.session.commit()
    after = phone.get(f"/pack?cursor={first['cursor']}").get_json()
    assert after["anew"]
    assert after["cursor"] != first["cursor"]
    for bad in ("x", "1.a.b", "1.a.2.3", "-1", "1." + "c" * 17, "9" * 19):
        assert phone.get(f"/pack?cursor={bad}").status_code == 422
