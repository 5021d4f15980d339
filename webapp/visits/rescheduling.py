"""What an office changes of open visits afterwards: the due day, the window and the note."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from webapp import clock
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.packs import changes
from webapp.refusals import Refusal
from webapp.visits.models import Visit, VisitTermChange
from webapp.visits.rules import OPEN_STATUSES
from webapp.visits.service import visits_in_duty
from webapp.visits.terms import Term, TermChange, check_change


def change_term(*, actor: Actor, visit_id: UUID, term: Term, note: str, today: date) -> bool:
    """Give one visit another term and note; say whether anything is different now.

    Raises:
        Refusal: `not_found` (404), `visit_state` (409) for a visit that is not open, and what
            `terms.check_change` raises.
    """
    visit = _open_visits(actor, [visit_id])[0]
    check_change(before=visit.term, after=term, today=today)
    return bool(_write([(visit, term, note.strip())], actor))


def change_terms(
    *, actor: Actor, visit_ids: Sequence[UUID], change: TermChange, today: date
) -> list[Visit]:
    """Change the days of several visits, of all or of none; return those that are different now.

    Raises:
        Refusal: `term_missing` when nothing is asked for, `term_unfit` with the name of a person
            whose other days do not fit, `due_past`, `window_past`, `not_found` (404),
            `visit_state` (409).
    """
    if change.is_empty:
        raise Refusal("term_missing")
    visits = _open_visits(actor, visit_ids)
    wanted = [(visit, change.of(visit.term), visit.note) for visit in visits]
    for visit, term, _note in wanted:
        _check_one_of_many(visit, term, today)
    return _write(wanted, actor)


def _open_visits(actor: Actor, visit_ids: Sequence[UUID]) -> list[Visit]:
    visits = visits_in_duty(actor=actor, visit_ids=visit_ids)
    for visit in visits:
        if visit.status not in OPEN_STATUSES:
            raise Refusal("visit_state", 409, state=visit.status, event="reschedule")
    return visits


def _check_one_of_many(visit: Visit, term: Term, today: date) -> None:
    """Name the person whose days do not fit: nobody finds one among fifty by trying."""
    try:
        check_change(before=visit.term, after=term, today=today)
    except Refusal as refusal:
        if refusal.code in {"due_past", "window_past"}:
            raise
        raise Refusal("term_unfit", name=visit.person.name) from None


def _write(wanted: Sequence[tuple[Visit, Term, str]], actor: Actor) -> list[Visit]:
    """Write what differs, keep what stood before, and let the next packs bring it."""
    states.name_act(EntryType.VISITS_RESCHEDULED, account_id=str(actor.account_id))
    changed = []
    for visit, term, note in wanted:
        if (visit.term, visit.note) == (term, note):
            continue
        db.session.add(VisitTermChange(
            visit_id=visit.id, changed_at=clock.now(), changed_by=actor.account_id,
            due_on=visit.due_on, window_from=visit.window_from, window_to=visit.window_to,
            note=visit.note,
        ))  # fmt: skip
        visit.due_on, visit.note = term.due_on, note
        visit.window_from, visit.window_to = term.window_from, term.window_to
        changed.append(visit)
    changes.touch(changed)
    db.session.flush()
    return changed
