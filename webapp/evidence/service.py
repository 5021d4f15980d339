"""The use cases of evidence by one name each; every one has its own file beside this."""

# Imported for their job handlers, which the queue must know before anything is enqueued.
from webapp.evidence.decoding import derivations  # noqa: F401
from webapp.evidence.flags import overdue  # noqa: F401
from webapp.evidence.intake.committing import (
    Committed,
    commit_capture,
    own_capture,
)
from webapp.evidence.intake.issuing import issue_tickets
from webapp.evidence.intake.receipts import MediaReceipt, media_receipt
from webapp.evidence.intake.reporting import record_result
from webapp.evidence.recovery import adopting, leftovers  # noqa: F401

__all__ = [
    "Committed",
    "MediaReceipt",
    "commit_capture",
    "issue_tickets",
    "media_receipt",
    "own_capture",
    "record_result",
]
