"""The states of an import, and which step leads from one to the next."""

from enum import StrEnum

from webapp.refusals import Refusal


class ImportState(StrEnum):
    """Where a workbook stands on its way into the roster."""

    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"


# In these states the same file must not come in a second time.
STANDING = (ImportState.WAITING, ImportState.CHECKED, ImportState.CONFIRMED, ImportState.APPLIED)

TRANSITIONS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset(
        {ImportState.CHECKED, ImportState.REFUSED, ImportState.DISCARDED}
    ),
    ImportState.CHECKED: frozenset(
        {ImportState.CONFIRMED, ImportState.DISCARDED, ImportState.WAITING}
    ),
    ImportState.CONFIRMED: frozenset({ImportState.APPLIED, ImportState.CHECKED}),
    ImportState.APPLIED: frozenset({ImportState.UNDONE}),
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
