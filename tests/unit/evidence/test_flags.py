"""Each flag: raised when it should be, silent when not, and explained in words."""

from collections.abc import Callable
from datetime import date, timedelta
from math import cos, hypot, radians
from typing import Any

import pytest

from tests.unit.evidence.samples import NOW, clock_at, position, record_of, sample
from webapp.evidence.flags import case_flags, inspection_flags, time_flags
from webapp.evidence.flags.flags import WEIGHTS, Flag, gathered, total_weight
from webapp.evidence.flags.place_flags import (
    Nearness,
    Place,
    Sighting,
    judge_distance,
    match_location,
    place_flags,
)
from webapp.evidence.records.challenge import Challenge
from webapp.evidence.sentences import FLAG_SENTENCES

HOME = Place(36.8051, 118.0473)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = (one[0] - other[0]) * 111_000
    return hypot(north, (one[1] - other[1]) * 111_000 * cos(radians(one[0])))


def codes(reading: Any, place: Place | None = HOME, others: tuple[Sighting, ...] = ()) -> set[str]:
    match = match_location(reading.best, place, metres)
    found = place_flags(reading, wall=NOW, place=place, match=match, others=others, distance=metres)
    return {flag.code for flag in found}


def test_every_flag_has_a_weight_and_two_sentences() -> None:
    assert set(FLAG_SENTENCES) == set(WEIGHTS)


@pytest.mark.parametrize(
    ("distance", "accuracy", "nearness"),
    [(200, 0, Nearness.NEAR), (390, 190, Nearness.NEAR), (391, 190, Nearness.FAR),
     (5000, 201, Nearness.INCONCLUSIVE), (None, 5, Nearness.INCONCLUSIVE)],
)  # fmt: skip
def test_near_inconclusive_far(distance: float | None, accuracy: float, nearness: Nearness) -> None:
    judged = judge_distance(distance_m=distance, accuracy_m=accuracy, radius_m=200)
    assert judged is nearness


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (position(sample()), set()),
        (position(), {"location_missing"}),
        (position(sample(accuracy_m=900.0)), {"location_inconclusive"}),
        (position(sample(lat=36.905123)), {"location_far"}),
        (position(sample(), age_ms=60_001), {"location_stale"}),
        (position(sample(), sample(), sample()), {"position_frozen"}),
        (position(sample(accuracy_m=12.0), sample(lat=36.805124, accuracy_m=12.0),
                  sample(lat=36.805125, accuracy_m=12.0)), {"accuracies_equal"}),
        (position(sample(altitude_m=None, speed=None, accuracy_m=5.0)), {"fix_bare"}),
        (position(sample(36.8051, 118.0474)), {"coordinates_rounded"}),
        (position(sample(36.8051, 118.0473)), {"coordinates_rounded", "exactly_registered"}),
        (position(sample(at=NOW - timedelta(seconds=121))), {"position_time_off"}),
    ],
)  # fmt: skip
def test_places(reading: Any, expected: set[str]) -> None:
    assert codes(reading) == expected


def sighting(lat: float, lon: float, minutes: float, *, same_place: bool = False) -> Sighting:
    return Sighting(lat, lon, 10.0, NOW - timedelta(minutes=minutes), same_place)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (sighting(36.805123, 118.047321, 60), {"coordinates_repeated"}),
        (sighting(36.805123, 118.047321, 60, same_place=True), set()),
        (sighting(36.905123, 118.047321, 60), set()),
        (sighting(36.905123, 118.047321, 2), {"too_fast"}),
        (sighting(36.905123, 118.047321, 0), {"too_fast"}),
        (sighting(36.805223, 118.047321, 0), set()),
    ],
)
def test_neighbouring_captures(other: Sighting, expected: set[str]) -> None:
    assert codes(position(sample()), others=(other,)) == expected


CLOCKS = [
    (clock_at(), None, NOW, set()),
    (clock_at(monotonic_ms=4000.0), None, NOW, {"clock_jumped"}),
    (clock_at(server_offset_ms=301_000.0), None, NOW + timedelta(minutes=5), {"clock_off"}),
    (clock_at(), NOW + timedelta(minutes=6), NOW, {"clock_before_ticket"}),
    (clock_at(), NOW + timedelta(minutes=4), NOW, set()),
    (clock_at(), None, NOW - timedelta(minutes=6), {"clock_after_commit"}),
    (clock_at(), None, NOW + timedelta(days=8), {"late_commit"}),
    (clock_at(NOW + timedelta(hours=11)), None, NOW + timedelta(hours=11), {"night"}),
    (clock_at(NOW - timedelta(hours=4)), None, NOW, {"night"}),
]


@pytest.mark.parametrize(("reading", "issued_at", "committed_at", "expected"), CLOCKS)
def test_clocks(reading: Any, issued_at: Any, committed_at: Any, expected: set[str]) -> None:
    found = time_flags.clock_flags(reading, ticket_issued_at=issued_at, committed_at=committed_at)
    assert {flag.code for flag in found} == expected


