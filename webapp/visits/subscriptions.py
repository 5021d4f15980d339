"""What the visits do with news from below: a changed person reaches the phones anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from webapp.extensions import db
from webapp.roster.models import Person
from webapp.roster.signals import people_changed
from webapp.visits import changes
from webapp.visits.models import Visit
from webapp.visits.rules import OPEN_STATUSES

MANY = 500


@people_changed.connect
def bring_people_anew(_sender: Any, *, person_ids: Sequence[UUID]) -> None:
    """Let the next packs bring changed people, and let their visits follow them to their area."""
    for start in range(0, len(person_ids), MANY):
        chunk = person_ids[start : start + MANY]
        statuses = [status.value for status in OPEN_STATUSES]
        query = (
            db.select(Visit, Person.area_path)
            .join(Person, Person.id == Visit.person_id)
            .where(Visit.person_id.in_(chunk), Visit.status.in_(statuses))
        )
        moved = list(db.session.execute(query))
        for visit, area_path in moved:
            visit.area_path = area_path
        changes.touch(visit for visit, _ in moved)
