"""What the phone calls saved the server takes: the values and files that both sides judge."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evidence.samples import BODY, record_of
from webapp.evidence.records.formats import (
    FAMILY_OF,
    HEAD_BYTES,
    families_of_bytes,
)

CONTRACTS = Path(__file__).parents[2] / "contracts"
VALUES = json.loads((CONTRACTS / "record-values.json").read_text("utf-8"))
HEADS = json.loads((CONTRACTS / "media-heads.json").read_text("utf-8"))["heads"]


@pytest.mark.parametrize("fix", VALUES["fixes"], ids=lambda fix: fix["name"])
def test_every_sample_of_the_phone_is_read(fix: dict[str, Any]) -> None:
    if fix["sample"] is None:
        return
    record = record_of(position={"samples": [fix["sample"]], "age_ms": 0})
    assert record.unreadable == ()
    best = record.position.best
    assert best is not None
    assert (best.lat, best.at is None) == (fix["sample"]["lat"], fix["sample"]["at"] is None)


@pytest.mark.parametrize("name", ["pixels", "durations"])
def test_every_measure_of_the_phone_is_read(name: str) -> None:
    for _, written in VALUES[name]:
        member = {"pixels": "width", "durations": "duration_ms"}[name]
        record = record_of(media=[BODY["media"][0] | {member: written}])
        assert record.unreadable == ()
        assert getattr(record.media[0], member) == written


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head["name"])
def test_heads_are_judged_alike(head: dict[str, Any]) -> None:
    data = bytes.fromhex(head["head"])
    assert (FAMILY_OF[head["mime"]] in families_of_bytes(data[:HEAD_BYTES])) is head["taken"]
