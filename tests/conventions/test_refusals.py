"""Every code with which the server may refuse what a phone called saved stands in the docs."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from apiflask import APIFlask

from tests.unit.evidence.test_refusals import REFUSALS
from webapp.http.errors import SENTENCES
from webapp.visits import set_aside

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/refusals.md"
PHONE = ROOT / "webapp/static/pwa/src"
_ROW = re.compile(
    r"^\| (record|file|result|attempts) \| `([a-z_]+)` \| (\d{3}) \| (\w+) \| (.*) \|$"
)
WAYS = {"made", "checked", "again", "kept"}
# What each report may meet; the rules give their codes as `Judgement(code)` or in a variable.
REPORTS = ("visits/results.py", "visits/attempts.py", "visits/set_aside.py", "visits/rules.py",
           "evidence/intake/reporting.py", "evidence/api.py")  # fmt: skip
ELSEWHERE = {
    "visit_state", "words_missing", "other_visit_open",  # Moves of the desk.
    "bad_record", "bad_signature", "record_too_large",  # Of the record, in the same file.
}  # fmt: skip


def rows() -> list[tuple[str, str, int, str]]:
    found = (_ROW.match(line) for line in PAGE.read_text("utf-8").splitlines())
    return [(m[1], m[2], int(m[3]), m[4]) for m in found if m]


def codes_of_reports() -> Iterator[str]:
    """Give the codes in calls of `Refusal` and `Judgement`, and those that a rule returns."""
    for name in REPORTS:
        for node in ast.walk(ast.parse((ROOT / "webapp" / name).read_text("utf-8"))):
            is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "Refusal", "Kept", "Judgement",
            }  # fmt: skip
            if is_call and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
    yield from ("date_before_birth", "date_before_seen")


def test_every_line_of_the_table_can_be_read() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(lines) - 1 == len(rows())
    assert {how for *_, how in rows()} == WAYS
    assert len({(of, code) for of, code, *_ in rows()}) == len(rows())


def test_the_table_has_every_code_and_no_other() -> None:
    said = {of: {code for kind, code, *_ in rows() if kind == of} for of, *_ in rows()}
    assert said["record"] | said["file"] == set(REFUSALS) | {"record_too_large"}
    assert said["result"] | said["attempts"] == set(codes_of_reports()) - ELSEWHERE


def test_each_status_is_that_of_the_contract() -> None:
    contract = json.loads((ROOT / "tests/contracts/evidence-states.json").read_text("utf-8"))
    statuses = contract["refusals"]["captures"] | contract["refusals"]["uploads"]
    for of, code, status, _ in rows():
        if of in {"record", "file"} and code in statuses:
            assert statuses[code] == status, code
    kept = {code for of, code, _, how in rows() if of == "record" and how == "kept"}
    assert kept == (set(contract["refusals"]["set_aside"]) | {"not_found"}) - {"ticket_unknown"}


def test_what_is_said_to_be_kept_has_a_status_that_is_kept() -> None:
    kept = [(code, status) for of, code, status, how in rows()
            if of in {"result", "attempts"} and how in {"kept", "checked"}]  # fmt: skip
    assert [code for code, status in kept if status not in set_aside.KEPT_STATUSES] == []


def test_every_code_has_words(app: APIFlask) -> None:
    """The phone shows words of its own, or else the server's sentence; never the bare code."""
    words = "".join(path.read_text("utf-8") for path in (PHONE / "i18n").glob("*.ts"))
    for of, code, _, how in rows():
        has_own = f'"refusal.{code}"' in words or f'"lack.{code}"' in words
        # A file that no decoder reads is refused in a job; the phone hears `media_refused`.
        assert has_own or code in SENTENCES or code == "undecodable", (of, code)
        if how == "kept" and code not in {"other_result_stands", "revoked_device"}:
            assert has_own, (of, code)
