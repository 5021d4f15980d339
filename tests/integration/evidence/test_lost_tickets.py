"""A database restored from an older backup has lost tickets that phones hold captures under."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from tests.integration.evidence.conftest import MORNING
from tests.integration.evidence.fieldwork import (
    Fieldwork,
    flags_of,
    jpeg,
    newest_capture,
    written,
)
from tests.integration.evidence.test_packaging import packed
from tests.phones import b64url, enrolled, sign
from webapp import clock
from webapp.config import settings
from webapp.database.base import uuid7
from webapp.evidence.export.outside import verify
from webapp.evidence.intake.issuing import TICKET_KEY
from webapp.evidence.models import Ticket
from webapp.evidence.records import tickets
from webapp.evidence.records.signatures import decode_base64url
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db
from webapp.journal import service as journal


def given_and_lost(field: Fieldwork) -> dict[str, Any]:
    """Return a ticket that the phone has and the database has not, as after a restore."""
    ticket = tickets.Ticket(
        ticket_id=uuid7(), worker_id=field.city.accounts["worker1"].id, device_kid=field.phone.kid,
        issued_at=MORNING - timedelta(hours=5, microseconds=7),
        expires_at=MORNING + timedelta(hours=67), checkpoint="lost", challenge_seed=b"s" * 32,
    )  # fmt: skip
    raw = tickets.make_ticket(ticket, key_seed=settings().key(TICKET_KEY))
    return {
        "ticket_id": str(ticket.ticket_id), "sha256": tickets.ticket_sha256(raw),
        "ticket": b64url(raw), "challenge_seed": b64url(ticket.challenge_seed),
    }  # fmt: skip


def under(field: Fieldwork, ticket: dict[str, Any], seed: int = 1) -> bytes:
    named = {"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
    asked = field.phone.challenge(ticket, field.visit_id)
    return field.record(jpeg(seed), ticket=named, challenge=asked)


def post(field: Fieldwork, raw: bytes, ticket: str | None = None) -> tuple[int, str | None]:
    headers = field.phone.headers | {
        "Content-Type": "application/vnd.anzai.capture+json",
        "Capture-Signature": sign(field.phone.key, raw),
    }
    if ticket is not None:
        headers["Capture-Ticket"] = ticket
    answer = field.client.post("/api/v1/captures", data=raw, headers=headers)
    is_receipt = answer.mimetype == "text/plain"
    return answer.status_code, None if is_receipt else answer.get_json()["code"]


def test_a_lost_ticket_is_presented_again_and_the_visit_goes_on(field: Fieldwork) -> None:
    lost = given_and_lost(field)
    raw = under(field, lost)

    assert post(field, raw) == (422, "ticket_unknown")
    assert post(field, raw, lost["ticket"]) == (201, None)
    assert post(field, raw) == (200, None)
    capture = newest_capture()
    assert field.send(str(capture.id), jpeg()).status_code == 204
    flags = flags_of(str(capture.id))
    assert "ticket_presented" in flags
    assert not {"ticket_missing", "challenge_differs", "clock_before_ticket"} & set(flags)
    assert capture.ticket is not None
    assert capture.ticket.issued_at == MORNING - timedelta(hours=5, microseconds=7)
    assert verify_all().is_sound, verify_all().findings


def test_the_next_record_under_it_needs_no_ticket_and_says_so_too(field: Fieldwork) -> None:
    lost = given_and_lost(field)
    raw = under(field, lost)
    assert post(field, raw, lost["ticket"]) == (201, None)
    field.phone.seq, field.phone.prev = 1, hashlib.sha256(raw).hexdigest()
    assert post(field, under(field, lost, 2)) == (201, None)
    assert "ticket_presented" in flags_of(str(newest_capture().id))
    assert written()["ticket"] == 1


def test_a_ticket_that_is_there_is_not_taken_again(field: Fieldwork) -> None:
    ticket = field.phone.ticket()
    assert post(field, under(field, ticket), ticket["ticket"]) == (201, None)
    assert "ticket_presented" not in flags_of(str(newest_capture().id))
    assert written()["ticket"] == 1


def test_a_ticket_of_somebody_else_is_not_believed(field: Fieldwork) -> None:
    lost = given_and_lost(field)
    other = enrolled(field.client, field.city, "volunteer1")
    raw = under(field, lost)
    field.phone.kid, kept = other.kid, field.phone.kid
    foreign = given_and_lost(field)
    field.phone.kid = kept
    forged = b64url((decode_base64url(lost["ticket"]) or b"").replace(b"lost", b"list"))
    for presented in (foreign["ticket"], forged, "", "%%%", "é", "A" * 4000):
        assert post(field, raw, presented) == (422, "ticket_unknown")
    assert (written()["ticket"], written()["capture"], written()["quarantine"]) == (0, 0, 1)


@pytest.mark.parametrize("change", [{"presented_at": None}, {"presented_at": MORNING}])
def test_when_it_was_presented_cannot_be_changed_unseen(
    field: Fieldwork, change: dict[str, Any]
) -> None:
    lost = given_and_lost(field)
    with clock.freeze(MORNING + timedelta(minutes=3)):
        assert post(field, under(field, lost), lost["ticket"]) == (201, None)
    db.session.execute(db.update(Ticket).values(**change))
    db.session.commit()
    named = {finding.object for finding in verify_all().findings if not finding.is_remark}
    assert f"ticket {lost['ticket_id']}" in named


def test_an_outsider_is_told_when_it_was_made(
    app: APIFlask, field: Fieldwork, tmp_path: Path
) -> None:
    lost = given_and_lost(field)
    assert post(field, under(field, lost), lost["ticket"]) == (201, None)
    assert field.send(str(newest_capture().id), jpeg()).status_code == 204
    package = packed(app, field.visit_id, tmp_path / "visit.zip")
    report = verify.report_of(verify.check(package, journal.verifier_key()))
    assert report["sound"], report["findings"]
    [capture] = report["captures"]
    assert capture["not_before"] == (MORNING - timedelta(hours=5, microseconds=7)).isoformat()
    assert "ticket_presented" in {flag["code"] for flag in capture["flags"]}


def test_a_cursor_of_a_lost_database_brings_everything_again(field: Fieldwork) -> None:
    whole = field.phone.get("/pack").get_json()
    number, _, codes = whole["cursor"].partition(".")
    again = field.phone.get(f"/pack?cursor={int(number) + 7}.{codes}").get_json()
    assert [visit["visit_id"] for visit in again["visits"]] == [
        visit["visit_id"] for visit in whole["visits"]
    ]
    assert again["cursor"] == whole["cursor"]
    assert field.phone.get(f"/pack?cursor={whole['cursor']}").get_json()["visits"] == []
