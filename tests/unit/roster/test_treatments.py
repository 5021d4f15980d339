"""The codes of findings are a contract: whoever reads reports relies on them."""

import json
from pathlib import Path

from webapp.roster.reading.treatments import (
    TREATMENT_OF,
    Finding,
    Treatment,
    most_serious,
)
from webapp.roster.sentences import FINDINGS

CONTRACT = Path(__file__).parents[2] / "contracts" / "roster-treatments.json"


def test_every_code_keeps_its_treatment() -> None:
    contract = json.loads(CONTRACT.read_text("utf-8"))
    assert contract["treatments"] == {code: t.value for code, t in TREATMENT_OF.items()}
    assert contract["order"] == [t.value for t in reversed(Treatment)]


def test_every_code_has_its_sentence() -> None:
    assert FINDINGS.keys() == TREATMENT_OF.keys()


def test_the_most_serious_finding_decides() -> None:
    codes = ["row_blank", "id_spaces", "sex_differs", "id_missing", "id_birth_future"]
    findings = [Finding(code) for code in codes]
    expected = ["SKIP", "FIX", "WARN", "HOLD", "REJECT"]
    assert [most_serious(findings[: n + 1]).value for n in range(5)] == expected
    assert most_serious([]) is Treatment.CLEAN
    assert most_serious([Finding("second_benefit")]) is Treatment.CLEAN
