"""What an outcome rests on by the kind of its visit: the table that the phone's tests read too."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from webapp.http.openapi import VISIT_KINDS
from webapp.visits.kinds import PURPOSE_OF, Purpose, VisitKind, kinds_of
from webapp.visits.requirements import REQUIREMENTS, requirement_of
from webapp.visits.rules import CaptureFact, CaptureKind, Outcome, judge_result

CONTRACT = Path(__file__).parents[2] / "contracts" / "visit-requirements.json"
TABLE: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))


def test_kinds_and_rows_are_those_of_the_contract() -> None:
    assert TABLE["kinds"] == VISIT_KINDS == [kind.value for kind in VisitKind]
    assert TABLE["purposes"] == {kind.value: purpose.value for kind, purpose in PURPOSE_OF.items()}
    assert TABLE["requirements"] == {
        kind.value: {outcome.value: asdict(REQUIREMENTS[kind, outcome]) for outcome in Outcome}
        for kind in VisitKind
    }


def test_every_kind_serves_one_purpose() -> None:
    assert sorted(kinds_of(Purpose.CERTIFY) + kinds_of(Purpose.CARE)) == sorted(VisitKind)
    assert kinds_of(Purpose.CARE) == ["pairing"]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda one: f"{one['kind']}-{one['code']}")
def test_a_result_rests_on_what_its_kind_asks_for(case: dict[str, Any]) -> None:
    captures = [
        CaptureFact(CaptureKind(one["kind"]), one["duration_ms"]) for one in case["captures"]
    ]
    judged = judge_result(
        outcome=Outcome(case["outcome"]), details={}, captures=captures, attempts=[],
        requirement=requirement_of(case["kind"], case["outcome"]),
    )  # fmt: skip
    assert judged.code == case["code"]
