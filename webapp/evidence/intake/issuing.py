"""Gives out tickets, which bound the time of captures from below (evidence §1.2)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from webapp import clock
from webapp.access.rules import Actor
from webapp.config import settings
from webapp.database.base import uuid7
from webapp.evidence.models import Ticket
from webapp.evidence.records.challenge import SEED_BYTES
from webapp.evidence.records.tickets import Ticket as TicketFacts
from webapp.evidence.records.tickets import make_ticket, ticket_sha256
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal

TICKET_KEY = "ticket"
HOUR = timedelta(hours=1)
# A phone fetches a day's tickets at each sync; ten such days within an hour are a loop.
FETCHES_AN_HOUR = 10


@dataclass(frozen=True)
class TicketOrder:
    """How many tickets one phone asks for."""

    actor: Actor
    device_kid: str
    count: int


def issue_tickets(*, actor: Actor, count: int) -> list[Ticket]:
    """Sign and journal `count` tickets (1 to the setting) for the caller's phone.

    Raises:
        Refusal: `quota_tickets` (429), `not_allowed` (403) without a phone.
    """
    if actor.device_kid is None:
        raise Refusal("not_allowed", 403)
    order = TicketOrder(actor, actor.device_kid, min(count, settings().ticket_count))
    _check_quota(order)
    checkpoint = journal.checkpoint()
    return [_issue(order, checkpoint) for _ in range(order.count)]


def _check_quota(order: TicketOrder) -> None:
    since = clock.now() - HOUR
    query = select(func.count()).select_from(Ticket)
    recent = query.where(Ticket.device_kid == order.device_kid, Ticket.issued_at > since)
    if (db.session.scalar(recent) or 0) + order.count > FETCHES_AN_HOUR * settings().ticket_count:
        raise Refusal("quota_tickets", 429, retry_after_seconds=HOUR.seconds)


def _issue(order: TicketOrder, checkpoint: str) -> Ticket:
    at = clock.now()
    facts = TicketFacts(
        ticket_id=uuid7(),
        worker_id=order.actor.account_id,
        device_kid=order.device_kid,
        issued_at=at,
        expires_at=at + timedelta(hours=settings().ticket_hours),
        checkpoint=checkpoint,
        challenge_seed=secrets.token_bytes(SEED_BYTES),
    )
    return keep_ticket(facts, make_ticket(facts, key_seed=settings().key(TICKET_KEY)))


def keep_ticket(facts: TicketFacts, body: bytes, presented_at: datetime | None = None) -> Ticket:
    """Journal and keep a ticket of ours, new or presented again by its phone at an instant."""
    ticket = Ticket(
        id=facts.ticket_id, worker_id=facts.worker_id, device_kid=facts.device_kid,
        sha256=ticket_sha256(body), body=body, challenge_seed=facts.challenge_seed,
        issued_at=facts.issued_at, expires_at=facts.expires_at, presented_at=presented_at,
        journal_index=_journal(facts, body, presented_at),
    )  # fmt: skip
    db.session.add(ticket)
    db.session.flush()
    return ticket


def _journal(facts: TicketFacts, body: bytes, presented_at: datetime | None) -> int:
    """Journal a ticket; one that was lost says when it was issued, as its signed bytes do."""
    again = {} if presented_at is None else {"issued_at": facts.issued_at.isoformat()}
    entry = journal.append(
        type=EntryType.TICKET_ISSUED,
        at=presented_at or facts.issued_at,
        facts={
            "ticket_id": str(facts.ticket_id),
            "ticket_sha256": ticket_sha256(body),
            "device_kid": facts.device_kid,
            **again,
        },
    )
    return entry.index
