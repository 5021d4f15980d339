"""Puts a phone's pack together: one page of what changed for its holder since a cursor."""

import json
from hashlib import sha256
from typing import Any

from webapp.access.rules import Actor
from webapp.packs import changes
from webapp.packs.cursor import PRINT, Cursor
from webapp.packs.paging import read_page
from webapp.packs.projections import view_of
from webapp.packs.sections import Asked, changing, projections, references, standing


def pack(*, actor: Actor, cursor: Cursor) -> dict[str, Any]:
    """Return one page of what changed for the actor; `next` is set while more waits.

    `anew` says that the page begins from nothing, and so that what neither it nor the following
    pages name is the holder's no longer, whatever the phone was told before.
    """
    cursor = cursor.where(changes.reached(), view_of(actor.role, projections()))
    asked = Asked(actor, cursor.change_no)
    page = read_page(asked, list(changing.values()))
    told = {name: tell() for name, tell in references.items()}
    reached = Cursor(page.newest, _print_of(told), cursor.history, cursor.view)
    is_known = cursor.codes == reached.codes
    whole: dict[str, Any] = {
        "cursor": str(reached),
        "next": str(reached) if page.is_cut else None,
        "anew": cursor.change_no == 0,
        **page.members,
        **{name: None if is_known else value for name, value in told.items()},
    }
    for tell in standing.values():
        whole |= tell(asked)
    return whole


def _print_of(told: dict[str, dict[str, Any]]) -> str:
    """Return a short hash of all references together, by which a phone's copy is known."""
    together = {name: value for each in told.values() for name, value in each.items()}
    return sha256(json.dumps(together, sort_keys=True).encode()).hexdigest()[:PRINT]
