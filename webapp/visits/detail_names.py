"""The names that other clients give to a result's details (domain §A2 has words, not names)."""

from collections.abc import Mapping
from typing import Any

from webapp.visits.rules import Outcome

# The table of outcomes says in words what to write down, so a client written from it may choose
# another name than ours. The first of each list that says something is taken.
OTHER_NAMES: Mapping[Outcome, Mapping[str, tuple[str, ...]]] = {
    Outcome.IMPRISONED: {"place": ("prison", "court", "institution")},
    Outcome.MISSING: {"since": ("since_when", "missing_since", "date")},
    Outcome.DEPENDANT_LOST: {"reason": ("cause", "kind"), "date": ("since",)},
    Outcome.MOVED_AWAY: {
        "address": ("new_address",), "informant": ("who_said_so", "who_said", "source"),
    },
    Outcome.IN_CARE: {"institution": ("place", "name")},
    Outcome.REFUSED: {"words": ("reason", "said")},
    Outcome.IDENTITY_DOUBT: {"differs": ("what_differs", "difference", "differences")},
}  # fmt: skip


def canonical_details(outcome: Outcome, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details with what the rules ask for under our names too; nothing is taken away."""
    found = dict(details)
    for ours, others in OTHER_NAMES.get(outcome, {}).items():
        if _says_nothing(found.get(ours)):
            said = next(
                (found[name] for name in others if not _says_nothing(found.get(name))), None
            )
            if said is not None:
                found[ours] = said
    return found


def _says_nothing(value: object) -> bool:
    return not str(value or "").strip()
