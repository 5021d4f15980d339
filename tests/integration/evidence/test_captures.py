"""Committing records: what is accepted, flagged, set aside or refused (evidence §5 by number)."""

import hashlib
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import visit_of
from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    jpeg,
    newest_capture,
    rfc3339,
    written,
)
from tests.phones import b64url, enrolled, new_key, sign
from webapp import clock
from webapp.database.base import uuid7
from webapp.evidence.models import Quarantine
from webapp.extensions import db
from webapp.people import service as people
from webapp.people.models import Device
from webapp.visits import service as visits

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PREFIX = b"anzai-capture-v1\n"
ZEROS = "0" * 64
RECORD_TYPE = "application/vnd.anzai.capture+json"


def post(field: Fieldwork, raw: bytes, signature: str, **headers: str) -> TestResponse:
    return field.client.post("/api/v1/captures", data=raw, headers=field.phone.headers | {
        "Capture-Signature": signature, "Content-Type": RECORD_TYPE} | headers)  # fmt: skip


def changed(raw: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(raw) | changes).encode()


def test_a_record_is_kept_bit_by_bit_and_receipted(field: Fieldwork) -> None:
    odd = b'  "unknown_field": [1, {"x": "\xe5\x9c\xa8"}], "app_build"'
    raw = field.record(jpeg()).replace(b'"app_build"', odd)
    answer = field.phone.commit(raw)
    assert answer.status_code == 201
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("c2sp.org/tlog-proof@v1")
    capture = newest_capture()
    assert capture.record == raw
    assert capture.record_sha256 == hashlib.sha256(raw).hexdigest()
    assert (capture.latitude, capture.nearness) == (36.805123, "near")


def test_28_a_replayed_record_is_one_leaf(field: Fieldwork) -> None:
    raw = field.record(jpeg())
    first = field.phone.commit(raw)
    before = written()
    again = post(field, raw, sign(field.phone.key, raw))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.text.splitlines()[1] == again.text.splitlines()[1]
    assert written() == before


def test_29_a_malleated_signature_is_the_same_record(field: Fieldwork) -> None:
    raw = field.record(jpeg())
    der = field.phone.key.sign(PREFIX + raw, ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    twins = [b64url(r.to_bytes(32) + half.to_bytes(32)) for half in (s, P256_ORDER - s)]
    assert [post(field, raw, twin).status_code for twin in twins] == [201, 200]
    assert written()["capture"] == 1


def test_other_bytes_under_a_known_id_are_refused(field: Fieldwork) -> None:
    raw = field.record(jpeg())
    field.phone.commit(raw)
    before = written()
    other = changed(raw, app_build="other")
    answer = post(field, other, sign(field.phone.key, other))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "capture_differs")
    assert written() == before


def test_30_a_foreign_key_is_refused(field: Fieldwork) -> None:
    raw, before = field.record(jpeg()), written()
    answer = post(field, raw, sign(new_key(), raw))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_signature")
    assert written() == before


@pytest.mark.parametrize(
    "signature",
    ["", "!!", b64url(bytes(63)), b64url(bytes(64)), b64url(bytes(65)), b64url(b"\xff" * 64),
     b64url(b"\1" * 96)],
)  # fmt: skip
def test_31_signatures_of_the_wrong_form_are_refused(field: Fieldwork, signature: str) -> None:
    raw, before = field.record(jpeg()), written()
    answer = post(field, raw, signature)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_signature")
    assert written() == before


def test_31_a_signature_without_the_prefix_is_refused(field: Fieldwork) -> None:
    raw = field.record(jpeg())
    r, s = decode_dss_signature(field.phone.key.sign(raw, ec.ECDSA(hashes.SHA256())))
    answer = post(field, raw, b64url(r.to_bytes(32) + s.to_bytes(32)))
    assert answer.get_json()["code"] == "bad_signature"


