"""The one table of what an outcome must rest on, by the kind of the visit (domain §S9, §S12, §A2).

`tests/contracts/visit-requirements.json` holds the same rows for the phone's `requirements.ts`. A
row may be tightened by a setting one day, never loosened below the notice.
"""

from collections.abc import Mapping
from types import MappingProxyType

from webapp.visits.kinds import Requirement, VisitKind
from webapp.visits.rules import Outcome

NOTHING = Requirement()
PERSON = Requirement(shown="person")
# What every kind asks of an outcome, unless its own row says otherwise.
OF_OUTCOME: Mapping[Outcome, Requirement] = MappingProxyType(
    {
        Outcome.ELIGIBLE: PERSON,
        Outcome.IDENTITY_DOUBT: PERSON,
        Outcome.IN_CARE: Requirement(shown="person_or_document"),
        Outcome.UNREACHABLE: Requirement(ladder=True),
    }
)
# A scan of the paper register, three papers of a proxy, media that others took.
_OWN: Mapping[tuple[VisitKind, Outcome], Requirement] = {
    (VisitKind.PAPER, Outcome.ELIGIBLE): Requirement(
        documents=1, second_reviewer=True, weaker_proof=True
    ),
    (VisitKind.PROXY, Outcome.ELIGIBLE): Requirement(
        documents=3, second_reviewer=True, weaker_proof=True
    ),
    (VisitKind.LINK, Outcome.ELIGIBLE): Requirement(shown="person", weaker_proof=True),
    (VisitKind.REMOTE_MEDIA, Outcome.ELIGIBLE): Requirement(
        shown="person", second_reviewer=True, weaker_proof=True
    ),
}
REQUIREMENTS: Mapping[tuple[VisitKind, Outcome], Requirement] = MappingProxyType(
    {
        (kind, outcome): _OWN.get((kind, outcome), OF_OUTCOME.get(outcome, NOTHING))
        for kind in VisitKind
        for outcome in Outcome
    }
)


def requirement_of(kind: str, outcome: str) -> Requirement:
    """Return what a result must rest on, by the stored codes of kind and outcome."""
    return REQUIREMENTS[VisitKind(kind), Outcome(outcome)]
