"""What the desk reads of visits: the list with its filters, one visit, who can be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import joinedload, selectinload

from webapp import calendar
from webapp.access.rules import GRANTS, Actor, Permission
from webapp.areas.duty import in_duty, lies_in_indexed
from webapp.areas.models import Area
from webapp.desk.navigation import COUNT_LIMIT
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.people.models import Account
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.roster.people_search import is_of
from webapp.visits.models import Result, Visit, VisitRemoval, VisitTermChange
from webapp.visits.rules import OPEN_STATUSES, VisitStatus
from webapp.visits.terms import Term

OPEN = [status.value for status in OPEN_STATUSES]
UNDER_WAY = [*OPEN, VisitStatus.REPORTED.value]


@dataclass(frozen=True)
class VisitFilter:
    """What the list is narrowed by; `area_path` lies within the actor's duty.

    `status` is one of a visit's, "all", or "" for what is under way.
    """

    area_path: str
    status: str = ""
    worker_id: UUID | None = None
    overdue: bool = False
    search: str = ""


@dataclass(frozen=True)
class WorkerChoice:
    """Somebody who can be sent, with how many visits they hold."""

    id: UUID
    name: str
    area: str
    held: int


@dataclass(frozen=True)
class TermStep:
    """One change of a visit's days or note: when, by whom, from what to what."""

    at: datetime
    by: str
    before: Term
    after: Term
    changes_note: bool

    @property
    def changes_window(self) -> bool:
        """Whether the days on which the worker may go are different."""
        first, second = self.before, self.after
        return (first.window_from, first.window_to) != (second.window_from, second.window_to)


def visit_list(*, chosen: VisitFilter, after: str) -> tuple[Sequence[Visit], str | None]:
    """Return one page of visits, soonest due first, and the key of the next page."""
    query = db.select(Visit.id).where(*_narrowed(chosen))
    ids, following = page(query, (Visit.due_on, Visit.id), after)
    options = (joinedload(Visit.person).joinedload(Person.area), joinedload(Visit.worker))
    shown = db.select(Visit).where(Visit.id.in_(ids)).order_by(Visit.due_on, Visit.id)
    return db.session.scalars(shown.options(*options)).all(), following


def _narrowed(chosen: VisitFilter) -> list[Any]:
    wanted: list[Any] = [lies_in_indexed(Visit.area_path, chosen.area_path)]
    if not chosen.status:
        wanted.append(Visit.status.in_(UNDER_WAY))
    elif chosen.status != "all":
        wanted.append(Visit.status == chosen.status)
    if chosen.worker_id is not None:
        wanted.append(Visit.worker_id == chosen.worker_id)
    if chosen.overdue:
        wanted += [Visit.due_on < calendar.today(), Visit.status.in_(OPEN)]
    if chosen.search:
        wanted.append(is_of(Visit.person_id, chosen.search))
    return wanted


def one_visit(*, actor: Actor, visit_id: UUID) -> Visit:
    """Return a visit with all that happened to it.

    Raises:
        Refusal: `not_found` (404), also outside the actor's area.
    """
    query = db.select(Visit).where(Visit.id == visit_id).options(
        joinedload(Visit.person).joinedload(Person.area), joinedload(Visit.worker),
        selectinload(Visit.attempts),
        selectinload(Visit.results).joinedload(Result.worker),
        selectinload(Visit.results).selectinload(Result.captures),
    )  # fmt: skip
    visit: Visit | None = db.session.scalar(query)
    if visit is None or not actor.covers(visit.area_path):
        raise Refusal("not_found", 404)
    return visit


def removals_of(visit_id: UUID) -> Sequence[tuple[VisitRemoval, str]]:
    """Return from whose phones the visit was taken, with their names."""
    query = (
        db.select(VisitRemoval, Account.name)
        .join(Account, VisitRemoval.worker_id == Account.id)
        .where(VisitRemoval.visit_id == visit_id)
        .order_by(VisitRemoval.change_no)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def term_steps(visit: Visit) -> list[TermStep]:
    """Return how the term and the note of a visit were changed, the first change first."""
    query = (
        db.select(VisitTermChange, Account.name)
        .join(Account, VisitTermChange.changed_by == Account.id)
        .where(VisitTermChange.visit_id == visit.id)
        .order_by(VisitTermChange.id)
    )
    rows = db.session.execute(query).all()
    # Each row keeps what stood before; what came of it is what the next one found.
    stood = [row[0] for row in rows] + [visit]
    return [
        TermStep(row[0].changed_at, row[1], stood[number].term, stood[number + 1].term,
                 row[0].note != stood[number + 1].note)
        for number, row in enumerate(rows)
    ]  # fmt: skip


def names_of(account_ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of accounts."""
    query = db.select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return {row.id: row.name for row in db.session.execute(query)}


def workers(actor: Actor) -> list[WorkerChoice]:
    """Return the workers and volunteers of the actor's area by name."""
    held = (
        db.select(func.count())
        .select_from(Visit)
        .where(Visit.worker_id == Account.id, Visit.status.in_(OPEN))
        .scalar_subquery()
    )
    query = (
        db.select(Account.id, Account.name, Area.name.label("area"), held.label("held"))
        .outerjoin(Area, Account.area_id == Area.id)
        .where(Account.is_active.is_(True), in_duty(Account.area_path, actor))
        .where(Account.role.in_([role.value for role in GRANTS[Permission.USE_PHONE]]))
        .order_by(Account.name)
    )
    return [
        WorkerChoice(row.id, row.name, row.area or "", row.held or 0)
        for row in db.session.execute(query)
    ]


def count_of(actor: Actor, *conditions: Any) -> int:
    """Return how many visits of the area meet the conditions, counted up to a limit."""
    found = (
        db.select(Visit.id)
        .where(in_duty(Visit.area_path, actor), *conditions)
        .limit(COUNT_LIMIT + 1)
        .subquery()
    )
    return db.session.scalar(db.select(func.count()).select_from(found)) or 0


def overdue(actor: Actor) -> int:
    """Return how many open visits of the area are past their day."""
    return count_of(actor, Visit.status.in_(OPEN), Visit.due_on < calendar.today())


def planned(actor: Actor) -> int:
    """Return how many visits of the area nobody has yet."""
    return count_of(actor, Visit.status == VisitStatus.PLANNED.value)
