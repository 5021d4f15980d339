"""A client written from design §4 alone walks the whole road, and checks what it is told."""

import base64
import hashlib
import io
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from tests.builders import City
from tests.phones import TestPhone, b64url, enrolled, sign
from webapp.extensions import db
from webapp.visits.models import Result

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = 4096


def picture(seed: int = 1) -> bytes:
    """Return a real JPEG that differs with `seed`."""
    image = Image.new("RGB", (640, 480), (40 + seed, 120, 90))
    draw = ImageDraw.Draw(image)
    for step in range(0, 640, 16):
        draw.line((step, 0, 640 - step, 480), fill=(step % 255, seed * 7 % 255, 30), width=5)
    kept = io.BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()


def upload(phone: TestPhone, capture_id: str, media: bytes) -> None:
    sha256 = hashlib.sha256(media).hexdigest()
    pairs = (("capture_id", capture_id), ("sha256", sha256))
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs)
    begun = phone.client.post("/api/v1/uploads", headers=phone.headers | TUS | {
        "Upload-Length": str(len(media)), "Upload-Metadata": metadata})  # fmt: skip
    assert begun.status_code == 201, begun.text
    place = begun.headers["Location"]
    for start in range(0, len(media), CHUNK):
        part = media[start : start + CHUNK]
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        sent = phone.client.patch(place, data=part, headers=phone.headers | TUS | {
            "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": f"sha256 {checksum}"})  # fmt: skip
        assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(start + len(part)))


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162 §2.1.3.2, written again here so that the server does not check itself."""
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        assert sn != 0
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


def verify_receipt(text: str, vkey: str) -> dict[str, Any]:
    """Check a tlog-proof against the journal's key; return the entry that it proves."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    extra = base64.b64decode(next(li for li in lines if li.startswith("extra ")).split(" ", 1)[1])
    index = int(next(li for li in lines if li.startswith("index ")).split(" ")[1])
    hashes = [base64.b64decode(li) for li in lines[1:] if not li.startswith(("extra ", "index "))]
    body, _, signatures = note.partition("\n\n")
    origin, size, root = body.split("\n")[:3]
    name, _, key = vkey.split("+", 2)
    assert origin == name
    raw_key = base64.b64decode(key)
    assert raw_key[0] == 1
    signature = next(li for li in signatures.split("\n") if li.startswith(f"— {name} "))
    Ed25519PublicKey.from_public_bytes(raw_key[1:]).verify(
        base64.b64decode(signature.split(" ")[2])[4:], (body + "\n").encode()
    )
    leaf = hashlib.sha256(b"\x00" + extra).digest()
    assert root_of(leaf, index, int(size), hashes) == base64.b64decode(root)
    entry: dict[str, Any] = json.loads(extra)
    return entry


@pytest.fixture
def phone(client: FlaskClient, city: City) -> TestPhone:
    return enrolled(client, city)


def committed(phone: TestPhone, media: bytes) -> tuple[dict[str, Any], bytes, str]:
    visit = phone.get("/pack").get_json()["visits"][0]
    ticket = phone.ticket()
    body, record = phone.record(
        visit["visit_id"], visit["subject_ref"], media,
        ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]},
        challenge={"code": "4821", "action": "say_number"},
    )  # fmt: skip
    answer = phone.commit(record)
    assert answer.status_code == 201, answer.text
    return body, record, answer.text


def test_the_whole_road(phone: TestPhone) -> None:
    media = picture()
    vkey = phone.client.get("/api/v1/journal/key").text.strip()
    body, record, receipt = committed(phone, media)
    record_sha256 = hashlib.sha256(record).hexdigest()
    entry = verify_receipt(receipt, vkey)
    assert (entry["type"], entry["record_sha256"]) == ("capture_committed", record_sha256)

    waiting = phone.get(f"/captures/{body['capture_id']}/receipt")
    assert waiting.status_code == 202
    assert body["media"][0]["sha256"] in json.dumps(waiting.get_json()["missing"])

    upload(phone, body["capture_id"], media)
    received = phone.get(f"/captures/{body['capture_id']}/receipt")
    assert received.status_code == 200
    entry = verify_receipt(received.text, vkey)
    assert entry["type"] == "media_received"
    assert entry["media_sha256"] == hashlib.sha256(media).hexdigest()

    result = phone.result(body["visit_id"], "eligible", captures=[
        {"capture_id": body["capture_id"], "record_sha256": record_sha256}])  # fmt: skip
    first, second = phone.post("/results", result), phone.post("/results", result)
    assert (first.status_code, second.status_code) == (201, 200)
    other = phone.post("/results", result | {"note": "另一份"})
    assert (other.status_code, other.get_json()["code"]) == (409, "result_differs")
    rival = phone.post("/results", result | {"result_id": b_uuid()})
    assert (rival.status_code, rival.get_json()["code"]) == (409, "other_result_stands")
    assert db.session.scalar(db.select(db.func.count(Result.id))) == 2


def b_uuid() -> str:
    return "0198f000-0000-7000-8000-000000000001"


def test_the_same_record_again_is_200_and_other_bytes_are_409(phone: TestPhone) -> None:
    body, record, _ = committed(phone, picture())
    headers = phone.headers | {"Content-Type": "application/vnd.anzai.capture+json"}

    signed = headers | {"Capture-Signature": sign(phone.key, record)}
    again = phone.client.post("/api/v1/captures", data=record, headers=signed)
    assert again.status_code == 200
    changed = json.dumps(body | {"app_build": "other"}).encode()
    signed = headers | {"Capture-Signature": sign(phone.key, changed)}
    other = phone.client.post("/api/v1/captures", data=changed, headers=signed)
    assert other.status_code == 409


