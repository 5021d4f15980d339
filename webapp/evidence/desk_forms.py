"""Reads what the pages of review, archive and map send, as checked values."""

from collections.abc import Mapping
from typing import Any

from webapp.evidence.archive.archive_queries import ArchiveFilter
from webapp.evidence.archive.map_queries import Box
from webapp.evidence.review.review import Decision
from webapp.evidence.review.review_queries import QueueFilter
from webapp.refusals import Refusal
from webapp.roster.look_up import read_search
from webapp.visits.desk_forms import read_day, read_uuid

# The category under which a decision's id waits for the next page, which names what was decided.
DECIDED = "decided"


def read_queue_filter(args: Mapping[str, Any], area_path: str) -> QueueFilter:
    """Return the queue's filter from the address bar."""
    return QueueFilter(
        area_path=area_path, outcome=args.get("outcome", ""),
        conflict=args.get("conflict") == "1", flagged=args.get("flagged") == "1",
    )  # fmt: skip


def read_archive_filter(args: Mapping[str, Any], area_path: str) -> ArchiveFilter:
    """Return the archive's filter from the address bar.

    Raises:
        Refusal: `bad_date`, `not_found` (404) for a malformed worker.
    """
    return ArchiveFilter(
        area_path=area_path, search=read_search(args),
        worker_id=read_uuid(args.get("worker")), outcome=args.get("outcome", ""),
        state=args.get("state", ""), flag=args.get("flag", ""),
        unsent=args.get("unsent") == "1",
        since=read_day(args.get("since")), until=read_day(args.get("until")),
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


def read_box(args: Mapping[str, Any]) -> Box:
    """Return the part of the map that is asked for; the whole earth when it is malformed."""
    try:
        west, south, east, north = (float(args.get(side, "")) for side in Box.__annotations__)
    except ValueError:
        return Box(-180.0, -90.0, 180.0, 90.0)
    return Box(west, south, east, north)
