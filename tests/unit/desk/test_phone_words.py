"""The desk has words for everything that the phone can send as a code."""

import re
from pathlib import Path

import pytest

from webapp.evidence.flags.flags import (
    NOTED_TWICE,
    WEIGHTS,
    Flag,
    gathered,
    said_once,
    total_weight,
)
from webapp.evidence.labels import NOTE_WORDS
from webapp.visits.detail_labels import ANSWER_WORDS, DETAIL_WORDS, details_said

PHONE = Path(__file__).parents[3] / "webapp/static/pwa/src"
QUESTIONS = (PHONE / "screens/model/questions.ts").read_text("utf-8")


def asked() -> set[str]:
    """Return every name under which the phone's questions keep an answer."""
    helped = re.findall(r'\b(?:must|may)\("(\w+)"', QUESTIONS)
    return {*helped, *re.findall(r'\bfield: "(\w+)"', QUESTIONS)}


def offered() -> dict[str, set[str]]:
    """Return the codes that the phone's questions offer, by the name of the answer."""
    found = re.findall(r'field: "(\w+)",\s*choices: \[([^\]]+)\]', QUESTIONS)
    return {name: set(re.findall(r'"(\w+)"', codes)) for name, codes in found}


def noted() -> set[str]:
    """Return the codes that the phone notes in a record."""
    text = (PHONE / "domain/codes.ts").read_text("utf-8")
    (codes,) = re.findall(r"CAPTURE_FLAGS = \[([^\]]+)\]", text)
    return set(re.findall(r'"(\w+)"', codes))


def test_every_question_of_the_phone_has_words() -> None:
    assert len(asked()) > 20
    assert not asked() - DETAIL_WORDS.keys()


def test_every_answer_of_the_phone_has_words() -> None:
    assert offered().keys() == {"identity_document", "source", "reason"}
    for name, codes in offered().items():
        assert codes == ANSWER_WORDS[name].keys(), name


def test_every_note_of_the_phone_has_words() -> None:
    assert noted() == NOTE_WORDS.keys()
    assert NOTED_TWICE.keys() <= noted()
    assert set(NOTED_TWICE.values()) <= WEIGHTS.keys()


@pytest.mark.parametrize(("note", "flag"), NOTED_TWICE.items())
def test_what_the_server_raises_itself_is_said_once(note: str, flag: str) -> None:
    noted, raised = Flag("phone_note", {"note": note}), Flag(flag)
    assert said_once([noted, raised]) == [raised]
    assert said_once([noted]) == [noted]
    assert total_weight(gathered([noted, raised])) == WEIGHTS[flag]


def test_answers_are_said_in_words() -> None:
    details = {"identity_document": "id_card", "identity_last4": "101X", "reason": "别的原因"}
    assert list(details_said("eligible", details)) == [
        ("原因", "别的原因"), ("核对的证件", ANSWER_WORDS["identity_document"]["id_card"]),
        ("证件后四位", "101X"),
    ]  # fmt: skip


def test_what_another_client_said_under_its_own_name_comes_once() -> None:
    details = {"since_when": "2026-03-01", "since": "2026-03-01", "police": "报过警"}
    assert list(details_said("missing", details)) == [
        ("从何时起", "2026-03-01"), ("police", "报过警"),
    ]  # fmt: skip
