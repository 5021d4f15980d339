"""Honest values from which the unit tests make dishonest ones."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.evidence.records.records import (
    CaptureRecord,
    ClockReading,
    PositionReading,
    Sample,
    parse_record,
)

NOW = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
BODY: dict[str, Any] = {
    "v": 1, "kind": "photo", "capture_id": "0198c0de-0000-7000-8000-000000000001",
    "visit_id": "0198c0de-0000-7000-8000-000000000002", "subject_ref": "ab" * 32,
    "worker_id": "0198c0de-0000-7000-8000-000000000003", "device_kid": "k" * 43,
    "seq": 1, "prev": "0" * 64, "ticket": None, "challenge": None,
    "media": [{"sha256": "1" * 64, "bytes": 812345, "mime": "image/jpeg", "width": 1920,
               "height": 1080, "duration_ms": None, "source": "camera"}],
    "clock": {"wall": "2027-01-12T01:23:45.678Z", "monotonic_ms": 93211.4, "tz": "Asia/Shanghai",
              "time_origin": "2027-01-12T01:22:12.467Z", "server_offset_ms": -812},
    "position": {"samples": [{"lat": 36.80512, "lon": 118.04731, "accuracy_m": 12.4,
                              "altitude_m": None, "speed": None, "heading": None,
                              "at": "2027-01-12T01:23:41.002Z"}], "age_ms": 4676},
    "app_build": "1", "flags": [],
}  # fmt: skip


def raw_of(**changes: Any) -> bytes:
    return json.dumps(BODY | changes).encode()


def record_of(**changes: Any) -> CaptureRecord:
    return parse_record(raw_of(**changes))


def sample(lat: float = 36.805123, lon: float = 118.047321, **changes: Any) -> Sample:
    values = {"accuracy_m": 12.5, "altitude_m": 30.0, "speed": 0.1, "heading": None, "at": NOW}
    return Sample(lat=lat, lon=lon, **(values | changes))


def position(*samples: Sample, age_ms: float = 0) -> PositionReading:
    return PositionReading(samples, age_ms, None if samples else "denied")


def clock_at(wall: datetime = NOW, **changes: Any) -> ClockReading:
    values = {"monotonic_ms": 1000.0, "time_origin": wall - timedelta(seconds=1), "tz": "",
              "server_offset_ms": 0.0}  # fmt: skip
    return ClockReading(wall=wall, **(values | changes))
