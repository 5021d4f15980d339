"""What a sensor says beyond reason never costs a record: received, flagged, sound (evidence §2)."""

from typing import Any

import pytest

from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture
from webapp.evidence.verification import verification
from webapp.extensions import db

SAMPLE = {"lat": 36.805123, "lon": 118.047321, "accuracy_m": 12.4}
ODD: dict[str, tuple[dict[str, Any], str]] = {
    "a time after 2200": ({"at": "+055000-01-01T00:00:00.000Z"}, "position"),
    "a time before 1970": ({"at": "1904-01-01T00:00:00.000Z"}, "position"),
    "an accuracy that counts to 1e20": ({"accuracy_m": 10**20}, "position"),
    "an accuracy below nothing": ({"accuracy_m": -1}, "position"),
    "a speed beyond reason": ({"speed": 1e18}, "position"),
    "no latitude": ({"lat": None}, "position"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_fix_is_received_and_flagged(field: Fieldwork, name: str) -> None:
    change, part = ODD[name]
    sample = SAMPLE | {"at": "2027-01-12T01:59:56Z"} | change
    capture_id = field.received(jpeg(), position={"samples": [sample], "age_ms": 10**25})
    assert flags_of(capture_id)["values_unreadable"] == {"fields": part}
    assert newest_capture().state == "received"
    assert_sound()


@pytest.mark.parametrize("wall", ["+012000-01-01T00:00:00.000Z", "1969-12-31T23:59:59.000Z"])
def test_a_phone_with_a_clock_of_another_age(field: Fieldwork, wall: str) -> None:
    clock = {"wall": wall, "server_offset_ms": -(10**20), "monotonic_ms": 10**19, "tz": "\n"}
    capture_id = field.received(jpeg(), clock=clock)
    assert flags_of(capture_id)["values_unreadable"] == {"fields": "clock.wall+clock"}
    assert newest_capture().claimed_at.year == 1970
    assert_sound()


def assert_sound() -> None:
    db.session.rollback()
    found = [finding for finding in verification.verify_all().findings if not finding.is_remark]
    assert found == []
