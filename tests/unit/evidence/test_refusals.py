"""Every refusal that a record or a file can meet, and why no honest phone is left with one.

What the phone calls "saved" the server must take. So each refusal is here with what stands before
it on the phone: `MADE` (the phone makes the value itself, in the file named), `CHECKED` (looked at
before "saved" is said; the test named holds it), `AGAIN` (the phone sends again by itself), or
`KEPT` (the server keeps the record apart and the phone goes on). A new refusal fails this test
until somebody has answered for it.
"""

import ast
import copy
import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evidence.samples import BODY
from webapp.evidence.records.formats import Fault
from webapp.evidence.records.records import parse_record
from webapp.evidence.records.tickets import TicketFault
from webapp.refusals import Refusal

ROOT = Path(__file__).parents[3]
PHONE = ROOT / "webapp/static/pwa/src"
TESTS = ROOT / "tests/phone"
REFUSING = {"Refusal", "Kept", "refuse"}
MODULES = (
    "records", "record_fields", "record_json", "committing", "finishing", "verifying", "progress",
    "snapshots", "formats", "uploads", "upload_api", "tus", "spool", "receiving", "tickets",
    "quarantine", "receipts",
)  # fmt: skip


class Before(Enum):
    """What stands between an honest phone and a refusal."""

    MADE = "the phone makes it itself"
    CHECKED = "the phone looks before it says saved"
    AGAIN = "the phone sends again by itself"
    KEPT = "the server keeps it apart, and the phone goes on"


RECORD, CHAIN, UPLOAD = "domain/record.ts", "store/save-capture.ts", "net/upload.ts"
TRANSIENT = "domain/retry.ts"
SAVED = "domain/saved-is-taken.test.ts"
REFUSALS: dict[str, tuple[Before, str]] = {
    # The record.
    "bad_record": (Before.MADE, RECORD),
    "bad_signature": (Before.MADE, RECORD),
    "unknown_device": (Before.MADE, CHAIN),
    "worker_mismatch": (Before.KEPT, "domain/outbox.ts"),
    "subject_mismatch": (Before.CHECKED, "store/captures.test.ts"),
    "seq_fork": (Before.KEPT, "domain/outbox.ts"),
    "capture_differs": (Before.MADE, "domain/uuid7.ts"),
    "not_found": (Before.KEPT, "domain/outbox.ts"),
    "revoked_device": (Before.KEPT, "sync/records.ts"),
    "quota_captures": (Before.AGAIN, "429"),
    "ticket_unknown": (Before.KEPT, "domain/outbox.ts"),
    "ticket_mismatch": (Before.KEPT, "domain/outbox.ts"),
    "ticket_foreign": (Before.KEPT, "domain/outbox.ts"),
    "ticket_expired": (Before.CHECKED, "store/captures.test.ts"),
    # The upload.
    "commit_first": (Before.AGAIN, "503"),
    "media_not_in_record": (Before.MADE, CHAIN),
    "media_length_differs": (Before.MADE, CHAIN),
    "upload_too_long": (Before.CHECKED, SAVED),
    "quota_bytes": (Before.AGAIN, "429"),
    "store_unavailable": (Before.AGAIN, "503"),
    "upload_locked": (Before.AGAIN, "423"),
    "upload_ended": (Before.AGAIN, TRANSIENT),
    "upload_offset": (Before.AGAIN, TRANSIENT),
    "body_cut": (Before.AGAIN, TRANSIENT),
    "checksum_mismatch": (Before.AGAIN, TRANSIENT),
    "checksum_algorithm": (Before.MADE, UPLOAD),
    "upload_finished": (Before.MADE, UPLOAD),
    "upload_length": (Before.MADE, UPLOAD),
    "upload_metadata": (Before.MADE, UPLOAD),
    "tus_version": (Before.MADE, UPLOAD),
    # The file.
    "media_mismatch": (Before.AGAIN, "460"),
    "content_type": (Before.CHECKED, SAVED),
    "content_truncated": (Before.CHECKED, SAVED),
    "content_pixels": (Before.MADE, "device/picture.ts"),
    "media_refused": (Before.CHECKED, SAVED),
    "undecodable": (Before.MADE, "device/picture.ts"),
}
# The members of a record without which nobody could say whose it is, and who makes each.
STRICT = {
    "v": RECORD, "kind": RECORD, "subject_ref": "store/cases.ts", "flags": "domain/codes.ts",
    "capture_id": "domain/uuid7.ts", "visit_id": RECORD, "worker_id": CHAIN, "device_kid": CHAIN,
    "seq": CHAIN, "prev": CHAIN, "media": CHAIN, "clock": "device/clock.ts",
    "ticket": "store/tickets.ts", "ticket.id": "store/tickets.ts",
    "ticket.sha256": "store/tickets.ts", "challenge": "domain/challenge.ts",
    "challenge.code": "domain/challenge.ts", "challenge.action": "domain/challenge.ts",
    "media[0]": CHAIN, "media[0].sha256": CHAIN, "media[0].bytes": CHAIN,
    "media[0].mime": CHAIN, "media[0].source": "screens/capture/shot.ts",
    "clock.wall": "device/clock.ts",
}  # fmt: skip


