"""Which term a visit may have, and which another it may be given."""

from datetime import date

import pytest

from webapp.refusals import Refusal
from webapp.visits.terms import Term, TermChange, check_change

TODAY = date(2027, 1, 15)
DUE, EARLY, LATE, PAST = (date(2027, 1, 31), date(2027, 1, 18), date(2027, 1, 25),
                          date(2027, 1, 10))  # fmt: skip


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (Term(PAST), "due_past"),
        (Term(DUE, None, PAST), "window_past"),
        (Term(DUE, LATE, EARLY), "window_order"),
        (Term(EARLY, LATE), "window_after_due"),
        (Term(EARLY, None, LATE), "window_after_due"),
    ],
)
def test_days_that_do_not_fit_are_refused(after: Term, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_change(before=Term(DUE, EARLY, LATE), after=after, today=TODAY)


@pytest.mark.parametrize(
    "after", [Term(TODAY), Term(DUE, PAST, TODAY), Term(DUE, DUE, DUE), Term(DUE, LATE, LATE)]
)
def test_days_that_fit_are_taken(after: Term) -> None:
    check_change(before=Term(DUE, EARLY, LATE), after=after, today=TODAY)


def test_what_is_past_already_may_stay_while_the_rest_changes() -> None:
    overdue = Term(PAST, date(2027, 1, 2), date(2027, 1, 9))
    check_change(before=overdue, after=overdue, today=TODAY)
    check_change(before=overdue, after=Term(DUE, *list(vars(overdue).values())[1:]), today=TODAY)


def test_an_empty_field_leaves_what_each_visit_has() -> None:
    term = Term(DUE, EARLY, LATE)
    assert TermChange().is_empty
    assert TermChange().of(term) == term
    assert TermChange(window_to=DUE).of(term) == Term(DUE, EARLY, DUE)
    assert TermChange(due_on=LATE).of(term) == Term(LATE, EARLY, LATE)
    assert TermChange(drops_window=True).of(term) == Term(DUE)
    assert TermChange(window_from=LATE, drops_window=True).of(term) == Term(DUE, LATE)
