"""The states of an import, and which step leads from one to the next."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any

from webapp.refusals import Refusal


class ImportState(StrEnum):
    """Where a workbook stands on its way into the roster."""

    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


# Tried only: nothing is decided, and nothing written.
UNCONFIRMED = (ImportState.WAITING, ImportState.CHECKED)
# In these states the same file must not come in a second time.
STANDING = (ImportState.WAITING, ImportState.CHECKED, ImportState.CONFIRMED, ImportState.APPLIED,
            ImportState.UNDOING)  # fmt: skip

TRANSITIONS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset(
        {ImportState.CHECKED, ImportState.REFUSED, ImportState.DISCARDED}
    ),
    ImportState.CHECKED: frozenset(
        {ImportState.CONFIRMED, ImportState.DISCARDED, ImportState.WAITING}
    ),
    ImportState.CONFIRMED: frozenset({ImportState.APPLIED, ImportState.CHECKED}),
    ImportState.APPLIED: frozenset({ImportState.UNDOING}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE}),
    ImportState.REFUSED: frozenset({ImportState.WAITING}),
    ImportState.UNDONE: frozenset(),
    ImportState.DISCARDED: frozenset(),
}


def step(now: str, to: ImportState) -> str:
    """The state after the step.

    Raises:
        Refusal: import_not_possible_now (409).
    """
    if to not in TRANSITIONS[ImportState(now)]:
        raise Refusal("import_not_possible_now", 409, state=now)
    return to.value


class LeftOut(StrEnum):
    """Why nothing of a sheet was read."""

    HIDDEN = "hidden"
    NOT_CHOSEN = "not_chosen"
    NO_HEADER = "no_header"


def sheets_left_out(
    every: Iterable[Collection[Any]], read: Collection[str], chosen: Collection[str] | None
) -> list[dict[str, str]]:
    """Return the sheets that were not read, by name and reason, in the workbook's own order.

    `every` holds for each sheet its name and whether it is hidden.
    """
    found = []
    for name, hidden in every:
        if name in read:
            continue
        reason = LeftOut.HIDDEN if hidden else LeftOut.NO_HEADER
        if chosen:
            reason = LeftOut.NO_HEADER if name in chosen else LeftOut.NOT_CHOSEN
        found.append({"name": name, "reason": reason.value})
    return found
