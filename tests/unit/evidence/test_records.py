"""Records have one meaning or none (evidence §5.66)."""

import contextlib
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.evidence.samples import BODY, raw_of, record_of
from webapp.evidence.records.media_types import ByteLimits
from webapp.evidence.records.record_json import parse_object
from webapp.evidence.records.records import UNKNOWN_ACCURACY_M, parse_record
from webapp.refusals import Refusal

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(
        st.characters(exclude_categories=("Cs",)), max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def reason(raw: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        parse_record(raw)
    assert (refused.value.code, refused.value.status) == ("bad_record", 422)
    return str(refused.value.facts["reason"])


def test_the_sample_of_the_contract_is_read() -> None:
    record = record_of(ticket={"id": BODY["visit_id"], "sha256": "2" * 64},
                       challenge={"code": "4821", "action": "hold_code"})  # fmt: skip
    assert record.challenge == ("4821", "hold_code")
    assert record.sha256 == hashlib.sha256(record.raw).hexdigest()
    assert record.signed_bytes == b"anzai-capture-v1\n" + record.raw
    assert record.clock.claimed_at.isoformat() == "2027-01-12T01:23:44.866000+00:00"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"v": 1, "v": 1}', "duplicate_key"), (b'{"a": {"b": 1, "b": 2}}', "duplicate_key"),
        (b'{"v": NaN}', "not_a_number"), (b'{"v": -Infinity}', "not_a_number"),
        (b'{"v": 1e999}', "not_a_number"), (b'{"v": 9007199254740993}', "integer_too_large"),
        (b'{"v": ' + b"9" * 5000 + b"}", "integer_too_large"), (b"\xff{}", "not_utf8"),
        (b'{"v": "\xed\xa0\x80"}', "not_utf8"), (b'{"v": "\\ud800"}', "lone_surrogate"),
        (b"\xef\xbb\xbf{}", "not_json"), (b"{} {}", "not_json"), (b"", "not_json"),
        (b"[1]", "not_an_object"), (b'{"a":' * 17 + b"1" + b"}" * 17, "too_deep"),
        (b"[" * 100_000, "too_deep"),
    ],
)  # fmt: skip
def test_hostile_json(raw: bytes, why: str) -> None:
    assert reason(raw) == why


@given(JSON)
def test_honest_json_is_read_as_it_is(value: Any) -> None:
    assert parse_object(json.dumps({"x": value}).encode()) == {"x": value}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with pytest.raises(Refusal):
        parse_record(raw)


@given(st.sampled_from(sorted(BODY)), JSON)
def test_any_value_in_any_field_is_read_or_refused(field: str, value: Any) -> None:
    with contextlib.suppress(Refusal):
        assert record_of(**{field: value}).raw


@given(JSON)
def test_unknown_fields_are_kept(value: Any) -> None:
    raw = raw_of(something_new=value)
    assert parse_record(raw).raw == raw


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"v": 3}, "v"), ({"v": True}, "v"), ({"kind": "film"}, "kind"), ({"seq": 1.0}, "seq"),
        ({"seq": -1}, "seq"), ({"prev": "A" * 64}, "prev"), ({"capture_id": "x"}, "capture_id"),
        ({"capture_id": "../../etc/passwd"}, "capture_id"), ({"device_kid": "k"}, "device_kid"),
        ({"media": []}, "media"), ({"media": BODY["media"] * 2}, "media"),
        ({"media": [BODY["media"][0] | {"mime": "image/svg+xml"}]}, "media[0].mime"),
        ({"media": [BODY["media"][0] | {"mime": "video/mp4"}]}, "media[0].mime"),
        ({"media": [BODY["media"][0] | {"bytes": 20_000_001}]}, "media[0].bytes"),
        ({"media": [BODY["media"][0] | {"bytes": 0}]}, "media[0].bytes"),
        ({"clock": BODY["clock"] | {"wall": "2027-13-12T01:23:45Z"}}, "clock.wall"),
        ({"clock": BODY["clock"] | {"wall": "2027-01-12T01:23:45"}}, "clock.wall"),
        ({"clock": None}, "clock"),
        ({"challenge": {"code": "48211", "action": "x"}}, "challenge.code"),
        ({"flags": ["<b>"]}, "flags"), ({"ticket": {"id": "1", "sha256": "2"}}, "ticket.id"),
    ],
)  # fmt: skip
def test_a_fault_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        record_of(**changes)
    assert refused.value.facts["field"] == field


SAMPLE = BODY["position"]["samples"][0]
FAR_TIMES = ["+055000-01-01T00:00:00.000Z", "-000001-12-31T23:59:59.999Z", "1969-12-31T23:59:59Z",
             "2201-01-01T00:00:00.000Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z",
             "1970-01-01T07:59:59+08:00", "2200-12-31T23:59:59-23:59"]  # fmt: skip


@pytest.mark.parametrize("at", [*FAR_TIMES, "", "yesterday", 1, [], {}, 1e300])
def test_a_fix_of_no_time_is_a_fix(at: Any) -> None:
    record = record_of(position={"samples": [SAMPLE | {"at": at}], "age_ms": 0})
    noted = at not in ("1970-01-01T07:59:59+08:00", "2200-12-31T23:59:59-23:59")
    assert record.position.best is not None
    assert (record.position.best.at is None) is noted
    assert record.unreadable == (("position.samples[0].at",) if noted else ())


