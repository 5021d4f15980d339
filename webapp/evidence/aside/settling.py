"""Settles what lies aside: somebody of its office read it and says with a reason what of it."""

from enum import StrEnum

from webapp import clock, sealing
from webapp.access.rules import Actor
from webapp.evidence.aside import items, queries
from webapp.evidence.models import AsideSettlement, Quarantine
from webapp.extensions import db
from webapp.free_text import read_words
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.visits.models import ReportAside


class Settled(StrEnum):
    """What became of it."""

    DISMISSED = "dismissed"


def dismiss(*, actor: Actor, index: int, reason: str) -> AsideSettlement:
    """Settle what the entry `index` set aside without taking it: it stays, and waits no more.

    Raises:
        Refusal: `not_found` (404) outside the actor's area, `own_aside` (403) for who sent it,
            `aside_settled` (409), `aside_taken` (409), `aside_reason`, `words_too_long`.
    """
    row, _ = items.find_row(actor=actor, index=index, for_update=True)
    check_may_settle(actor=actor, row=row, reason=reason)
    return settle(actor=actor, index=index, decision=Settled.DISMISSED, reason=reason)


def check_may_settle(*, actor: Actor, row: Quarantine | ReportAside, reason: str) -> None:
    """Refuse, as `dismiss` says, what nobody or not this actor may settle."""
    if row.worker_id == actor.account_id:
        raise Refusal("own_aside", 403)
    if db.session.get(AsideSettlement, row.journal_index) is not None:
        raise Refusal("aside_settled", 409)
    if queries.is_taken(row):
        raise Refusal("aside_taken", 409)
    if not reason.strip():
        raise Refusal("aside_reason")


def settle(*, actor: Actor, index: int, decision: Settled, reason: str) -> AsideSettlement:
    """Journal a settlement and keep it; its words are sealed, and hidden in the entry."""
    at, words = clock.now(), read_words(reason)
    entry = journal.append(
        type=EntryType.ASIDE_SETTLED,
        at=at,
        facts={
            "aside_index": index, "decision": decision.value, "settled_by": str(actor.account_id),
        },
        salted={"words": words},
    )  # fmt: skip
    made = AsideSettlement(
        aside_index=index, decision=decision.value, sealed=sealing.seal(words),
        settled_by=actor.account_id, settled_at=at, journal_index=entry.index,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made
