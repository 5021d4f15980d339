"""Notices keys that are there but are not those that the data was made with.

A database that was brought back beside the keys of another folder would otherwise go on under
the journal's old name with a key that none of its receipts knows, and could read no number.
"""

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, select

from webapp.config import settings
from webapp.evidence.intake.issuing import TICKET_KEY
from webapp.evidence.models import Ticket
from webapp.evidence.records.tickets import read_ticket
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.models import JournalCheckpoint
from webapp.journal.notes import MalformedNoteError
from webapp.journal.signing import UntrustedNoteError, open_note
from webapp.roster.models import Person
from webapp.sealing import unseal

# One row that somebody changed is a matter for `evidence verify-all`; all of these are not.
TRIED_ROWS = 3


def wrong_keys() -> list[str]:
    """Return the keys that fit none of the rows that they made last."""
    return [
        name for name, (newest, fits) in _TRIED.items()
        if (made := db.session.scalars(newest.limit(TRIED_ROWS)).all()) and not any(map(fits, made))
    ]  # fmt: skip


def _signs(note: str) -> bool:
    try:
        open_note(note, [journal.own_key()])
    except (UntrustedNoteError, MalformedNoteError):
        return False
    return True


def _issues(ticket: bytes) -> bool:
    return read_ticket(ticket, key_seed=settings().key(TICKET_KEY)) is not None


def _opens(sealed: bytes) -> bool:
    try:
        unseal(sealed)
    except (InvalidTag, ValueError):
        return False
    return True


_TRIED: dict[str, tuple[Select[Any], Callable[[Any], bool]]] = {
    "journal": (select(JournalCheckpoint.note).order_by(JournalCheckpoint.size.desc()), _signs),
    "ticket": (select(Ticket.body).order_by(Ticket.id.desc()), _issues),
    "roster-seal": (select(Person.number_sealed).order_by(Person.id.desc()), _opens),
}
