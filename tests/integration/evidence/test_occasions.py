"""A capture of several people hangs on an occasion, and results of several visits name it."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture, rfc3339
from tests.integration.evidence.test_media import sign_in
from tests.integration.evidence.test_packaging import codes, packed
from tests.integration.evidence.test_results import named
from tests.phones import TestPhone, enrolled
from webapp import clock
from webapp.areas import moves
from webapp.evidence.export.outside import verify
from webapp.evidence.models import Capture
from webapp.evidence.review import review
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits import occasions
from webapp.visits.kinds import OccasionKind
from webapp.visits.models import Occasion, Result, Visit


@pytest.fixture
def occasion_id(city: City) -> UUID:
    """A group's day of the street, to which the first two visits of the city belong."""
    actor = city.actor("office1")
    made = occasions.open_occasion(
        actor=actor, kind=OccasionKind.GROUP_DAY, place="测试活动室", held_on=clock.now().date(),
        area_id=city.areas["a1"].id,
    )  # fmt: skip
    ids = [visit.id for visit in city.visits[:2]]
    occasions.add_visits(actor=actor, occasion_id=made.id, visit_ids=ids)
    db.session.commit()
    return made.id


@pytest.fixture
def group(field: Fieldwork, occasion_id: UUID) -> Fieldwork:
    """Worker 1, who has both visits, with a phone that makes records of the occasion."""
    field.phone.version = 2
    return field


def group_photo(group: Fieldwork, occasion_id: UUID, seed: int = 1) -> str:
    """Take the photo under a ticket and the occasion's challenge; return its capture's id."""
    ticket = group.phone.ticket()
    asked = group.phone.challenge(ticket, occasion_id)
    return group.received(
        jpeg(seed), visit_id=None, subject_ref=None, occasion_id=str(occasion_id), challenge=asked,
        ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]},
    )  # fmt: skip


def report(phone: TestPhone, visit_id: UUID, *captures: str, outcome: str = "eligible") -> Any:
    at = rfc3339(clock.now())
    body = phone.result(visit_id, outcome, captures=[named(one) for one in captures], decided_at=at)
    return phone.post("/results", body)


def unsound() -> list[Any]:
    db.session.rollback()
    return [finding for finding in verify_all().findings if not finding.is_remark]


def test_one_capture_is_named_by_two_results_reviewed_and_verified(
    app: APIFlask, group: Fieldwork, occasion_id: UUID, tmp_path: Path
) -> None:
    capture_id = group_photo(group, occasion_id)
    visits = [visit.id for visit in group.city.visits[:2]]
    for visit_id in visits:
        assert report(group.phone, visit_id, capture_id).status_code == 201
    db.session.rollback()

    for result in db.session.scalars(db.select(Result)).all():
        review.decide(actor=group.city.actor("agency2"), result_id=result.id, code_seen=True,
                      decision=review.Decision.ACCEPT, words="")  # fmt: skip
    db.session.commit()

    assert set(flags_of(capture_id)) & {"challenge_differs", "same_media", "near_picture"} == set()
    assert unsound() == []
    for visit_id in visits:
        place = packed(app, visit_id, tmp_path / f"{visit_id}.zip")
        told = verify.report_of(verify.check(place, journal.verifier_key()))
        assert told["sound"], told["findings"]
        assert [capture["capture_id"] for capture in told["captures"]] == [capture_id]
    # What shows several people is nobody's portrait.
    assert set(db.session.scalars(db.select(Person.photo_sha256))) == {None}


def test_its_challenge_is_the_occasions(group: Fieldwork, occasion_id: UUID) -> None:
    ticket = group.phone.ticket()
    asked = group.phone.challenge(ticket, group.visit_id)
    capture_id = group.committed(
        jpeg(), visit_id=None, subject_ref=None, occasion_id=str(occasion_id), challenge=asked,
        ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]},
    )  # fmt: skip
    assert "challenge_differs" in flags_of(capture_id)


def test_a_visit_outside_the_occasion_cannot_rest_on_it(
    group: Fieldwork, occasion_id: UUID
) -> None:
    capture_id = group_photo(group, occasion_id)
    answer = report(group.phone, group.city.visits[2].id, capture_id)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "capture_unknown")


def test_the_package_of_another_visit_does_not_hold_it(
    app: APIFlask, group: Fieldwork, occasion_id: UUID, tmp_path: Path
) -> None:
    """Both visits belong to the occasion; only the first one's result rests on its photo."""
    capture_id = group_photo(group, occasion_id)
    assert report(group.phone, group.city.visits[0].id, capture_id).status_code == 201
    place = packed(app, group.city.visits[1].id, tmp_path / "case.zip")
    with zipfile.ZipFile(place) as archive:
        assert json.loads(archive.read("custody.json"))["captures"] == []
    assert codes(place) == set()


def test_only_who_has_a_part_in_it_records_it(
    client: FlaskClient, city: City, group: Fieldwork, occasion_id: UUID
) -> None:
    stranger = Fieldwork(client, city, enrolled(client, city, "worker9"), group.visit_id, "")
    stranger.phone.version = 2
    names: dict[str, Any] = {"visit_id": None, "subject_ref": None,
                             "occasion_id": str(occasion_id)}  # fmt: skip
    assert stranger.phone.commit(stranger.record(jpeg(2), **names)).status_code == 404
    stranger.phone = enrolled(client, city, "office1")
    stranger.phone.version = 2
    assert stranger.phone.commit(stranger.record(jpeg(3), **names)).status_code == 201


