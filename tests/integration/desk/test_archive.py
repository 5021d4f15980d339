"""The archive, a person's page and the map of results."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from apiflask import APIFlask

from tests.builders import City, number_of
from tests.integration.desk.conftest import Sit
from tests.integration.desk.fieldcase import add_capture, add_result
from tests.integration.desk.pages import Desk, Page
from webapp import sealing
from webapp.evidence.models import Capture
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.roster.models import Contact, Person
from webapp.visits.models import Result

NIGHT = {"code": "night", "weight": 1, "facts": {"at": "22:10"}}


@pytest.fixture
def office(sit: Sit) -> Desk:
    return sit("office1")


@pytest.fixture
def kept(city: City) -> list[Result]:
    """An accepted result of last year, a waiting one of this year, and one next district."""
    old, new, foreign = city.visits[0], city.visits[1], city.visits[3]
    return [
        add_result(city, old, "worker1", add_capture(city, old, "worker1", flags=[NIGHT]),
                   state="accepted", received_at=datetime(2026, 3, 5, 2, tzinfo=UTC)),
        add_result(city, new, "worker2", add_capture(city, new, "worker2", state="committed"),
                   outcome="in_care", received_at=datetime(2027, 1, 12, 2, tzinfo=UTC)),
        add_result(city, foreign, "worker9", add_capture(city, foreign, "worker9")),
    ]  # fmt: skip


def cases(page: Page) -> set[str]:
    return {link.rsplit("/", 1)[1] for link in page.links() if link.startswith("/archive/")}


def test_the_archive_shows_the_area_newest_first(office: Desk, kept: list[Result]) -> None:
    page = office.get("/archive")
    links = [link for link in page.links() if link.startswith("/archive/")]
    assert links == [f"/archive/{kept[1].id}", f"/archive/{kept[0].id}"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=测试1号", {0}),
        ("search=测试5号", set()), ("outcome=in_care", {1}), ("state=accepted", {0}),
        ("flag=night", {0}), ("flag=picker", set()), ("unsent=1", {1}),
        ("since=2027-01-01", {1}), ("until=2026-03-05", {0}), ("until=2026-03-04", set()),
        ("area={a12}", set()), ("area={a11}", {0, 1}), ("worker={worker2}", {1}),
    ],
)  # fmt: skip
def test_the_archive_is_searched_by_everything(
    office: Desk, city: City, kept: list[Result], query: str, found: set[int]
) -> None:
    places = {name: area.id for name, area in city.areas.items()}
    query = query.format(**places, worker2=city.accounts["worker2"].id)
    assert cases(office.get(f"/archive?{query}")) == {str(kept[index].id) for index in found}


def test_a_number_is_found_whole_and_stands_in_no_address(office: Desk, kept: list[Result]) -> None:
    number = number_of(date(1950, 3, 5), 2)
    page = office.post("/look-up", {"list": "/archive", "search": number})
    assert cases(page) == {str(kept[1].id)}
    assert number not in page.response.request.full_path
    part = office.post("/look-up", {"list": "/archive", "search": number[:-1]})
    assert cases(part) == set()


@pytest.mark.parametrize("query", ["since=yesterday", "worker=x", "area=x", "after=!!"])
def test_a_damaged_address_is_answered_calmly(office: Desk, kept: list[Result], query: str) -> None:
    status = office.client.get(f"/archive?{query}").status_code
    assert status == {"since": 422, "worker": 404, "area": 404}.get(query.split("=")[0], 200)


def test_pages_of_the_archive_join(
    office: Desk, kept: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.http.keyset.PAGE", 1)
    first = office.get("/archive")
    following = next(e.get("href") for e in first.all("a") if e.get("rel") == "next")
    assert cases(first) | cases(office.get(following or "")) == {str(r.id) for r in kept[:2]}


def test_a_kept_case_is_shown_without_a_decision(office: Desk, kept: list[Result]) -> None:
    page = office.get(f"/archive/{kept[0].id}")
    assert not [e for e in page.all("button") if e.get("name") == "decision"]
    assert [link for link in page.links() if link.endswith("/original")]


def test_foreign_cases_and_people_are_not_found(office: Desk, kept: list[Result]) -> None:
    office.get(f"/archive/{kept[2].id}", status=404)
    office.get(f"/people/{kept[2].person_id}", status=404)
    office.post(f"/people/{kept[2].person_id}/number", status=404)
    office.post(f"/people/{kept[2].person_id}/phones", status=404)
    office.post(f"/archive/{kept[2].id}/package", status=404)
    office.get("/today")
    assert office.client.get(f"/results/{kept[2].id}/progress").status_code == 404


def test_the_city_sees_results_but_no_faces(sit: Sit, kept: list[Result]) -> None:
    page = sit("city1").get(f"/archive/{kept[0].id}")
    assert "不能查看影像" in page.text
    assert not [e for e in page.all("img") if "/media/" in e.get("src", "")]
    assert not [link for link in page.links() if link.endswith("/original")]
    assert "/package" not in page.text


def test_a_person_has_the_whole_history(office: Desk, kept: list[Result]) -> None:
    page = office.get(f"/people/{kept[0].person_id}")
    assert "具备资格" in page.text
    assert f"/archive/{kept[0].id}" in page.links()
    assert number_of(date(1950, 3, 5), 1) not in page.response.text


def test_a_full_number_is_shown_and_journaled(office: Desk, kept: list[Result]) -> None:
    before = db.session.scalar(db.select(db.func.count(JournalEntry.index)))
    page = office.post(f"/people/{kept[0].person_id}/number")
    assert number_of(date(1950, 3, 5), 1) in page.text
    entries = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.index)).all()
    assert len(entries) == (before or 0) + 1
    assert entries[-1].type == "viewed"
    assert str(kept[0].person_id).encode() in entries[-1].body


def test_full_phones_are_shown_and_journaled(office: Desk, kept: list[Result]) -> None:
    person = db.session.get_one(Person, kept[0].person_id)
    phone = sealing.unseal(person.phones[0].number_sealed)
    db.session.add(Contact(person_id=person.id, name="王明", relation="子",
                           phone_sealed=sealing.seal("13900007777")))  # fmt: skip
    db.session.commit()
    before = office.get(f"/people/{person.id}")
    assert phone not in before.text
    assert "13900007777" not in before.text

    page = office.post(f"/people/{person.id}/phones")

    assert phone in page.text
    assert "13900007777" in page.text
    newest = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.index.desc())).first()
    assert newest is not None
    assert (newest.facts["kind"], newest.facts["person_id"]) == ("phones", str(person.id))
    assert phone.encode() not in newest.body


def test_roles_without_the_right_see_no_full_number(sit: Sit, kept: list[Result]) -> None:
    city = sit("city1")
    page = city.get(f"/people/{kept[0].person_id}")
    assert "查看完整号码" not in page.text
    assert "查看完整电话" not in page.text
    city.post(f"/people/{kept[0].person_id}/phones", status=403)
    city.post(f"/people/{kept[0].person_id}/number", status=403)


def test_the_map_gathers_the_area_only(office: Desk, kept: list[Result], city: City) -> None:
    page = office.get("/map")
    assert "甲区东社区" in page.text
    box = "west=117&south=36&east=119&north=38"
    found = office.client.get(f"/map/points?{box}").get_json()
    assert found["total"] == 2
    assert {cell["result_id"] for cell in found["cells"]} == {str(r.id) for r in kept[:2]}
    assert found["cells"][0]["lat"] == pytest.approx(36.8062)


def test_many_points_become_cells(
    office: Desk, kept: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.evidence.archive.map_queries.MOST_POINTS", 1)
    office.get("/today")
    found = office.client.get("/map/points?west=117&south=36&east=119&north=38").get_json()
    assert [(c["count"], c["far"]) for c in found["cells"]] == [(2, 0)]


def test_an_empty_map_says_what_would_fill_it(sit: Sit, city: City) -> None:
    assert "还没有带定位的结果" in sit("office1").get("/map").text


def test_records_that_wait_for_their_files_are_listed_by_age(
    office: Desk, city: City, kept: list[Result]
) -> None:
    page = office.get("/awaited-files")
    assert [link for link in page.links() if link.startswith("/people/")] == [
        f"/people/{kept[1].person_id}"
    ]
    assert kept[1].worker.name in page.text
    elsewhere = office.get(f"/awaited-files?area={city.areas['a12'].id}")
    assert str(kept[1].person_id) not in elsewhere.text


def test_the_map_is_narrowed_to_an_outcome(office: Desk, kept: list[Result]) -> None:
    page = office.get("/map?outcome=in_care")
    rows = [["".join(cell.itertext()) for cell in row] for row in page.all("tr")[1:]]
    assert rows[0] == ["甲区东社区", "1", "0"]
    box = "west=117&south=36&east=119&north=38"
    found = office.client.get(f"/map/points?{box}&outcome=in_care").get_json()
    assert [cell["result_id"] for cell in found["cells"]] == [str(kept[1].id)]


@pytest.mark.parametrize(
    ("source", "host", "layers"),
    [
        ("none", "", 0),
        ("osm", "https://tile.openstreetmap.org", 1),
        ("amap", "https://*.is.autonavi.com", 1),
        ("tianditu", "https://*.tianditu.gov.cn", 2),
    ],
)
def test_the_map_shows_the_tiles_that_the_operator_chose(
    app: APIFlask, office: Desk, kept: list[Result], monkeypatch: pytest.MonkeyPatch,
    source: str, host: str, layers: int,
) -> None:  # fmt: skip
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], tile_source=source, tile_key="k")
    files = {"js": "/leaflet.js", "css": "/leaflet.css"}
    monkeypatch.setattr("webapp.evidence.archive.map_tiles.leaflet_files", lambda: files)
    page = office.get("/map")
    assert len([e for e in page.all("span") if e.get("data-tile")]) == layers
    policy = page.response.headers["Content-Security-Policy"]
    assert host in policy.split("img-src")[1].split(";")[0]
    assert ("autonavi" in policy, "openstreetmap" in policy) == (source == "amap", source == "osm")


def test_points_are_shifted_for_amap_alone(app: APIFlask, office: Desk, kept: list[Result]) -> None:
    """高德 draws in GCJ-02, some 500 m to the east; what is kept stays WGS-84."""
    office.get("/today")
    path = "/map/points?west=117&south=36&east=119&north=38"
    places = {}
    for source in ("none", "osm", "tianditu", "amap"):
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], tile_source=source)
        cell = office.client.get(path).get_json()["cells"][0]
        places[source] = (cell["lat"], cell["lon"])
    assert places["none"] == places["osm"] == places["tianditu"] == (36.8062, 118.0475)
    assert 0.004 < places["amap"][1] - 118.0475 < 0.008
    assert {c.longitude for c in db.session.scalars(db.select(Capture))} == {118.0475}
