"""Writes captures and results straight into the tables, for pages that only read them."""

import hashlib
import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from tests.builders import City
from webapp import clock
from webapp.database.base import uuid7
from webapp.evidence.flags.flagging import set_flags
from webapp.evidence.flags.flags import Flag
from webapp.evidence.models import Capture, Derivation, Media, Ticket
from webapp.evidence.records.challenge import derive_challenge
from webapp.extensions import blobs, db
from webapp.http.instants import rfc3339
from webapp.people.models import Device
from webapp.visits.models import Result, ResultCapture, Visit


def device_of(city: City, username: str) -> Device:
    """Return the account's phone, enrolled on first use."""
    owner = city.accounts[username]
    found = db.session.scalars(db.select(Device).filter_by(account_id=owner.id)).first()
    if found is not None:
        return found
    kid = hashlib.sha256(username.encode()).hexdigest()[:43]
    made = Device(kid=kid, account_id=owner.id, name="测试手机", public_jwk={},
                  token_hash=hashlib.sha256(kid.encode()).digest(), enrolled_at=clock.now(),
                  enrolled_index=0, last_seen_at=clock.now(),
                  confirmed_at=clock.now(), confirmed_by=owner.id)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def ticket_of(device: Device, at: datetime) -> Ticket:
    made = Ticket(worker_id=device.account_id, device_kid=device.kid, sha256=uuid4().hex * 2,
                  body=b"{}", challenge_seed=bytes(32), issued_at=at - timedelta(hours=5),
                  expires_at=at + timedelta(hours=60), journal_index=0)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def record_of(capture: Capture, at: datetime, sha256: str) -> bytes:
    sample = {"lat": 36.8062, "lon": 118.0475, "accuracy_m": 12.4, "altitude_m": 30.0,
              "speed": 0.1, "heading": None, "at": rfc3339(at)}  # fmt: skip
    asked = derive_challenge(seed=bytes(32), subject_id=capture.visit_id)
    return json.dumps({
        "v": 1, "kind": capture.kind, "capture_id": str(capture.id), "flags": [],
        "visit_id": str(capture.visit_id), "subject_ref": "s", "worker_id": str(capture.worker_id),
        "device_kid": capture.device_kid, "seq": capture.seq, "prev": "0" * 64, "ticket": None,
        "challenge": {"code": asked.code, "action": asked.action},
        "media": [{"sha256": sha256, "bytes": 1000, "mime": "image/jpeg", "width": 640,
                   "height": 480, "duration_ms": None, "source": "camera"}],
        "clock": {"wall": rfc3339(at), "monotonic_ms": 1.0, "time_origin": rfc3339(at),
                  "tz": "Asia/Shanghai", "server_offset_ms": 0},
        "position": {"samples": [sample], "age_ms": 100}, "app_build": "test",
    }).encode()  # fmt: skip


def add_capture(
    city: City, visit: Visit, username: str, *, state: str = "received", kind: str = "photo",
    flags: list[dict[str, Any]] | None = None,
) -> Capture:  # fmt: skip
    """Add a capture with one file, inspected and with its renditions when it was received."""
    device, at = device_of(city, username), clock.now()
    count = db.session.scalar(db.select(db.func.count(Capture.id))) or 0
    capture = Capture(
        id=uuid7(), visit_id=visit.id, person_id=visit.person_id, area_path=visit.area_path,
        worker_id=device.account_id,
        device_kid=device.kid, ticket_id=ticket_of(device, at).id, seq=count + 1, prev="0" * 64,
        kind=kind, record_sha256=uuid4().hex * 2, signature=bytes(64), state=state,
        claimed_at=at - timedelta(minutes=9), committed_at=at, commit_index=count,
        latitude=36.8062, longitude=118.0475, accuracy_m=12.4, distance_m=141.0, nearness="near",
    )  # fmt: skip
    set_flags(capture, [Flag(flag["code"], flag["facts"]) for flag in flags or []], [])
    sha256 = hashlib.sha256(str(capture.id).encode()).hexdigest()
    capture.record = record_of(capture, capture.claimed_at, sha256)
    is_here = state == "received"
    capture.media = [Media(
        position=0, sha256=sha256, size_bytes=1000, mime="image/jpeg", width=640, height=480,
        source="camera", state="received" if is_here else "expected",
        received_at=at if is_here else None, received_index=count if is_here else None,
        inspection={} if is_here else None,
    )]  # fmt: skip
    db.session.add(capture)
    for made in ("thumbnail", "preview") if is_here else ():
        key, picture = f"derived/{made}/{sha256}.webp", b"a picture."
        blobs().put(key, BytesIO(picture))
        db.session.add(Derivation(source_sha256=sha256, kind=made, mime="image/webp",
                                  blob_key=key, blob_sha256=hashlib.sha256(picture).hexdigest(),
                                  size_bytes=len(picture), journal_index=count))  # fmt: skip
    db.session.flush()
    return capture


def add_result(
    city: City, visit: Visit, username: str, *captures: Capture, outcome: str = "eligible",
    state: str = "submitted", **changes: Any,
) -> Result:  # fmt: skip
    """Add a result that rests on `captures`; the visit waits for its review."""
    device, at = device_of(city, username), clock.now()
    result = Result(**{
        "id": uuid7(), "visit_id": visit.id, "person_id": visit.person_id,
        "area_path": visit.area_path, "worker_id": device.account_id, "device_kid": device.kid,
        "outcome": outcome, "decided_at": at, "received_at": at, "details": {}, "note": "",
        "body_sha256": "0" * 64, "state": state, "is_standing": state == "submitted",
        "journal_index": 0,
    } | changes)  # fmt: skip
    result.captures = [
        ResultCapture(capture_id=capture.id, record_sha256=capture.record_sha256)
        for capture in captures
    ]
    visit.status = "reported"
    db.session.add(result)
    db.session.commit()
    return result