def test_a_result_that_names_an_unknown_capture_is_refused(phone: TestPhone) -> None:
    visit = phone.get("/pack").get_json()["visits"][0]
    answer = phone.post("/results", phone.result(visit["visit_id"], "eligible", captures=[
        {"capture_id": b_uuid(), "record_sha256": "0" * 64}]))  # fmt: skip
    assert (answer.status_code, answer.get_json()["code"]) == (422, "capture_unknown")


def test_eligible_without_a_picture_is_refused(phone: TestPhone) -> None:
    visit = phone.get("/pack").get_json()["visits"][0]
    answer = phone.post("/results", phone.result(visit["visit_id"], "eligible"))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "person_not_shown")
    assert answer.content_type == "application/problem+json"


def test_a_forged_signature_is_refused(phone: TestPhone) -> None:
    visit = phone.get("/pack").get_json()["visits"][0]
    _, record = phone.record(visit["visit_id"], visit["subject_ref"], picture())
    answer = phone.client.post("/api/v1/captures", data=record, headers=phone.headers | {
        "Capture-Signature": b64url(b"\x01" * 64),
        "Content-Type": "application/vnd.anzai.capture+json"})  # fmt: skip
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_signature")


def test_the_journal_is_consistent_over_the_road(phone: TestPhone) -> None:
    before = int(phone.client.get("/api/v1/journal/checkpoint").text.split("\n")[1])
    committed(phone, picture())
    after = int(phone.client.get("/api/v1/journal/checkpoint").text.split("\n")[1])
    proof = phone.client.get(f"/api/v1/journal/consistency?from={before}&to={after}")
    assert after > before
    assert all(len(base64.b64decode(h)) == 32 for h in proof.get_json()["hashes"])


LEAN = {"ended_at": None, "action": None, "note": None, "position": None}


def test_null_stands_for_absent_in_a_result(phone: TestPhone) -> None:
    visit = phone.get("/pack").get_json()["visits"][0]
    attempt = {"attempt_id": b_uuid(), "started_at": "2026-11-20T01:00:00+08:00", "met": "refused"}
    result = phone.result(visit["visit_id"], "refused", details={"reason": "不愿配合"}) | {
        "attempts": [attempt | LEAN], "captures": None, "contact_changes": None, "note": None,
        "unknown": {"kept": "nowhere"},
    }  # fmt: skip
    first = phone.post("/results", result)
    assert first.status_code == 201, first.text
    assert phone.post("/results", result).status_code == 200
    kept = db.session.scalars(db.select(Result)).one()
    assert (kept.note, kept.details) == ("", {"reason": "不愿配合", "words": "不愿配合"})


def test_a_capture_without_an_action_and_with_codecs(phone: TestPhone) -> None:
    visit = phone.get("/pack").get_json()["visits"][0]
    video = {"sha256": "ab" * 32, "bytes": 5, "mime": "video/webm;codecs=vp8", "duration_ms": 5000,
             "width": None, "height": None, "source": "camera"}  # fmt: skip
    _, record = phone.record(
        visit["visit_id"], visit["subject_ref"], b"", kind="video", media=[video],
        challenge={"code": "4821", "action": None}, position={"error": "denied"}, more=[None],
    )  # fmt: skip
    answer = phone.commit(b"\n " + record + b"\t\n")
    assert answer.status_code == 201, answer.text


def test_a_refusal_says_how_to_sign_in_and_names_its_status(phone: TestPhone) -> None:
    answer = phone.client.get("/api/v1/pack")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    said = answer.get_json()
    assert (said["title"], said["type"]) == ("Unauthorized", "about:blank")
    unknown = phone.get(f"/captures/{b_uuid()}/receipt")
    assert (unknown.status_code, unknown.get_json()["code"]) == (404, "not_found")


def test_an_upload_without_patch(phone: TestPhone) -> None:
    """tus 1.0.0: `X-HTTP-Method-Override` is to be taken for the method."""
    media = picture()
    body, _, _ = committed(phone, media)
    headers = phone.headers | TUS
    metadata = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}"
        for name, value in (("capture_id", body["capture_id"]),
                            ("sha256", hashlib.sha256(media).hexdigest()))
    )  # fmt: skip
    too_long = phone.client.post("/api/v1/uploads", headers=headers | {
        "Upload-Length": "100000001", "Upload-Metadata": metadata})  # fmt: skip
    assert (too_long.status_code, too_long.get_json()["code"]) == (413, "upload_too_long")
    begun = phone.client.post("/api/v1/uploads", headers=headers | {
        "Upload-Length": str(len(media)), "Upload-Metadata": metadata})  # fmt: skip
    place = begun.headers["Location"]
    sent = phone.client.post(place, data=media, headers=headers | {
        "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream"})  # fmt: skip
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(media)))
    asked = phone.client.post(place, headers=headers | {"X-HTTP-Method-Override": "HEAD"})
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, str(len(media)))
    assert "Content-Type" not in asked.headers
    revoked = phone.client.post(f"/api/v1/devices/{phone.kid}", headers=phone.headers | {
        "X-HTTP-Method-Override": "DELETE"})  # fmt: skip
    assert revoked.status_code == 204
    elsewhere = phone.client.post("/api/v1/pack", headers={"X-HTTP-Method-Override": "DELETE"})
    assert elsewhere.status_code == 405