def test_who_may_see_the_result_sees_its_files_wherever_the_occasion_was(
    group: Fieldwork, occasion_id: UUID
) -> None:
    """The occasion was in the other district."""
    capture_id = group_photo(group, occasion_id)
    assert report(group.phone, group.visit_id, capture_id).status_code == 201
    db.session.rollback()
    there = group.city.areas["b1"].path
    db.session.get_one(Capture, UUID(capture_id)).area_path = there
    db.session.get_one(Occasion, occasion_id).area_path = there
    sha256 = newest_media(capture_id)
    db.session.commit()
    for username, status in (("office1", 200), ("office9", 200)):
        assert sign_in(group, username).get(f"/media/{sha256}/original").status_code == status
    db.session.get_one(Capture, UUID(capture_id)).area_path = group.city.areas["a1"].path
    db.session.commit()
    assert sign_in(group, "office9").get(f"/media/{sha256}/original").status_code == 404


def newest_media(capture_id: str) -> str:
    return db.session.get_one(Capture, UUID(capture_id)).media[0].sha256


def test_captures_follow_a_moved_area(group: Fieldwork, occasion_id: UUID) -> None:
    of_visit = group.committed(jpeg(5))
    of_group = group_photo(group, occasion_id)
    city = group.city
    moves.move_area(
        actor=city.actor("city1"), area_id=city.areas["a1"].id, parent_id=city.areas["b"].id
    )
    db.session.commit()
    for capture_id in (of_visit, of_group):
        capture = db.session.get_one(Capture, UUID(capture_id))
        subject = capture.visit or capture.occasion
        assert capture.area_path.startswith(city.areas["b"].path)
        assert subject is not None
        assert capture.area_path == subject.area_path
    assert unsound() == []


def test_a_capture_hangs_on_one_of_the_two(group: Fieldwork, occasion_id: UUID) -> None:
    group.committed(jpeg())
    capture = newest_capture()
    capture.occasion_id = occasion_id
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


WRONGS: dict[str, Callable[[Capture, UUID], None]] = {
    "area_differs": lambda capture, _: setattr(capture, "area_path", "/"),
    "projection_changed": lambda capture, other: setattr(capture, "occasion_id", other),
    "subject_changed": lambda capture, _: setattr(
        capture, "person_id", db.session.scalar(db.select(Person.id).limit(1))
    ),
}


@pytest.mark.parametrize("code", WRONGS)
def test_what_is_changed_of_it_is_named(group: Fieldwork, occasion_id: UUID, code: str) -> None:
    group_photo(group, occasion_id)
    actor = group.city.actor("office1")
    other = occasions.open_occasion(
        actor=actor, kind=OccasionKind.SHEET, place="别处", held_on=clock.now().date(),
        area_id=group.city.areas["a1"].id,
    ).id  # fmt: skip
    WRONGS[code](newest_capture_now(), other)
    db.session.flush()
    assert code in {finding.code for finding in verify_all().findings}


def newest_capture_now() -> Capture:
    query = db.select(Capture).order_by(Capture.commit_index.desc()).limit(1)
    return db.session.scalars(query).one()


def test_an_occasion_lies_within_the_organisers_duty_and_somewhere(city: City) -> None:
    actor, held_on = city.actor("office1"), clock.now().date()
    for area, place, code in (("b1", "x", "not_found"), ("a1", " ", "place_missing")):
        with pytest.raises(Refusal, match=code):
            occasions.open_occasion(actor=actor, kind=OccasionKind.SHEET, place=place,
                                    held_on=held_on, area_id=city.areas[area].id)  # fmt: skip


def test_a_visit_belongs_to_one_occasion(city: City, occasion_id: UUID) -> None:
    actor = city.actor("office1")
    other = occasions.open_occasion(
        actor=actor, kind=OccasionKind.SHEET, place="别处", held_on=clock.now().date(),
        area_id=city.areas["a1"].id,
    )  # fmt: skip
    with pytest.raises(Refusal, match="visit_state"):
        occasions.add_visits(actor=actor, occasion_id=other.id, visit_ids=[city.visits[0].id])
    assert db.session.get_one(Visit, city.visits[0].id).occasion_id == occasion_id


FORGED: list[Callable[[dict[str, Any]], None]] = [
    lambda custody: custody["visit"].update(occasion=None),
    lambda custody: custody["visit"]["occasion"].update(place="别处"),
    lambda custody: custody["visit"]["occasion"].update(held_on="2026-01-01"),
    lambda custody: custody["visit"]["occasion"].update(organiser_id=str(UUID(int=1))),
]


@pytest.mark.parametrize("forge", FORGED, ids=["none", "place", "day", "organiser"])
def test_a_stranger_notices_another_occasion(
    app: APIFlask, group: Fieldwork, occasion_id: UUID, tmp_path: Path,
    forge: Callable[[dict[str, Any]], None],
) -> None:  # fmt: skip
    assert report(group.phone, group.visit_id, group_photo(group, occasion_id)).status_code == 201
    place = packed(app, group.visit_id, tmp_path / "case.zip")
    assert codes(place) == set()
    with zipfile.ZipFile(place) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    custody = json.loads(members["custody.json"])
    forge(custody)
    members["custody.json"] = json.dumps(custody).encode()
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert "visit_changed" in codes(place)
