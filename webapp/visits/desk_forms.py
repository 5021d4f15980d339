"""Reads what the visits pages send, from the address bar or from a form, as checked values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from webapp import calendar
from webapp.free_text import read_words
from webapp.refusals import Refusal
from webapp.roster.cells.cleaning import fold_width
from webapp.roster.look_up import read_search
from webapp.visits.desk_queries import VisitFilter
from webapp.visits.people_queries import PeopleFilter
from webapp.visits.terms import Term, TermChange

PEOPLE_FILTERS = ("area", "benefit", "search", "age_from", "age_to", "without_visit", "after")
NUMBER_SEPARATORS = str.maketrans(dict.fromkeys(",，;；、\t", "\n"))
_NUMBER_IN_GROUPS = re.compile(r"\d{15}|\d{17}[\dX]")


@dataclass(frozen=True)
class Dispatch:
    """The form by which visits are made."""

    due_on: date
    window_from: date | None
    window_to: date | None
    note: str
    worker_id: UUID | None


def read_day(raw: str | None) -> date | None:
    """Return a form's date, None for an empty field.

    Raises:
        Refusal: `bad_date`.
    """
    if not raw:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise Refusal("bad_date") from None
    # The calendar's edges have no day before or after them in another time zone.
    if not 1900 <= day.year <= 2200:
        raise Refusal("bad_date")
    return day


def read_uuid(raw: str | None) -> UUID | None:
    """Return a form's id, None for an empty field.

    Raises:
        Refusal: `not_found` (404) for what cannot be an id.
    """
    if not raw:
        return None
    try:
        return UUID(raw)
    except ValueError:
        raise Refusal("not_found", 404) from None


def read_uuids(raw: Sequence[str]) -> list[UUID]:
    """Return the ids of the ticked boxes."""
    return [found for found in map(read_uuid, raw) if found is not None]


def read_whole(raw: str | None, *, most: int = 150) -> int | None:
    """Return a small whole number, None for anything else."""
    if not raw or not raw.isascii() or not raw.isdigit() or int(raw[:6]) > most:
        return None
    return int(raw)


def read_visit_filter(args: Mapping[str, Any], area_path: str) -> VisitFilter:
    """Return the list's filter from the address bar."""
    return VisitFilter(
        area_path=area_path, status=args.get("status", ""),
        worker_id=read_uuid(args.get("worker")), overdue=args.get("overdue") == "1",
        search=read_search(args),
    )  # fmt: skip


def read_people_filter(args: Mapping[str, Any], area_path: str) -> PeopleFilter:
    """Return the pick list's filter from the address bar or from the form's hidden fields."""
    return PeopleFilter(
        area_path=area_path, age_from=read_whole(args.get("age_from")),
        age_to=read_whole(args.get("age_to")), benefit=args.get("benefit", ""),
        search=read_search(args), without_visit=args.get("without_visit") == "1",
    )  # fmt: skip


def read_numbers(text: str) -> list[str]:
    """Return the numbers of a pasted list, each once, in its order; any usual separator.

    Wide signs become plain, and the quote with which worksheets keep a number as text is dropped.
    """
    parted = fold_width(text.translate(NUMBER_SEPARATORS)).translate(NUMBER_SEPARATORS)
    lines = (line.strip("'`’‘ ").upper() for line in parted.splitlines())
    return list(dict.fromkeys(number for line in lines for number in _apart(line)))


def _apart(line: str) -> list[str]:
    """Part a line at its spaces, unless they only group the figures of one number."""
    groups = [group for each in line.split() if (group := each.strip("'`’‘"))]
    whole = "".join(groups)
    return [whole] if _NUMBER_IN_GROUPS.fullmatch(whole) else groups


def read_worker(form: Mapping[str, Any]) -> UUID:
    """Return to whom visits are to be given.

    Raises:
        Refusal: `worker_missing`, `not_found` (404) for a malformed id.
    """
    worker_id = read_uuid(form.get("worker_id"))
    if worker_id is None:
        raise Refusal("worker_missing")
    return worker_id


def read_dispatch(form: Mapping[str, Any]) -> Dispatch:
    """Return how the visits are to be made; what is due must not be overdue at once.

    Raises:
        Refusal: `bad_date`, `due_missing`, `due_past`, `words_too_long`, `not_found` (404) for a
            malformed worker.
    """
    term = read_term(form)
    if term.due_on < calendar.today():
        raise Refusal("due_past")
    return Dispatch(**vars(term), note=read_note(form), worker_id=read_uuid(form.get("worker_id")))


def read_term(form: Mapping[str, Any]) -> Term:
    """Return the whole term that a form states for a visit.

    Raises:
        Refusal: `bad_date`, `due_missing`.
    """
    due_on = read_day(form.get("due_on"))
    if due_on is None:
        raise Refusal("due_missing")
    return Term(due_on, read_day(form.get("window_from")), read_day(form.get("window_to")))


def read_term_change(form: Mapping[str, Any]) -> TermChange:
    """Return which days a form changes for the visits chosen; an empty field changes nothing.

    Raises:
        Refusal: `bad_date`.
    """
    due_on, first, last = (
        read_day(form.get(name)) for name in ("due_on", "window_from", "window_to")
    )
    return TermChange(due_on, first, last, drops_window=form.get("drops_window") == "1")


def read_note(form: Mapping[str, Any]) -> str:
    """Return what the office tells the worker.

    Raises:
        Refusal: `words_too_long`.
    """
    return read_words(str(form.get("note", "")))
