"""A phone without a screen: it enrols, signs records and talks the API of design §4.

The demo city's evidence is made by it, through the same requests that a real phone sends.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp import clock
from webapp.database.base import uuid7
from webapp.evidence.records.challenge import derive_challenge
from webapp.http.instants import rfc3339

PREFIX = b"anzai-capture-v1\n"
ZEROS = "0" * 64
TUS = {"Tus-Resumable": "1.0.0"}


def b64url(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def jwk_of(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """Return the public half as a JWK."""
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64url(numbers.x.to_bytes(32)),
            "y": b64url(numbers.y.to_bytes(32))}  # fmt: skip


def sign(key: ec.EllipticCurvePrivateKey, record: bytes) -> str:
    """Return the base64url r‖s signature of a record."""
    r, s = decode_dss_signature(key.sign(PREFIX + record, ec.ECDSA(hashes.SHA256())))
    return b64url(r.to_bytes(32) + s.to_bytes(32))


@dataclass
class Phone:
    """An enrolled phone, or an office's browser; `client` sends its requests."""

    client: FlaskClient
    username: str = ""
    password: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    name: str = "测试手机"
    token: str = ""
    kid: str = ""
    worker_id: str = ""
    kind: str = "phone"
    version: int = 1
    seq: int = 0
    prev: str = ZEROS

    def enrol(self) -> "Phone":
        """Enrol with name and password; return itself."""
        answer = self.client.post("/api/v1/devices", json={
            "username": self.username, "password": self.password, "name": self.name,
            "public_key": jwk_of(self.key), "kind": self.kind,
        })  # fmt: skip
        body = self.expect(answer, 201).get_json()
        self.kid, self.token = body["device_kid"], body["token"]
        self.worker_id = body["worker"]["id"]
        return self

    @staticmethod
    def expect(answer: TestResponse, *statuses: int) -> TestResponse:
        """Return the answer when it has one of the statuses; a phone in a demo never guesses."""
        if answer.status_code not in statuses:
            raise RuntimeError(f"{answer.request.path}: {answer.status_code} {answer.text}")
        return answer

    @property
    def sender(self) -> dict[str, Any]:
        """How a record of this phone's version names whose it is."""
        if self.version == 1:
            return {"v": 1, "worker_id": self.worker_id}
        return {"v": 2, "holder": {"account": self.worker_id}}

    @property
    def headers(self) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str) -> TestResponse:
        """GET below /api/v1."""
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: object) -> TestResponse:
        """POST JSON below /api/v1."""
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    def ticket(self) -> dict[str, str]:
        """Fetch one ticket."""
        first: dict[str, str] = self.expect(self.post("/tickets", {"count": 1}), 201).get_json()[0]
        return first

    def challenge(self, ticket: dict[str, str], visit_id: UUID) -> dict[str, str]:
        """Return the code and the action of a visit under a ticket."""
        seed = ticket["challenge_seed"]
        raw = base64.urlsafe_b64decode(seed + "=" * (-len(seed) % 4))
        found = derive_challenge(seed=raw, subject_id=visit_id)
        return {"code": found.code, "action": found.action}

    def record(
        self, visit_id: UUID | str, subject_ref: str, media: bytes, /, **changes: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Make the next record of this phone for one photo; return it and its bytes."""
        at = clock.now()
        body: dict[str, Any] = {
            **self.sender, "kind": "photo", "capture_id": str(uuid7()), "visit_id": str(visit_id),
            "subject_ref": subject_ref, "device_kid": self.kid,
            "seq": self.seq + 1, "prev": self.prev, "ticket": None, "challenge": None,
            "media": [media_of(media)], "clock": clock_of(at),
            "position": position_of(36.80512, 118.04731, 12.4, at),
            "app_build": "demo", "flags": [],
        } | changes  # fmt: skip
        return body, json.dumps(body).encode()

    def commit(self, record: bytes) -> TestResponse:
        """Send a record; on success the phone's own chain moves on."""
        answer = self.client.post(
            "/api/v1/captures", data=record,
            headers=self.headers | {"Capture-Signature": sign(self.key, record),
                                    "Content-Type": "application/vnd.anzai.capture+json"},
        )  # fmt: skip
        if answer.status_code == 201:
            self.seq += 1
            self.prev = hashlib.sha256(record).hexdigest()
        return answer

    def upload(self, capture_id: str, media: bytes) -> None:
        """Send a whole file in one chunk."""
        sha256 = hashlib.sha256(media)
        pairs = (("capture_id", capture_id), ("sha256", sha256.hexdigest()))
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs)
        begun = self.client.post("/api/v1/uploads", headers=self.headers | TUS | {
            "Upload-Length": str(len(media)), "Upload-Metadata": metadata})  # fmt: skip
        checksum = base64.b64encode(sha256.digest()).decode()
        place = self.expect(begun, 201).headers["Location"]
        self.expect(self.client.patch(place, data=media, headers=self.headers | TUS | {
            "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": f"sha256 {checksum}"}), 204)  # fmt: skip

    def result(self, visit_id: UUID | str, outcome: str, **changes: Any) -> dict[str, Any]:
        """Return a result body for a visit."""
        return {
            "result_id": str(uuid7()), "visit_id": str(visit_id), "outcome": outcome,
            "decided_at": rfc3339(clock.now()), "attempts": [], "captures": [],
            "details": {}, "contact_changes": [], "note": "",
        } | changes  # fmt: skip


def media_of(media: bytes, mime: str = "image/png") -> dict[str, Any]:
    """Return how a record names a still picture of 480 × 640."""
    return {"sha256": hashlib.sha256(media).hexdigest(), "bytes": len(media), "mime": mime,
            "width": 480, "height": 640, "duration_ms": None, "source": "camera"}  # fmt: skip


def clock_of(at: datetime) -> dict[str, Any]:
    """Return a record's clock: a page that was opened 90 seconds ago, and no offset."""
    return {"wall": rfc3339(at), "monotonic_ms": 90_000.5,
            "time_origin": rfc3339(at - timedelta(milliseconds=90_000.5)),
            "tz": "Asia/Shanghai", "server_offset_ms": 0}  # fmt: skip


def position_of(lat: float, lon: float, accuracy_m: float, at: datetime) -> dict[str, Any]:
    """Return a record's position with two jittering fixes of the last seconds (WGS-84)."""
    samples = [
        {"lat": round(lat + step * 1.7e-6, 6), "lon": round(lon - step * 2.3e-6, 6),
         "accuracy_m": round(accuracy_m + step * 0.7, 1), "altitude_m": 31.2, "speed": 0.1,
         "heading": None, "at": rfc3339(at - timedelta(seconds=6 - 2 * step))}
        for step in (0, 1)
    ]  # fmt: skip
    return {"samples": samples, "age_ms": 4000}
