"""A worker at a visit: makes records now, sends files by tus, and counts what was written."""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import City
from tests.phones import TestPhone
from webapp import clock
from webapp.evidence.flags.gaps import gap_flags
from webapp.evidence.models import (
    Capture,
    Derivation,
    Media,
    Quarantine,
    RaisedFlag,
    Ticket,
    Upload,
)
from webapp.extensions import db
from webapp.journal.models import JournalEntry
from webapp.visits.models import Result, ResultCapture, Visit

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK_TYPE = "application/offset+octet-stream"


def rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def jpeg(seed: int = 1, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a small JPEG whose coarse pattern differs with the seed."""
    digest = b"".join(hashlib.sha256(f"{seed}.{n}".encode()).digest() for n in range(4))
    picture = Image.frombytes("L", (12, 10), digest[:120]).resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def media_item(data: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "mime": "image/jpeg",
        "width": 640, "height": 480, "duration_ms": None, "source": "camera",
    } | changes  # fmt: skip


def written() -> dict[str, int]:
    """Return how many rows each table of evidence, the journal and results hold."""
    db.session.rollback()
    tables = (Ticket, Capture, Media, Upload, Derivation, Quarantine, JournalEntry, Result)
    counts = {t.__tablename__: db.session.scalar(select(func.count()).select_from(t)) or 0
              for t in tables}  # fmt: skip
    db.session.rollback()
    return counts


@dataclass
class Fieldwork:
    """One phone at one visit."""

    client: FlaskClient
    city: City
    phone: TestPhone
    visit_id: UUID
    subject_ref: str

    def record(self, data: bytes, **changes: Any) -> bytes:
        """Return the bytes of the phone's next record, with honest clocks and position."""
        now = clock.now()
        sample = {
            "lat": 36.805123,
            "lon": 118.047321,
            "accuracy_m": 12.4,
            "altitude_m": 31.0,
            "speed": 0.2,
            "heading": None,
            "at": rfc3339(now - timedelta(seconds=4)),
        }
        honest = {
            "clock": {"wall": rfc3339(now), "monotonic_ms": 60_000.0, "tz": "Asia/Shanghai",
                      "time_origin": rfc3339(now - timedelta(seconds=60)),
                      "server_offset_ms": 0},
            "position": {"samples": [sample], "age_ms": 4000},
            "media": [media_item(data)],
        }  # fmt: skip
        body, _ = self.phone.record(self.visit_id, self.subject_ref, data)
        return json.dumps(body | honest | changes).encode()

    @contextmanager
    def visit_of_another(self) -> Iterator[None]:
        """Let the visit be another worker's for a while, so that records of it lie aside."""
        visit = db.session.get_one(Visit, self.visit_id)
        worker, visit.worker_id = visit.worker_id, self.city.accounts["volunteer1"].id
        db.session.commit()
        yield
        db.session.get_one(Visit, self.visit_id).worker_id = worker
        db.session.commit()

    def committed(self, data: bytes, **changes: Any) -> str:
        """Commit a record and return its capture id."""
        answer = self.phone.commit(self.record(data, **changes))
        assert answer.status_code == 201, answer.text
        return str(newest_capture().id)

    def begin(self, capture_id: str, data: bytes, **headers: str) -> TestResponse:
        """Begin an upload."""
        return self.client.post("/api/v1/uploads", headers=self.phone.headers | TUS | {
            "Upload-Length": str(len(data)),
            "Upload-Metadata": metadata(capture_id, hashlib.sha256(data).hexdigest()),
        } | headers)  # fmt: skip

    def patch(self, location: str, offset: int, chunk: bytes, **headers: str) -> TestResponse:
        """Append a chunk."""
        return self.client.patch(location, data=chunk, headers=self.phone.headers | TUS | {
            "Upload-Offset": str(offset), "Content-Type": CHUNK_TYPE,
        } | headers)  # fmt: skip

    def head(self, location: str) -> TestResponse:
        """Ask how far an upload came."""
        return self.client.head(location, headers=self.phone.headers | TUS)

    def send(self, capture_id: str, data: bytes) -> TestResponse:
        """Upload a file in one chunk; return the last answer."""
        begun = self.begin(capture_id, data)
        assert begun.status_code == 201, begun.text
        return self.patch(begun.headers["Location"], 0, data)

    def received(self, data: bytes, **changes: Any) -> str:
        """Commit and upload a file; return the capture id."""
        capture_id = self.committed(data, **changes)
        answer = self.send(capture_id, data)
        assert answer.status_code == 204, answer.text
        return capture_id

    def answered(self, data: bytes, **changes: Any) -> str:
        """Commit and upload a photo that answers a ticket's challenge; return the capture id."""
        ticket = self.phone.ticket()
        named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
        asked = self.phone.challenge(ticket, self.visit_id)
        return self.received(data, **({"ticket": named, "challenge": asked} | changes))

    def receipt(self, capture_id: str) -> TestResponse:
        """Ask for the receipt of the files."""
        return self.phone.get(f"/captures/{capture_id}/receipt")


def metadata(capture_id: str, sha256: str) -> str:
    pairs = {"capture_id": capture_id, "sha256": sha256}
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}"
                    for key, text in pairs.items())  # fmt: skip


def newest_capture() -> Capture:
    db.session.rollback()
    return db.session.scalars(select(Capture).order_by(Capture.commit_index.desc())).first()


def flags_of(capture_id: str) -> dict[str, dict[str, Any]]:
    """Return the flags of a capture and of the results that name it, by code."""
    db.session.rollback()
    named = select(ResultCapture.result_id).filter_by(capture_id=UUID(capture_id))
    rows = select(RaisedFlag).where(
        (RaisedFlag.capture_id == UUID(capture_id)) | RaisedFlag.result_id.in_(named)
    )
    gaps = gap_flags([UUID(capture_id)]).values()
    return {flag.code: dict(flag.facts) for flag in (*db.session.scalars(rows), *gaps)}
