"""The files that both sides read: the phone's records, the challenges, states and codes."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from webapp.evidence.flags.flags import WEIGHTS
from webapp.evidence.records.challenge import ACTIONS, derive_challenge
from webapp.evidence.records.media_types import ACCEPTED_TYPES
from webapp.evidence.records.records import SIGNATURE_PREFIX, parse_record
from webapp.evidence.records.rules import (
    FIRST_PREV,
    TRANSITIONS,
    Chain,
    Neighbours,
    judge_chain,
)
from webapp.evidence.records.signatures import (
    decode_base64url,
    thumbprint,
    verify_es256,
)
from webapp.evidence.sentences import SENTENCES
from webapp.people.sentences import SENTENCES as OF_PEOPLE

CONTRACTS = Path(__file__).parents[2] / "contracts"


def contract(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACTS / f"{name}.json").read_text("utf-8"))
    return found


RECORDS = contract("capture-records")
CHALLENGES = contract("evidence-challenges")
STATES = contract("evidence-states")


@pytest.mark.parametrize("sample", RECORDS["records"], ids=lambda sample: sample["name"])
def test_the_phones_records_are_read_and_verified(sample: dict[str, Any]) -> None:
    record = parse_record(sample["record"].encode())
    assert (record.sha256, record.seq, record.prev) == (
        sample["sha256"], sample["seq"], sample["prev"],
    )  # fmt: skip
    assert record.device_kid == RECORDS["device_kid"] == thumbprint(RECORDS["public_key"])
    assert verify_es256(
        jwk=RECORDS["public_key"], signed=record.signed_bytes,
        signature=decode_base64url(sample["signature"]) or b"",
    )  # fmt: skip


def test_the_phones_records_are_one_chain() -> None:
    assert (RECORDS["signature_prefix"].encode(), RECORDS["first_prev"]) == (
        SIGNATURE_PREFIX, FIRST_PREV,
    )  # fmt: skip
    before = None
    for sample in RECORDS["records"]:
        beside = Neighbours(None, before, None)
        judged = judge_chain(
            seq=sample["seq"], prev=sample["prev"], record_sha256=sample["sha256"], beside=beside
        )
        assert judged is Chain.WHOLE
        before = sample["sha256"]


@pytest.mark.parametrize("case", CHALLENGES["cases"], ids=lambda case: case["code"])
def test_challenges(case: dict[str, str]) -> None:
    seed = decode_base64url(case["challenge_seed"]) or b""
    challenge = derive_challenge(seed=seed, visit_id=UUID(case["visit_id"]))
    assert (challenge.code, challenge.action) == (case["code"], case["action"])
    assert CHALLENGES["actions"] == list(ACTIONS)


def test_states_types_and_flags() -> None:
    moves = {
        (move["of"], move["from"], move["event"]): move["to"] for move in STATES["transitions"]
    }
    assert moves == {
        (type(state).__name__.removesuffix("State").lower(), state.value, event.value): to.value
        for (state, event), to in TRANSITIONS.items()
    }
    assert STATES["media_types"] == {k.value: sorted(v) for k, v in ACCEPTED_TYPES.items()}
    assert STATES["flags"] == dict(sorted(WEIGHTS.items()))


def test_every_code_of_the_contract_has_its_sentence() -> None:
    refusals = STATES["refusals"]
    codes = {*refusals["captures"], *refusals["uploads"], *refusals["set_aside"]}
    assert codes - {"not_found"} <= set(SENTENCES) | set(OF_PEOPLE)
