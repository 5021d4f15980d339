"""What is done to areas, as the journal tells it: ids, never names."""

from typing import Any
from uuid import UUID

from webapp import clock
from webapp.areas.models import Area
from webapp.journal import service as journal
from webapp.journal.rules import EntryType


def note_area(kind: EntryType, *, area: Area, by: UUID, **facts: Any) -> None:
    """Journal an act on an area; names are no facts, the area's id and place are."""
    told = {"area_id": area.id, "parent_id": area.parent_id, "by": str(by)}
    journal.append(type=kind, at=clock.now(), facts=told | facts)