def test_a_device_of_another_worker_is_unknown(field: Fieldwork, other_field: Fieldwork) -> None:
    raw, before = other_field.record(jpeg()), written()
    answer = post(field, raw, sign(other_field.phone.key, raw))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unknown_device")
    assert written() == before


def test_a_visit_of_another_area_is_not_found(field: Fieldwork, other_field: Fieldwork) -> None:
    raw = field.record(jpeg(), visit_id=str(other_field.visit_id))
    before = written()
    answer = post(field, raw, sign(field.phone.key, raw))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    # The phone did sign it: it lies aside, and nothing tells whether the visit exists.
    assert written() == before | {
        "quarantine": before["quarantine"] + 1, "journal_entry": before["journal_entry"] + 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe{}", b'{"v": 1, "v": 1}', b'{"v": NaN}',
        b'{"v": 1e999}', b'{"v": 123456789012345678901234567890}', b"[" * 5000 + b"]" * 5000,
        b'{"a": ' * 40 + b"1" + b"}" * 40, b'{"v": "\\ud800"}', b'\xef\xbb\xbf{"v": 1}',
    ],
)  # fmt: skip
def test_66_hostile_json_is_refused(field: Fieldwork, fault: bytes) -> None:
    before = written()
    answer = post(field, fault, sign(field.phone.key, fault))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_record")
    assert answer.mimetype == "application/problem+json"
    assert written() == before


def test_an_oversized_record_is_refused(field: Fieldwork) -> None:
    raw, before = field.record(jpeg(), padding="x" * 64_000), written()
    answer = post(field, raw, sign(field.phone.key, raw))
    assert (answer.status_code, answer.get_json()["code"]) == (413, "record_too_large")
    assert written() == before


def test_another_content_type_is_refused(field: Fieldwork) -> None:
    raw = field.record(jpeg())
    answer = post(field, raw, sign(field.phone.key, raw), **{"Content-Type": "application/json"})
    assert answer.status_code == 415


def test_without_a_token_nothing_is_said(field: Fieldwork) -> None:
    raw = field.record(jpeg())
    answer = field.client.post("/api/v1/captures", data=raw)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed_in")


class TestTickets:
    """27: a ticket is missing, expired, of another device, or not ours."""

    def test_a_ticket_bounds_the_time(self, field: Fieldwork) -> None:
        ticket = field.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        capture_id = field.committed(jpeg(), ticket=named)
        assert "ticket_missing" not in flags_of(capture_id)
        assert str(newest_capture().ticket_id) == ticket["ticket_id"]

    def test_27_a_missing_ticket_is_flagged(self, field: Fieldwork) -> None:
        assert "ticket_missing" in flags_of(field.committed(jpeg()))

    def test_27_an_unknown_ticket_is_set_aside(self, field: Fieldwork) -> None:
        self.assert_aside(field, {"id": str(uuid7()), "sha256": "0" * 64}, "ticket_unknown")

    def test_27_other_bytes_are_set_aside(self, field: Fieldwork) -> None:
        ticket = field.phone.ticket()
        self.assert_aside(field, {"id": ticket["ticket_id"], "sha256": "1" * 64}, "ticket_mismatch")

    def test_27_a_foreign_ticket_is_set_aside(self, field: Fieldwork) -> None:
        second = enrolled(field.client, field.city).ticket()
        named = {"id": second["ticket_id"], "sha256": second["sha256"]}
        self.assert_aside(field, named, "ticket_foreign")

    def test_27_an_expired_ticket_is_set_aside(self, field: Fieldwork) -> None:
        ticket = field.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        with clock.freeze(MORNING + timedelta(hours=73)):
            self.assert_aside(field, named, "ticket_expired")

    def test_26_days_offline_within_the_tickets_life_are_accepted(self, field: Fieldwork) -> None:
        ticket = field.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        raw = field.record(jpeg(), ticket=named)
        with clock.freeze(MORNING + timedelta(days=10)):
            assert field.phone.commit(raw).status_code == 201
            assert flags_of(str(newest_capture().id))["late_commit"] == {"days": 10}

    def assert_aside(self, field: Fieldwork, named: dict[str, str], code: str) -> None:
        raw, before = field.record(jpeg(), ticket=named), written()
        for _ in range(2):
            answer = field.phone.commit(raw)
            assert (answer.status_code, answer.get_json()["code"]) == (422, code)
        after = written()
        assert after["capture"] == before["capture"]
        assert after["quarantine"] == before["quarantine"] + 1
        assert after["journal_entry"] == before["journal_entry"] + 1
        assert db.session.scalars(select(Quarantine)).one().body == raw


