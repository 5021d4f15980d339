"""Which result of a visit stands and in which state each is, replayed from journal entries.

It is what `visits.results` does to rows, done to the entries alone, so that rows can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.evidence.review.review import Decision
from webapp.journal.rules import EntryType
from webapp.visits.rules import WAITING, ResultState

KINDS = (EntryType.RESULT_SUBMITTED, EntryType.REVIEW_DECIDED, EntryType.CORRECTION)


@dataclass
class Standing:
    """The results of one visit by id; `standing` is the id of the one that stands.

    `unsure` holds those whose entries are of an earlier version, which do not say whether the
    result stood when it came: it did not if its visit had been cancelled.
    """

    states: dict[str, ResultState] = field(default_factory=dict)
    standing: str | None = None
    unsure: set[str] = field(default_factory=set)
    _before: dict[str, tuple[dict[str, ResultState], str | None]] = field(default_factory=dict)

    def submit(self, result_id: str, state: str | None) -> None:
        """Add a result as it came."""
        stands = self.standing is None if state is None else state == ResultState.SUBMITTED
        if state is None and stands:
            self.unsure.add(result_id)
        self.states[result_id] = ResultState.SUBMITTED if stands else ResultState.CONFLICT
        if stands:
            self.standing = result_id

    def decide(self, result_id: str, review_id: str, decision: str, *, keeps_all: bool) -> None:
        """Let a decision about one of the results do what it does.

        With `keeps_all` its entry holds where all results stood; those of earlier versions hold
        nothing, and are taken back to a result that waited alone.
        """
        self.unsure.discard(result_id)
        waited = ({result_id: ResultState.SUBMITTED}, result_id)
        self._before[review_id] = (dict(self.states), self.standing) if keeps_all else waited
        if decision == Decision.ACCEPT:
            self._accept(result_id)
        elif decision == Decision.PROPOSE:
            self.states[result_id] = ResultState.AWAITING_SECOND
        else:
            is_returned = decision == Decision.RETURN
            self.states[result_id] = ResultState.RETURNED if is_returned else ResultState.SUPERSEDED
            self._fall(result_id)

    def _accept(self, result_id: str) -> None:
        for other, state in self.states.items():
            if state in WAITING or other == self.standing:
                self.states[other] = ResultState.SUPERSEDED
        self.unsure.clear()
        self.states[result_id], self.standing = ResultState.ACCEPTED, result_id

    def take_back(self, result_id: str, review_id: str) -> None:
        """Return to where the results stood, but for those that something else happened to."""
        states, standing = self._before.get(review_id, ({}, None))
        self._fall(result_id)
        for other, state in states.items():
            if other == result_id or self.states.get(other) == ResultState.SUPERSEDED:
                self.states[other] = state
                self.standing = other if other == standing else self.standing

    def _fall(self, result_id: str) -> None:
        if self.standing == result_id:
            self.standing = None

    def fits(self, result_id: str, state: str, *, is_standing: bool) -> bool:
        """Say whether a row may say this of a result."""
        told = self.states.get(result_id)
        if (told, self.standing == result_id) == (state, is_standing):
            return True
        return result_id in self.unsure and (state, is_standing) == (ResultState.CONFLICT, False)


@dataclass
class Standings:
    """All visits, as far as the entries that were followed tell."""

    visits: dict[str, Standing] = field(default_factory=dict)
    _visit_of: dict[str, str] = field(default_factory=dict)

    def follow(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Let one entry do what it does; entries come in the journal's order."""
        result_id = str(facts.get("result_id"))
        if kind == EntryType.RESULT_SUBMITTED:
            visit_id = self._visit_of.setdefault(result_id, str(facts.get("visit_id")))
            self.visits.setdefault(visit_id, Standing()).submit(result_id, facts.get("state"))
        elif kind == EntryType.REVIEW_DECIDED:
            self.of(result_id).decide(
                result_id, str(facts.get("review_id")), str(facts.get("decision")),
                keeps_all="before" in facts,
            )  # fmt: skip
        elif facts.get("what") == "review":
            self.of(result_id).take_back(result_id, str(facts.get("review_id")))

    def of(self, result_id: str) -> Standing:
        """Return the visit of a result; an empty one for a result that no entry tells of."""
        return self.visits.get(self._visit_of.get(result_id, ""), Standing())
