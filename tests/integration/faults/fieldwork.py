"""Fieldwork over real sockets: commit, upload in chunks, report; repeated after a broken line."""

import base64
import hashlib
import io
import os
import random
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, cast

from flask.testing import FlaskClient
from PIL import Image

from tests.contracts.test_stranger import TUS, verify_receipt
from tests.e2e.ledger import Ledger
from tests.e2e.proxy import Moment, Proxy, Trap
from tests.e2e.server import PASSWORD, LiveServer
from tests.e2e.wire import Answer
from tests.phones import TestPhone, sign

CHUNK = 64 * 1024
RECORD_TYPE = "application/vnd.anzai.capture+json"


def picture(seed: int, side: int = 420) -> bytes:
    """Return a noisy JPEG of a few hundred kilobytes that differs with `seed`."""
    noise = random.Random(seed).randbytes(side * side * 3)
    kept = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(kept, "JPEG", quality=90)
    return kept.getvalue()


class FieldPhone:
    """An enrolled phone whose requests go to `wire`; every receipt that it was given is kept."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.wire = server.wire()
        self.inner = TestPhone(cast(FlaskClient, self.wire), "worker1", PASSWORD).enrol()
        self.vkey = self.wire.get("/api/v1/journal/key").text.strip()
        self.receipts: list[str] = []

    def through(self, proxy: Proxy | None) -> None:
        """Send through a proxy from now on, or straight to the server."""
        self.wire.port = self.server.port if proxy is None else proxy.port

    def visit(self) -> dict[str, Any]:
        """Return a visit that has no result yet."""
        visits = self.inner.get("/pack").get_json()["visits"]
        found: dict[str, Any] = next(v for v in visits if v["status"] in {"assigned", "open"})
        return found

    def new_record(self, media: bytes, visit: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Make the next record of this phone's log."""
        return self.inner.record(visit["visit_id"], visit["subject_ref"], media)

    def commit(self, record: bytes) -> Answer:
        """Send a record; the receipt is kept, and the phone's log moves on."""
        answer = self.wire.post("/api/v1/captures", data=record, headers=self.inner.headers | {
            "Capture-Signature": sign(self.inner.key, record), "Content-Type": RECORD_TYPE,
        })  # fmt: skip
        assert answer.status_code in {200, 201}, answer.text
        head = hashlib.sha256(record).hexdigest()
        if self.inner.prev != head:
            self.inner.seq, self.inner.prev = self.inner.seq + 1, head
        self.receipts.append(answer.text)
        return answer

    def begin(self, capture_id: str, media: bytes) -> str:
        """Begin the upload of a file; return its address."""
        sha256 = hashlib.sha256(media).hexdigest()
        words = (("capture_id", capture_id), ("sha256", sha256))
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words)
        answer = self.wire.post("/api/v1/uploads", headers=self.inner.headers | TUS | {
            "Upload-Length": str(len(media)), "Upload-Metadata": metadata})  # fmt: skip
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    def offset(self, place: str) -> int:
        """Ask how far an upload came."""
        answer = self.wire.head(place, headers=self.inner.headers | TUS)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def chunk_headers(self, start: int, part: bytes) -> dict[str, str]:
        """Return the headers of one PATCH."""
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        return self.inner.headers | TUS | {
            "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": f"sha256 {checksum}"}  # fmt: skip

    def send_rest(self, place: str, media: bytes, until: int | None = None) -> None:
        """Send from the server's offset on, chunk by chunk."""
        end = len(media) if until is None else until
        offset = self.offset(place)
        while offset < end:
            part = media[offset : min(offset + CHUNK, end)]
            answer = self.wire.patch(place, data=part, headers=self.chunk_headers(offset, part))
            assert answer.status_code == 204, answer.text
            offset = int(answer.headers["Upload-Offset"])

    def receipt(self, capture_id: str) -> dict[str, Any]:
        """Fetch, keep and verify the receipt of the files."""
        answer = self.wire.get(f"/api/v1/captures/{capture_id}/receipt", self.inner.headers)
        assert answer.status_code == 200, answer.text
        self.receipts.append(answer.text)
        return verify_receipt(answer.text, self.vkey)

    def check_receipts(self, ledger: Ledger) -> None:
        """Every receipt ever given is still true: the journal holds that very entry there."""
        for receipt in self.receipts:
            verify_receipt(receipt, self.vkey)
            lines = receipt.split("\n")
            index = next(int(li.split(" ")[1]) for li in lines if li.startswith("index "))
            body = next(base64.b64decode(li.split(" ")[1]) for li in lines if li[:6] == "extra ")
            query = 'SELECT body FROM journal_entry WHERE "index" = ?'
            assert ledger.rows(query, [index])[0]["body"] == body


def enrol(server: LiveServer) -> FieldPhone:
    """Enrol a phone of worker1."""
    return FieldPhone(server)


def kill_during(
    phone: FieldPhone, proxy: Proxy, moment: Moment, wants: Callable[[bytes], bool],
    act: Callable[[], object],
) -> None:  # fmt: skip
    """Do something through the proxy while the server is killed at a moment of it; restart."""
    proxy.trap = Trap(moment, wants, phone.server.kill)
    phone.through(proxy)
    try:
        act()
        raise AssertionError("the answer came through")
    except (OSError, HTTPException):
        pass
    finally:
        phone.through(None)
        proxy.trap = None
        # Dead or not, the next test finds a server that runs.
        phone.server.kill()
        phone.server.start()


def is_nightly() -> bool:
    """Whether the long form is asked for."""
    return bool(os.environ.get("ANZAI_NIGHTLY"))
