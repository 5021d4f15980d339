"""Reads what the pages of review send, as checked values."""

from collections.abc import Mapping
from typing import Any

from webapp.evidence.review.review import Decision
from webapp.evidence.review.review_queries import QueueFilter
from webapp.refusals import Refusal

# The category under which a decision's id waits for the next page, which names what was decided.
DECIDED = "decided"


def read_queue_filter(args: Mapping[str, Any], area_path: str) -> QueueFilter:
    """Return the queue's filter from the address bar."""
    return QueueFilter(
        area_path=area_path, outcome=args.get("outcome", ""),
        conflict=args.get("conflict") == "1", flagged=args.get("flagged") == "1",
    )  # fmt: skip


def read_decision(form: Any) -> dict[str, Any]:
    """Return a decision with its words, ready phrases first, and whether the code was seen.

    Raises:
        Refusal: `malformed` for a decision that there is not.
    """
    try:
        decision = Decision(form.get("decision", ""))
    except ValueError:
        raise Refusal("malformed") from None
    if decision is Decision.PROPOSE:
        raise Refusal("malformed")
    parts = [*form.getlist("phrase"), form.get("words", "")]
    words = " ".join(part.strip() for part in parts if part.strip())
    code_seen = {"1": True, "0": False}.get(form.get("code_seen", ""))
    return {"decision": decision, "words": words, "code_seen": code_seen}