def refused_by_code() -> Iterator[str]:
    """Give each code with which the evidence rooms refuse, as it stands in their source."""
    for name in MODULES:
        (path,) = (ROOT / "webapp/evidence").rglob(f"{name}.py")
        tree = ast.parse(path.read_text("utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in REFUSING:
                for word in ast.walk(call.args[0]):
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield word.value
    yield from (fault.value for fault in Fault)
    yield from (fault.value for fault in TicketFault)
    yield from ("worker_mismatch", "subject_mismatch", "seq_fork", "not_found", "undecodable")
    yield from ("media_mismatch", "upload_length", "upload_offset")


def test_every_refusal_is_answered_for() -> None:
    assert set(refused_by_code()) == set(REFUSALS)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_what_stands_before_it_is_there(code: str) -> None:
    before, where = REFUSALS[code]
    if before is Before.CHECKED:
        assert (TESTS / where).is_file()
    elif where.isdigit():
        contract = json.loads((ROOT / "tests/contracts/retry.json").read_text("utf-8"))
        verdicts = {row["status"]: row["verdict"] for row in contract["verdicts"]}
        assert verdicts[int(where)] == "again"
    elif before is Before.AGAIN:
        assert f'"{code}"' in (PHONE / where).read_text("utf-8")
    else:
        assert (PHONE / where).is_file()


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Give the path of every member below a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (inside := f"{path}.{name}" if path else name)
            yield from paths(inner, inside)
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield (inside := f"{path}[{place}]")
            yield from paths(inner, inside)


def spoilt(body: Any, path: str) -> Any:
    """Return the record with something else in that place, which no member may hold."""
    whole = copy.deepcopy(body)
    steps = [int(step) if step.isdigit() else step
             for step in path.replace("[", ".").replace("]", "").split(".")]  # fmt: skip
    inner = whole
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = {"?": ["\x00"]} if not isinstance(inner[steps[-1]], dict) else ["\x00"]
    return whole


def test_only_what_names_the_record_is_strict() -> None:
    body = BODY | {
        "ticket": {"id": BODY["visit_id"], "sha256": "2" * 64},
        "challenge": {"code": "4821", "action": "hold_code"},
        "flags": ["picker"],
    }
    refused = set()
    for path in paths(body):
        try:
            record = parse_record(json.dumps(spoilt(body, path)).encode())
        except Refusal:
            refused.add(path)
        else:
            assert any(path.startswith(noted) or noted.startswith(path)
                       for noted in record.unreadable), path  # fmt: skip
    assert refused - {"flags[0]"} == set(STRICT)


@pytest.mark.parametrize("path", sorted(STRICT))
def test_a_strict_member_is_made_by_the_phone(path: str) -> None:
    assert (PHONE / STRICT[path]).is_file()