@pytest.mark.parametrize(
    ("make", "raises"),
    [
        (lambda: time_flags.short_visit(NOW, NOW + timedelta(seconds=59)), True),
        (lambda: time_flags.short_visit(NOW, NOW + timedelta(seconds=60)), False),
        (lambda: time_flags.short_visit(NOW, None), False),
        (lambda: time_flags.busy_hour(16), True),
        (lambda: time_flags.busy_hour(15), False),
        (lambda: case_flags.worker_related(True), True),
        (lambda: case_flags.worker_related(False), False),
        (lambda: case_flags.dead_signal("civil_affairs"), True),
        (lambda: case_flags.dead_signal(None), False),
        (lambda: case_flags.new_device(NOW - timedelta(days=4), NOW, is_confirmed=False), True),
        (lambda: case_flags.new_device(NOW, NOW, is_confirmed=True), False),
        (lambda: case_flags.centenarian(date(1927, 1, 12), date(2027, 1, 12)), True),
        (lambda: case_flags.centenarian(date(1927, 1, 13), date(2027, 1, 12)), False),
        (lambda: case_flags.centenarian(None, date(2027, 1, 12)), False),
        (lambda: case_flags.eligible_after_unreachable(NOW, NOW - timedelta(days=14)), True),
        (lambda: case_flags.eligible_after_unreachable(NOW, NOW - timedelta(days=15)), False),
        (lambda: case_flags.eligible_after_unreachable(NOW, None), False),
        (lambda: case_flags.result_after_checkout(NOW, NOW - timedelta(minutes=6)), True),
        (lambda: case_flags.result_after_checkout(NOW, None), False),
        (lambda: case_flags.media_overdue(NOW - timedelta(days=4), NOW), True),
        (lambda: case_flags.media_overdue(NOW, NOW), False),
    ],
)
def test_cases(make: Callable[[], Flag | None], raises: bool) -> None:
    assert (make() is not None) is raises


TICKET = {"id": "0198c0de-0000-7000-8000-000000000009", "sha256": "2" * 64}
CODE = {"code": "4821", "action": "hold_code"}
EXPECTED = Challenge("4821", "hold_code")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ticket": TICKET, "challenge": CODE}, set()),
        ({"ticket": TICKET}, {"challenge_missing"}),
        ({"challenge": CODE}, {"ticket_missing"}),
        ({"ticket": TICKET, "challenge": CODE | {"code": "0000"}},
         {"challenge_differs"}),
        ({"ticket": TICKET, "challenge": CODE, "flags": ["blank"]}, {"phone_note"}),
        ({"ticket": TICKET, "kind": "document"}, set()),
    ],
)  # fmt: skip
def test_records(changes: dict[str, Any], expected: set[str]) -> None:
    record = record_of(**changes)
    found = case_flags.record_flags(record, expected=EXPECTED, is_revoked=False)
    assert {flag.code for flag in found} == expected


CLAIM = inspection_flags.Claim(1920, 1080, 5000, NOW, 36.8, 118.0)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"width": 1080, "height": 1920}, set()),
        ({"width": 640, "height": 480}, {"size_differs"}),
        ({"duration_ms": 7001}, {"size_differs"}),
        ({"duration_ms": 6900, "video_tracks": 1, "audio_tracks": 1, "other_tracks": 0}, set()),
        ({"video_tracks": 2, "audio_tracks": 1, "other_tracks": 1}, {"extra_tracks"}),
        ({"taken": "2026:01:12 10:00:00"}, {"metadata_differs"}),
        ({"taken": "2027:01:12 10:00:00", "lat": 36.9, "lon": 118.1}, set()),
        ({"taken": "garbage", "lat": 31.2, "lon": 121.4}, {"metadata_differs"}),
    ],
)
def test_inspections(found: dict[str, Any], expected: set[str]) -> None:
    assert {flag.code for flag in inspection_flags.inspection_flags(found, CLAIM)} == expected


def test_one_old_position_is_one_flag() -> None:
    age_ms = 17 * 60_000
    old = position(sample(at=NOW - timedelta(milliseconds=age_ms)), age_ms=age_ms)
    assert codes(old) == {"location_stale"}


def test_files_that_share_a_flag_raise_it_once() -> None:
    found = gathered([
        Flag("location_stale", {"seconds": 70}), Flag("night", {"at": "22:10"}),
        Flag("location_stale", {"seconds": 1020}), Flag("location_far", {"distance_m": 812}),
        Flag("phone_note", {"note": "no_sound"}), Flag("phone_note", {"note": "looks_dark"}),
    ])  # fmt: skip
    assert [(one.code, one.times) for one in found] == [
        ("location_far", 1), ("location_stale", 2), ("night", 1), ("phone_note", 1),
        ("phone_note", 1),
    ]  # fmt: skip
    assert found[1].facts == {"seconds": 1020}
    assert total_weight(found) == WEIGHTS["location_far"] + WEIGHTS["location_stale"] + 3