@pytest.mark.parametrize("wall", FAR_TIMES[:6])
def test_a_clock_of_another_age_is_noted(wall: str) -> None:
    record = record_of(clock=BODY["clock"] | {"wall": wall, "server_offset_ms": -1e13})
    assert record.unreadable == ("clock.wall",)
    assert record.clock.wall == datetime(1970, 1, 1, tzinfo=UTC)
    assert record.clock.claimed_at.year == 1653


@pytest.mark.parametrize("value", [-1, -1e-9, 1e9, 10**20, 10**400, "12", True, [], {}])
@pytest.mark.parametrize("name", ["accuracy_m", "altitude_m", "speed", "heading"])
def test_no_sensor_costs_the_record(name: str, value: Any) -> None:
    record = record_of(position={"samples": [SAMPLE | {name: value}], "age_ms": value})
    best = record.position.best
    assert best is not None
    read = getattr(best, name)
    assert read in (None, UNKNOWN_ACCURACY_M) or abs(read) <= 1e6


@pytest.mark.parametrize("place", [{"lat": 91}, {"lat": None}, {"lon": -181}, {"lat": 10**30}])
def test_a_fix_without_a_place_is_none(place: dict[str, Any]) -> None:
    several = [SAMPLE | place, SAMPLE]
    assert len(record_of(position={"samples": several}).position.samples) == 1
    alone = record_of(position={"samples": [SAMPLE | place]}).position
    assert (alone.samples, alone.error) == ((), "unavailable")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"position": {"error": "lazy"}}, "position.error"), ({"position": 7}, "position"),
        ({"position_error": "lazy"}, "position_error"), ({"app_build": "x" * 101}, "app_build"),
        ({"position": {"samples": 7}}, "position.samples"),
        ({"position": {"samples": [7]}}, "position.samples[0]"),
        ({"position": {"samples": [SAMPLE] * 201}}, "position.samples"),
        ({"clock": BODY["clock"] | {"tz": "\n"}}, "clock.tz"),
        ({"clock": BODY["clock"] | {"time_origin": FAR_TIMES[0]}}, "clock.time_origin"),
        ({"clock": BODY["clock"] | {"monotonic_ms": 10**30}}, "clock.monotonic_ms"),
        ({"clock": BODY["clock"] | {"server_offset_ms": 1e14}}, "clock.server_offset_ms"),
        ({"media": [BODY["media"][0] | {"width": -1}]}, "media[0].width"),
        ({"media": [BODY["media"][0] | {"duration_ms": 1e12}]}, "media[0].duration_ms"),
    ],
)  # fmt: skip
def test_what_was_measured_is_read_or_noted(changes: dict[str, Any], field: str) -> None:
    record = record_of(**changes)
    assert record.unreadable == (field,)
    assert record.raw == raw_of(**changes)


def test_fractions_of_a_pixel_are_rounded() -> None:
    item = BODY["media"][0] | {"width": 1279.5, "height": 719.4}
    read = record_of(media=[item]).media[0]
    assert (read.width, read.height) == (1280, 719)


@pytest.mark.parametrize("name", ["seq", "something_new", "bytes"])
def test_a_huge_number_elsewhere_is_refused(name: str) -> None:
    assert reason(raw_of(**{name: 10**30})) == "integer_too_large"
    assert reason(raw_of(lat=[10**30])) == "integer_too_large"


@pytest.mark.parametrize("missing", [None, {"samples": []}])
def test_no_fix_is_an_honest_answer(missing: Any) -> None:
    assert record_of(position=missing).position.error == "unavailable"


def test_limits_are_settings() -> None:
    limits = ByteLimits(picture=100, video=10)
    with pytest.raises(Refusal):
        parse_record(raw_of(), limits)


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge": {"code": "4821", "action": None}}, {"challenge": {"code": "4821"}},
        {"challenge": {}}, {"clock": {"wall": BODY["clock"]["wall"]}},
        {"position": None, "position_error": "denied"}, {"position": {"error": "timeout"}},
        {"position": {"samples": [{"lat": 36, "lon": 118, "accuracy_m": None, "at": None}]}},
        {"media": [{name: BODY["media"][0][name] for name in ("sha256", "bytes", "mime")}]},
    ],
)  # fmt: skip
def test_what_another_client_may_leave_out_is_left_out(changes: dict[str, Any]) -> None:
    assert record_of(**changes).raw == raw_of(**changes)


def test_what_was_left_out_claims_nothing() -> None:
    media = {name: BODY["media"][0][name] for name in ("sha256", "bytes", "mime")}
    record = record_of(
        challenge={"code": "4821"}, media=[media], position=None, position_error="denied"
    )
    assert record.challenge == ("4821", None)
    assert record.media[0].source == "picker"
    assert record.position.error == "denied"


def test_a_recorders_codecs_are_no_other_type() -> None:
    item = BODY["media"][0] | {"mime": "video/webm;codecs=vp8,opus", "duration_ms": 5123.4}
    assert record_of(kind="video", media=[item]).media[0].mime == "video/webm"