class TestClocks:
    """23 to 25: the phone's clock is a claim; ticket and commit are what is provable."""

    def test_23_a_year_back(self, field: Fieldwork) -> None:
        ticket = field.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        flags = self.flags(field, timedelta(days=-365), ticket=named)
        assert "clock_before_ticket" in flags

    def test_24_a_year_forward_is_flagged_and_no_refusal(self, field: Fieldwork) -> None:
        ticket = field.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        assert "clock_after_commit" in self.flags(field, timedelta(days=365), ticket=named)

    def test_25_changed_during_the_visit(self, field: Fieldwork) -> None:
        assert "clock_jumped" in self.flags(field, timedelta(minutes=-3))

    def flags(self, field: Fieldwork, shift: timedelta, **changes: object) -> set[str]:
        now = clock.now()
        opened = now - timedelta(seconds=60)
        wrong = {"wall": rfc3339(now + shift), "monotonic_ms": 60_000.0, "tz": "Asia/Shanghai",
                 "time_origin": rfc3339(opened), "server_offset_ms": 0}  # fmt: skip
        return set(flags_of(field.committed(jpeg(), clock=wrong, **changes)))


class TestChain:
    """33 to 35: revoked devices, gaps and forks in a device's log."""

    def test_33_a_revoked_device_committed_late_is_quarantined(self, field: Fieldwork) -> None:
        raw = field.record(jpeg())
        key = field.phone.key
        people.revoke_device(
            device=db.session.get_one(Device, field.phone.kid),
            by=field.city.accounts["worker1"].id,
        )
        db.session.commit()
        assert field.phone.commit(raw).status_code == 401
        field.phone = enrolled(field.client, field.city)
        for _ in range(2):
            answer = post(field, raw, sign(key, raw))
            assert (answer.status_code, answer.get_json()["code"]) == (422, "revoked_device")
        capture = newest_capture()
        assert (capture.state, capture.record) == ("quarantined", raw)
        assert written()["capture"] == 1
        assert field.send(str(capture.id), jpeg()).status_code == 204
        assert newest_capture().state == "quarantined"

    def test_34_a_gap_is_flagged(self, field: Fieldwork) -> None:
        field.committed(jpeg())
        flags = flags_of(field.committed(jpeg(2), seq=5, prev="5" * 64))
        assert flags["seq_gap"] == {"seq": 5}

    def test_35_a_second_record_at_one_place_is_a_fork(self, field: Fieldwork) -> None:
        field.committed(jpeg())
        self.assert_fork(field, field.record(jpeg(2), seq=1, prev=ZEROS))

    def test_35_another_predecessor_is_a_fork(self, field: Fieldwork) -> None:
        field.committed(jpeg())
        self.assert_fork(field, field.record(jpeg(2), prev="9" * 64))

    def test_35_a_late_predecessor_that_does_not_fit_is_a_fork(self, field: Fieldwork) -> None:
        field.committed(jpeg(), seq=2, prev="7" * 64)
        self.assert_fork(field, field.record(jpeg(2), seq=1, prev=ZEROS))

    def assert_fork(self, field: Fieldwork, raw: bytes) -> None:
        before = written()
        answer = post(field, raw, sign(field.phone.key, raw))
        assert (answer.status_code, answer.get_json()["code"]) == (422, "seq_fork")
        assert written()["capture"] == before["capture"]
        assert written()["quarantine"] == before["quarantine"] + 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"worker_id": str(uuid7())}, "worker_mismatch"),
        ({"subject_ref": "x" * 64}, "subject_mismatch"),
    ],
)  # fmt: skip
def test_a_signed_record_that_contradicts_itself_is_set_aside(
    field: Fieldwork, changes: dict[str, str], code: str
) -> None:
    raw = field.record(jpeg(), **changes)
    answer = post(field, raw, sign(field.phone.key, raw))
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert written()["capture"] == 0
    assert written()["quarantine"] == 1


