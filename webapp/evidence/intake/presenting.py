"""Takes back a ticket that this database has lost, from the phone that it was given to.

A database that was restored from an older backup does not have the tickets given out since, and
the phones hold captures made under them, which cannot be signed again. The ticket's bytes bear this
server's own signature, so they are believed: the ticket is kept and journaled once more. What was
lost with the journal is the proof that it was given out before the capture. So `presented_at` and
the flag `ticket_presented` say that only its signature bounds the time from below.
"""

from webapp import clock
from webapp.config import settings
from webapp.evidence.intake.issuing import TICKET_KEY, keep_ticket
from webapp.evidence.models import Ticket
from webapp.evidence.records.records import TicketName
from webapp.evidence.records.tickets import read_ticket, ticket_sha256
from webapp.people.models import Device


def present_ticket(*, named: TicketName, raw: bytes | None, device: Device) -> Ticket | None:
    """Keep the ticket in `raw` when it is the named one, ours, and was given to this phone.

    The phone is locked by the caller, so that two of its records present a ticket once.
    """
    if raw is None or ticket_sha256(raw) != named.sha256:
        return None
    facts = read_ticket(raw, key_seed=settings().key(TICKET_KEY))
    if facts is None or facts.ticket_id != named.id:
        return None
    if (facts.worker_id, facts.device_kid) != (device.account_id, device.kid):
        return None
    return keep_ticket(facts, raw, presented_at=clock.now())
