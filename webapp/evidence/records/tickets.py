"""Tickets: signed bytes that give a capture its lower bound of time (evidence §1.2)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from webapp.evidence.records.signatures import (
    decode_base64url,
    ed25519_public_key,
    encode_base64url,
    sign_ed25519,
    verify_ed25519,
)

PREFIX = b"anzai-ticket-v1\n"
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Ticket:
    """What a ticket promises; the seed (32 bytes) makes the challenges of its captures."""

    ticket_id: UUID
    worker_id: UUID
    device_kid: str
    issued_at: datetime
    expires_at: datetime
    checkpoint: str
    challenge_seed: bytes


def make_ticket(ticket: Ticket, *, key_seed: bytes) -> bytes:
    """Return the signed bytes: a prefix line, one line of JSON, one line of base64url signature."""
    signed = PREFIX + _body(ticket) + b"\n"
    signature = sign_ed25519(seed=key_seed, message=signed)
    return signed + encode_base64url(signature).encode() + b"\n"


def _body(ticket: Ticket) -> bytes:
    body = {
        "ticket_id": str(ticket.ticket_id),
        "worker": str(ticket.worker_id),
        "device_kid": ticket.device_kid,
        "issued_at": ticket.issued_at.isoformat(),
        "expires_at": ticket.expires_at.isoformat(),
        "checkpoint": ticket.checkpoint,
        "challenge_seed": encode_base64url(ticket.challenge_seed),
    }
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def read_ticket(raw: bytes, *, key_seed: bytes) -> Ticket | None:
    """Return the ticket in `raw` when its signature is ours; None for any other bytes."""
    head, _, tail = raw.rstrip(b"\n").rpartition(b"\n")
    signature = decode_base64url(tail.decode("ascii", "replace"))
    public_key = ed25519_public_key(key_seed)
    signed = head + b"\n"
    if signature is None or not signed.startswith(PREFIX):
        return None
    if not verify_ed25519(public_key=public_key, message=signed, signature=signature):
        return None
    body = json.loads(signed[len(PREFIX) :])
    return Ticket(
        ticket_id=UUID(body["ticket_id"]),
        worker_id=UUID(body["worker"]),
        device_kid=body["device_kid"],
        issued_at=datetime.fromisoformat(body["issued_at"]),
        expires_at=datetime.fromisoformat(body["expires_at"]),
        checkpoint=body["checkpoint"],
        challenge_seed=decode_base64url(body["challenge_seed"]) or b"",
    )


def ticket_sha256(raw: bytes) -> str:
    """Return the hash that the journal and a record name, hex."""
    return hashlib.sha256(raw).hexdigest()


class TicketFault(StrEnum):
    """Why a named ticket does not hold; the values are the API's codes."""

    UNKNOWN = "ticket_unknown"
    MISMATCH = "ticket_mismatch"
    FOREIGN = "ticket_foreign"
    EXPIRED = "ticket_expired"


@dataclass(frozen=True)
class NamedTicket:
    """The stored side of a ticket that a record names."""

    sha256: str
    worker_id: UUID
    device_kid: str
    expires_at: datetime


def judge_ticket(
    *,
    stored: NamedTicket | None,
    sha256: str,
    worker_id: UUID,
    device_kid: str,
    claimed_at: datetime,
    now: datetime,
) -> TicketFault | None:
    """Say why a ticket does not hold, None when it does (evidence §5.27).

    Expiry is judged by the instant that the phone claims, for an honest phone may bring its work
    days later. A claim that lies in the server's future proves nothing but a wrong clock, which is
    a flag and never a refusal (evidence §2).
    """
    if stored is None:
        return TicketFault.UNKNOWN
    if stored.sha256 != sha256:
        return TicketFault.MISMATCH
    if (stored.worker_id, stored.device_kid) != (worker_id, device_kid):
        return TicketFault.FOREIGN
    believable = claimed_at <= now + CLOCK_TOLERANCE
    if believable and claimed_at > stored.expires_at + CLOCK_TOLERANCE:
        return TicketFault.EXPIRED
    return None
