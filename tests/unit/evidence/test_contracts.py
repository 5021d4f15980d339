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
from webapp.refusals import Refusal

CONTRACTS = Path(__file__).parents[2] / "contracts"


def contract(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACTS / f"{name}.json").read_text("utf-8"))
    return found


RECORDS = contract("capture-records")
RECORDS_2 = contract("capture-records-2")
CHALLENGES = contract("evidence-challenges")
STATES = contract("evidence-states")


@pytest.mark.parametrize(
    ("version", "sample"),
    [(each, sample) for each in (RECORDS, RECORDS_2) for sample in each["records"]],
    ids=lambda one: one.get("name", ""),
)
def test_the_phones_records_are_read_and_verified(
    version: dict[str, Any], sample: dict[str, Any]
) -> None:
    record = parse_record(sample["record"].encode())
    assert (record.sha256, record.seq, record.prev) == (
        sample["sha256"], sample["seq"], sample["prev"],
    )  # fmt: skip
    assert record.device_kid == version["device_kid"] == thumbprint(version["public_key"])
    assert verify_es256(
        jwk=version["public_key"], signed=record.signed_bytes,
        signature=decode_base64url(sample["signature"]) or b"",
    )  # fmt: skip


@pytest.mark.parametrize("sample", RECORDS_2["records"], ids=lambda sample: sample["name"])
def test_version_2_names_a_holder_and_a_visit_or_an_occasion(sample: dict[str, Any]) -> None:
    record, said = parse_record(sample["record"].encode()), json.loads(sample["record"])
    assert record.holder.to_json() == said["holder"]
    account = said["holder"].get("account")
    assert record.worker_id == (UUID(account) if account else None)
    subject = record.subject
    assert [subject.visit_id, subject.subject_ref, subject.occasion_id] == [
        UUID(said["visit_id"]) if "visit_id" in said else None,
        said.get("subject_ref", ""),
        UUID(said["occasion_id"]) if "occasion_id" in said else None,
    ]
    seed = decode_base64url(RECORDS_2["challenge_seed"]) or b""
    challenge = derive_challenge(seed=seed, subject_id=subject.id)
    assert record.challenge == (challenge.code, challenge.action)


@pytest.mark.parametrize("case", RECORDS_2["refused"], ids=lambda case: case["name"])
def test_what_has_no_one_meaning_is_no_record(case: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="bad_record") as refused:
        parse_record(case["record"].encode())
    assert (refused.value.facts["field"], refused.value.facts["reason"]) == (
        case["field"], case["reason"],
    )  # fmt: skip


@pytest.mark.parametrize("version", [RECORDS, RECORDS_2], ids=["1", "2"])
def test_the_phones_records_are_one_chain(version: dict[str, Any]) -> None:
    assert (version["signature_prefix"].encode(), version["first_prev"]) == (
        SIGNATURE_PREFIX, FIRST_PREV,
    )  # fmt: skip
    before = None
    for sample in version["records"]:
        beside = Neighbours(None, before, None)
        judged = judge_chain(
            seq=sample["seq"], prev=sample["prev"], record_sha256=sample["sha256"], beside=beside
        )
        assert judged is Chain.WHOLE
        before = sample["sha256"]


@pytest.mark.parametrize("case", CHALLENGES["cases"], ids=lambda case: case["code"])
def test_challenges(case: dict[str, str]) -> None:
    seed = decode_base64url(case["challenge_seed"]) or b""
    challenge = derive_challenge(seed=seed, subject_id=UUID(case["visit_id"]))
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
