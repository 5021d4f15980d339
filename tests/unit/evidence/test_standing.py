"""Which result stands, replayed from entries alone, is what the program does to rows."""

import pytest

from webapp.evidence.review.standing import Standings
from webapp.journal.rules import EntryType

Step = tuple[str, str, str]


def replay(*steps: Step, visit: str = "v") -> Standings:
    """Follow (what, result, rest): a submission with its state, a decision, or a taking back."""
    told = Standings()
    for what, result, rest in steps:
        facts = {"result_id": result, "visit_id": visit}
        if what == "submit":
            facts |= {"state": rest} if rest else {}
            told.follow(EntryType.RESULT_SUBMITTED, facts)
        elif what == "undo":
            undone = facts | {"what": "review", "review_id": rest}
            told.follow(EntryType.CORRECTION, undone)
        else:
            decided = facts | {"decision": what, "review_id": rest, "before": ""}
            told.follow(EntryType.REVIEW_DECIDED, decided)
    return told


A, B = ("submit", "a", "submitted"), ("submit", "b", "conflict")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([A], {"a": ("submitted", True)}),
        ([("submit", "a", "conflict")], {"a": ("conflict", False)}),
        ([A, B], {"a": ("submitted", True), "b": ("conflict", False)}),
        ([A, ("accept", "a", "r")], {"a": ("accepted", True)}),
        ([A, B, ("accept", "b", "r")], {"a": ("superseded", False), "b": ("accepted", True)}),
        ([A, B, ("accept", "a", "r")], {"a": ("accepted", True), "b": ("superseded", False)}),
        ([A, ("return", "a", "r")], {"a": ("returned", False)}),
        ([A, ("return", "a", "r"), ("submit", "b", "submitted")],
         {"a": ("returned", False), "b": ("submitted", True)}),
        ([A, B, ("return", "b", "r")], {"a": ("submitted", True), "b": ("returned", False)}),
        ([A, ("ask_again", "a", "r")], {"a": ("superseded", False)}),
        ([A, ("propose", "a", "r")], {"a": ("awaiting_second", True)}),
        ([A, ("propose", "a", "r"), ("accept", "a", "s")], {"a": ("accepted", True)}),
        ([A, ("accept", "a", "r"), ("undo", "a", "r")], {"a": ("submitted", True)}),
        ([A, B, ("accept", "b", "r"), ("undo", "b", "r")],
         {"a": ("submitted", True), "b": ("conflict", False)}),
        ([A, ("propose", "a", "r"), ("undo", "a", "r")], {"a": ("submitted", True)}),
    ],
)  # fmt: skip
def test_the_end_of_a_visit_is_replayed(
    steps: list[Step], expected: dict[str, tuple[str, bool]]
) -> None:
    told = replay(*steps)
    for result, (state, is_standing) in expected.items():
        assert told.of(result).fits(result, state, is_standing=is_standing), result
        assert not told.of(result).fits(result, state, is_standing=not is_standing)
        assert not told.of(result).fits(result, "other", is_standing=is_standing)


def test_an_entry_of_an_earlier_version_leaves_open_whether_the_visit_was_cancelled() -> None:
    told = replay(("submit", "a", ""))
    assert told.of("a").fits("a", "submitted", is_standing=True)
    assert told.of("a").fits("a", "conflict", is_standing=False)
    assert not told.of("a").fits("a", "accepted", is_standing=True)
    decided = replay(("submit", "a", ""), ("return", "a", "r"))
    assert not decided.of("a").fits("a", "conflict", is_standing=False)
