"""A phone for tests in Python: it enrols, signs records and talks the API of design §4."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import PASSWORD, City
from webapp.database import uuid7

PREFIX = b"anzai-capture-v1\n"
ZEROS = "0" * 64


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
class TestPhone:
    """An enrolled phone; `client` sends its requests."""

    __test__ = False

    client: FlaskClient
    username: str = "worker1"
    password: str = PASSWORD
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    token: str = ""
    kid: str = ""
    worker_id: str = ""
    seq: int = 0
    prev: str = ZEROS

    def enrol(self) -> "TestPhone":
        """Enrol with name and password; return itself."""
        answer = self.client.post("/api/v1/devices", json={
            "username": self.username, "password": self.password, "name": "测试手机",
            "public_key": jwk_of(self.key),
        })  # fmt: skip
        assert answer.status_code == 201, answer.text
        body = answer.get_json()
        self.kid, self.token, self.worker_id = body["device_kid"], body["token"], body["worker"]["id"]
        return self

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
        answer = self.post("/tickets", {"count": 1})
        assert answer.status_code == 201, answer.text
        first: dict[str, str] = answer.get_json()[0]
        return first

    def record(
        self, visit_id: UUID, subject_ref: str, media: bytes, **changes: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Make the next record of this phone for one photo; return it and its bytes."""
        body: dict[str, Any] = {
            "v": 1, "kind": "photo", "capture_id": str(uuid7()), "visit_id": str(visit_id),
            "subject_ref": subject_ref, "worker_id": self.worker_id, "device_kid": self.kid,
            "seq": self.seq + 1, "prev": self.prev, "ticket": None, "challenge": None,
            "media": [{"sha256": hashlib.sha256(media).hexdigest(), "bytes": len(media),
                       "mime": "image/jpeg", "width": 640, "height": 480, "duration_ms": None,
                       "source": "camera"}],
            "clock": {"wall": "2027-01-12T01:23:45.678Z", "monotonic_ms": 93211.4,
                      "time_origin": "2027-01-12T01:22:12.467Z", "tz": "Asia/Shanghai",
                      "server_offset_ms": 0},
            "position": {"samples": [{"lat": 36.80512, "lon": 118.04731, "accuracy_m": 12.4,
                                      "altitude_m": None, "speed": None, "heading": None,
                                      "at": "2027-01-12T01:23:41.002Z"}], "age_ms": 4676},
            "app_build": "test", "flags": [],
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

    def result(self, visit_id: UUID, outcome: str, **changes: Any) -> dict[str, Any]:
        """Return a result body for a visit."""
        return {
            "result_id": str(uuid4()), "visit_id": str(visit_id), "outcome": outcome,
            "decided_at": "2027-01-12T01:25:00.000Z", "attempts": [], "captures": [],
            "details": {}, "contact_changes": [], "note": "",
        } | changes  # fmt: skip


def enrolled(client: FlaskClient, city: City, username: str = "worker1") -> TestPhone:
    """Return an enrolled phone of one of the city's accounts."""
    assert username in city.accounts
    return TestPhone(client, username).enrol()