class TestPlaces:
    """36 to 38 and 54: what the position says."""

    def test_36_a_teleport(self, field: Fieldwork) -> None:
        field.committed(jpeg())
        far = self.position(lat=37.805123)
        with clock.freeze(MORNING + timedelta(minutes=10)):
            flags = flags_of(field.committed(jpeg(2), position=far))
        assert flags["too_fast"]["kmh"] > 600
        assert flags["location_far"]["distance_m"] > 100_000

    def test_37_the_registered_point_itself(self, field: Fieldwork) -> None:
        flags = flags_of(field.committed(jpeg(), position=self.position(36.805, 118.047)))
        assert {"exactly_registered", "coordinates_rounded"} <= set(flags)

    def test_38_location_off(self, field: Fieldwork) -> None:
        flags = flags_of(field.committed(jpeg(), position={"error": "denied"}))
        assert flags["location_missing"] == {"reason": "denied"}
        assert newest_capture().nearness == "inconclusive"

    def position(self, lat: float, lon: float = 118.047321) -> dict[str, object]:
        return {"samples": [{"lat": lat, "lon": lon, "accuracy_m": 10, "altitude_m": 30,
                             "speed": 0, "heading": None, "at": rfc3339(clock.now())}],
                "age_ms": 0}  # fmt: skip


def test_55_the_picker_is_flagged(field: Fieldwork) -> None:
    media = json.loads(field.record(jpeg()))["media"][0] | {"source": "picker"}
    assert "picker" in flags_of(field.committed(jpeg(), media=[media]))


def test_50_51_a_wrong_challenge_is_flagged(field: Fieldwork) -> None:
    ticket = field.phone.ticket()
    named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
    wrong = {"code": "0000", "action": "say"}
    capture_id = field.committed(jpeg(), ticket=named, challenge=wrong)
    assert flags_of(capture_id)["challenge_differs"] == {"code": "0000"}


def test_a_reassigned_or_cancelled_visit_still_takes_its_workers_capture(field: Fieldwork) -> None:
    office = field.city.actor("office1")
    visits.assign(actor=office, visit_ids=[field.visit_id],
                  worker_id=field.city.accounts["volunteer1"].id)  # fmt: skip
    db.session.commit()
    assert field.committed(jpeg())
    visits.cancel(actor=office, visit_ids=[field.visit_id], reason="搬家")
    db.session.commit()
    assert field.committed(jpeg(2))


def test_65_the_quota_holds_a_phone_back(field: Fieldwork, app: object) -> None:
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], captures_per_hour=2)  # type: ignore[attr-defined]
    field.committed(jpeg(1))
    field.committed(jpeg(2))
    raw, before = field.record(jpeg(3)), written()
    answer = field.phone.commit(raw)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "quota_captures")
    assert written() == before
    with clock.freeze(MORNING + timedelta(hours=2)):
        assert field.phone.commit(raw).status_code == 201


def test_same_coordinates_at_two_addresses_are_flagged(field: Fieldwork) -> None:
    field.committed(jpeg())
    other = visit_of(field.city, field.city.people[1].id)
    capture_id = field.committed(jpeg(2), visit_id=str(other.id), subject_ref=other.subject_ref)
    assert flags_of(capture_id)["coordinates_repeated"] == {"times": 1}
