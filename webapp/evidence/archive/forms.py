"""Reads what the pages of archive and map send, as checked values."""

from collections.abc import Mapping
from typing import Any

from webapp.evidence.archive.archive_queries import ArchiveFilter
from webapp.evidence.archive.map_queries import Box
from webapp.roster.look_up import read_search
from webapp.visits.desk_forms import read_day, read_uuid


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


def read_box(args: Mapping[str, Any]) -> Box:
    """Return the part of the map that is asked for; the whole earth when it is malformed."""
    try:
        west, south, east, north = (float(args.get(side, "")) for side in Box.__annotations__)
    except ValueError:
        return Box(-180.0, -90.0, 180.0, 90.0)
    return Box(west, south, east, north)
