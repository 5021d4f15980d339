"""Other clients' names for details are understood, and nothing that they said is lost."""

from typing import Any

import pytest

from webapp.visits.detail_names import OTHER_NAMES, canonical_details
from webapp.visits.rules import REQUIRED_DETAILS, Outcome


@pytest.mark.parametrize(
    ("outcome", "sent", "understood"),
    [
        (Outcome.IMPRISONED, {"court": "某法院", "from": "2025-01-01"}, {"place": "某法院"}),
        (Outcome.IMPRISONED, {"place": None, "prison": "某监狱"}, {"place": "某监狱"}),
        (Outcome.MOVED_AWAY, {"new_address": "青岛", "who_said_so": "邻居"},
         {"address": "青岛", "informant": "邻居"}),
        (Outcome.MOVED_AWAY, {"address": "青岛", "new_address": "济南", "informant": "邻居"}, {}),
        (Outcome.IDENTITY_DOUBT, {"what_differs": "年龄"}, {"differs": "年龄"}),
        (Outcome.DECEASED, {"day": "2026-12-30"}, {}),
        (Outcome.REFUSED, {"words": " ", "reason": ""}, {}),
    ],
)  # fmt: skip
def test_details(outcome: Outcome, sent: dict[str, Any], understood: dict[str, str]) -> None:
    once = canonical_details(outcome, sent)
    assert once == sent | understood
    assert canonical_details(outcome, once) == once


def test_only_what_the_rules_ask_for_has_other_names() -> None:
    for outcome, names in OTHER_NAMES.items():
        assert set(names) <= set(REQUIRED_DETAILS[outcome])
