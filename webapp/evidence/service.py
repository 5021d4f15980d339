"""The use cases of evidence by one name each; every one has its own file beside this."""

# Imported for their job handlers, which the queue must know before anything is enqueued.
from webapp.evidence import adopting, derivations, leftovers, overdue  # noqa: F401
from webapp.evidence.committing import Committed, commit_capture, own_capture
from webapp.evidence.issuing import issue_tickets
from webapp.evidence.receipts import MediaReceipt, media_receipt
from webapp.evidence.reporting import record_result

__all__ = [
    "Committed",
    "MediaReceipt",
    "commit_capture",
    "issue_tickets",
    "media_receipt",
    "own_capture",
    "record_result",
]
