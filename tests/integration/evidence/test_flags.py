"""The flags of evidence §2 on real requests: each with the facts that its sentence needs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIFlask
from flask_babel import force_locale

from tests.builders import add_person
from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, rfc3339
from tests.phones import enrolled
from webapp import clock
from webapp.evidence.flags.flags import WEIGHTS, Flag
from webapp.evidence.labels import SHORT_FLAGS, flag_words
from webapp.evidence.models import Capture
from webapp.evidence.sentences import FLAG_SENTENCES
from webapp.extensions import db
from webapp.jobs import runner
from webapp.roster.cells.datums import gcj02_to_wgs84
from webapp.roster.models import Contact
from webapp.visits import service as visits


def work_off() -> None:
    db.session.rollback()
    while runner.run_due():
        db.session.rollback()


def report(field: Fieldwork, outcome: str, capture_id: str | None = None, **more: Any) -> None:
    """Send a result of the field's visit, resting on a capture if one is named."""
    refs = []
    if capture_id is not None:
        capture = db.session.get_one(Capture, UUID(capture_id))
        refs = [{"capture_id": capture_id, "record_sha256": capture.record_sha256}]
    result = field.phone.result(field.visit_id, outcome, captures=refs, **more)
    answer = field.phone.post("/results", result | {"decided_at": rfc3339(clock.now())})
    assert answer.status_code in {201, 409}, answer.text


def test_67_files_that_do_not_come_are_flagged_until_they_do(field: Fieldwork) -> None:
    data = jpeg()
    capture_id = field.committed(data)
    with clock.freeze(MORNING + timedelta(days=2)):
        work_off()
    assert "media_overdue" not in flags_of(capture_id)
    for days in (4, 6):
        with clock.freeze(MORNING + timedelta(days=days)):
            work_off()
        assert flags_of(capture_id)["media_overdue"] == {"days": days}
    with clock.freeze(MORNING + timedelta(days=6, hours=1)):
        assert field.send(capture_id, data).status_code == 204
        work_off()
    assert "media_overdue" not in flags_of(capture_id)


def test_67_files_that_came_raise_nothing(field: Fieldwork) -> None:
    capture_id = field.received(jpeg())
    with clock.freeze(MORNING + timedelta(days=9)):
        work_off()
    assert "media_overdue" not in flags_of(capture_id)


def test_21_a_second_phone_in_a_workers_name_is_flagged(field: Fieldwork) -> None:
    assert "new_device" not in flags_of(field.committed(jpeg()))
    with clock.freeze(MORNING + timedelta(hours=1)):
        field.phone = enrolled(field.client, field.city)
    with clock.freeze(MORNING + timedelta(hours=6)):
        assert flags_of(field.committed(jpeg(2)))["new_device"] == {"hours": 5}
    with clock.freeze(MORNING + timedelta(days=5)):
        assert flags_of(field.committed(jpeg(3)))["new_device"] == {"hours": 119}


def test_54_several_addresses_from_one_place_are_flagged(field: Fieldwork) -> None:
    field.committed(jpeg())
    other = field.city.visits[1]
    at_home = field.committed(jpeg(2), visit_id=str(other.id), subject_ref=other.subject_ref)
    assert flags_of(at_home)["coordinates_repeated"] == {"times": 1}


def test_a_worker_of_a_contacts_name_is_flagged(field: Fieldwork) -> None:
    person, worker = field.city.people[0], field.city.accounts["worker1"]
    db.session.add(Contact(person_id=person.id, name=worker.name, relation="子"))
    db.session.commit()
    capture_id = field.committed(jpeg())
    report(field, "eligible", capture_id)
    assert "worker_related" in flags_of(capture_id)


def test_somebody_reported_dead_and_now_shown_alive_is_flagged(field: Fieldwork) -> None:
    report(field, "deceased", details={"date": "2027-01-02", "source": "family_says"})
    with clock.freeze(MORNING + timedelta(days=1)):
        capture_id = field.committed(jpeg())
        report(field, "eligible", capture_id)
    assert flags_of(capture_id)["dead_signal"] == {"source": "visit_result"}


def test_more_than_fifteen_visits_within_an_hour_are_flagged(field: Fieldwork) -> None:
    people = [
        add_person(f"邻居{n}", field.city.areas["a11"], 100 + n, address=f"同楼{n}")
        for n in range(16)
    ]
    made = visits.make_visits(
        actor=field.city.actor("office1"), person_ids=[person.id for person in people],
        due_on=MORNING.date(), worker_id=field.city.accounts["worker1"].id,
    )  # fmt: skip
    db.session.commit()
    flags = []
    for number, visit in enumerate(made):
        field.visit_id, field.subject_ref = visit.id, visit.subject_ref
        with clock.freeze(MORNING + timedelta(minutes=3 * number)):
            capture_id = field.committed(jpeg(number))
            report(field, "eligible", capture_id)
        flags.append(flags_of(capture_id))
    assert ["busy_hour" in found for found in flags] == [False] * 15 + [True]
    assert flags[-1]["busy_hour"] == {"visits": 16}


def test_a_roster_in_another_datum_is_compared_where_it_is(field: Fieldwork) -> None:
    """The import turned its point to WGS-84 already; `datum` only says what it was."""
    person = field.city.people[0]
    person.latitude, person.longitude = gcj02_to_wgs84(36.8054, 118.0525)
    person.datum = "GCJ02"
    db.session.commit()
    sample = {
        "lat": person.latitude + 1e-5, "lon": person.longitude, "accuracy_m": 10.5,
        "altitude_m": 30, "speed": 0, "heading": None, "at": rfc3339(clock.now()),
    }  # fmt: skip
    capture_id = field.committed(jpeg(), position={"samples": [sample], "age_ms": 0})
    assert "location_far" not in flags_of(capture_id)
    assert (db.session.get_one(Capture, UUID(capture_id)).distance_m or 0) < 5


def test_every_flag_has_its_innocent_cause_in_both_languages(app: APIFlask) -> None:
    assert set(FLAG_SENTENCES) == set(WEIGHTS) == set(SHORT_FLAGS)
    for code in WEIGHTS:
        said = []
        for language in ("zh_Hans_CN", "en"):
            with app.test_request_context(), force_locale(language):
                said.append(flag_words(Flag(code)))
        assert all(len(text) > 3 for pair in said for text in pair)
        assert all(zh != en for zh, en in zip(*said, strict=True)), code


def test_flags_speak_in_units_that_people_use(app: APIFlask) -> None:
    for flag, chinese, english in (
        (Flag("location_stale", {"seconds": 180}), "3 分钟", "3 minutes"),
        (Flag("location_far", {"distance_m": 1234, "accuracy_m": 12}), "1.2 公里", "1.2 km"),
        (Flag("clock_before_ticket", {"minutes": 4320}), "3 天", "3 days"),
        (Flag("new_device", {"hours": 5}), "5 小时", "5 hours"),
    ):
        for language, words in (("zh_Hans_CN", chinese), ("en", english)):
            with app.test_request_context(), force_locale(language):
                assert words in flag_words(flag)[0]
