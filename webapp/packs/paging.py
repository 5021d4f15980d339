"""Cuts what changed into pages, so that one cursor counts the changes of every section."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from webapp.extensions import db
from webapp.packs.changes import Numbered
from webapp.packs.sections import Asked, ChangingSection

PAGE = 500


@dataclass(frozen=True)
class Page:
    """What a page holds, the newest number in it, and whether more waits."""

    members: dict[str, Any]
    newest: int
    is_cut: bool


def first_page(query: Select[Any], table: Any, *, after: int) -> Sequence[Any]:
    """Return the first rows of `table` that changed after a number.

    One change is never cut in two. A phone that begins gets all, numbered or not.
    """
    if after:
        query = query.where(table.change_no > after)
    query = query.order_by(table.change_no, table.id)
    page = list(db.session.scalars(query.limit(PAGE)))
    if len(page) == PAGE:
        rest = query.where(table.change_no == page[-1].change_no, table.id > page[-1].id)
        page.extend(db.session.scalars(rest))
    return page


def read_page(asked: Asked, sections: Sequence[ChangingSection]) -> Page:
    """Read one page of several sections, up to the number that all of them reach.

    A section that has more to tell holds the others back: what lies behind its last row is told by
    the next page, for the cursor may not pass a change that was not told.
    """
    rows = [section.changed(asked) for section in sections]
    ends = [changed[-1].change_no for changed in rows if len(changed) >= PAGE]
    until = min(ends, default=None)
    members: dict[str, Any] = {}
    numbers = [asked.after]
    for section, changed in zip(sections, rows, strict=True):
        held = [row for row in changed if until is None or row.change_no <= until]
        removed = section.removed(asked, until)
        numbers += _numbers(held) + _numbers(removed)
        members |= section.show(asked, held, removed)
    return Page(members, max(numbers), until is not None)


def _numbers(rows: Sequence[Numbered]) -> list[int]:
    return [row.change_no for row in rows]
