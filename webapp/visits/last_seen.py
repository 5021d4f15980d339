"""Tells when people were last found alive and accepted, which no reported loss may precede."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from webapp.extensions import db
from webapp.visits.detail_days import zibo_day
from webapp.visits.models import Result
from webapp.visits.rules import Outcome, ResultState

SEEN_ALIVE = (Outcome.ELIGIBLE.value, Outcome.IN_CARE.value)


@dataclass(frozen=True)
class Finding:
    """When somebody was found alive by an accepted result, by its phone, and when that came."""

    person_id: UUID
    decided_at: datetime
    received_at: datetime

    @property
    def day(self) -> date:
        """The day in Zibo; a phone's clock that ran ahead is held to when the result came."""
        return zibo_day(min(self.decided_at, self.received_at))


def findings_of(*person_ids: UUID) -> list[Finding]:
    """Return every accepted finding of people alive; a taken-back one is none."""
    query = db.select(Result.person_id, Result.decided_at, Result.received_at).where(
        Result.person_id.in_(person_ids), Result.outcome.in_(SEEN_ALIVE),
        Result.state == ResultState.ACCEPTED.value,
    )  # fmt: skip
    return [Finding(*row) for row in db.session.execute(query)]


def newest_day(findings: Iterable[Finding], *, until: datetime | None = None) -> date | None:
    """Return the newest day of findings; `until` leaves out those that came later."""
    days = [one.day for one in findings if until is None or one.received_at <= until]
    return max(days, default=None)


def last_seen(person_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return the day in Zibo of each person's newest accepted finding."""
    found: dict[UUID, date] = {}
    for one in findings_of(*person_ids):
        found[one.person_id] = max(one.day, found.get(one.person_id, one.day))
    return found
