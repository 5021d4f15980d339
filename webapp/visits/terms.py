"""The term of a visit: the day by which it is due and the days on which the worker may go."""

from dataclasses import dataclass
from datetime import date

from webapp.refusals import Refusal


@dataclass(frozen=True)
class Term:
    """When a visit is to be made; a window without an edge is open there."""

    due_on: date
    window_from: date | None = None
    window_to: date | None = None


@dataclass(frozen=True)
class TermChange:
    """What is to be different for several visits; None leaves a day as each visit has it."""

    due_on: date | None = None
    window_from: date | None = None
    window_to: date | None = None
    drops_window: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return self == TermChange()

    def of(self, term: Term) -> Term:
        """Return the term that a visit has after the change."""
        kept = Term(term.due_on) if self.drops_window else term
        return Term(
            self.due_on or kept.due_on, self.window_from or kept.window_from,
            self.window_to or kept.window_to,
        )  # fmt: skip


def check_term(term: Term) -> None:
    """Check that the days fit together.

    Raises:
        Refusal: `window_order` when the window ends before it starts, `window_after_due` when a
            day of it lies after the due day.
    """
    if term.window_from and term.window_to and term.window_from > term.window_to:
        raise Refusal("window_order")
    if any(day is not None and day > term.due_on for day in (term.window_from, term.window_to)):
        raise Refusal("window_after_due")


def check_change(*, before: Term, after: Term, today: date) -> None:
    """Check that a term may become another; a day that stays may be past, a new one may not.

    Raises:
        Refusal: `due_past`, `window_past`, and what `check_term` raises.
    """
    if after.due_on != before.due_on and after.due_on < today:
        raise Refusal("due_past")
    if after.window_to and after.window_to != before.window_to and after.window_to < today:
        raise Refusal("window_past")
    check_term(after)
