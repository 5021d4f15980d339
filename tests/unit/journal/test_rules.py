"""Entries: their bytes, what they may hold, and how a low-entropy fact is hidden."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from webapp.journal.rules import (
    Commitment,
    EntryType,
    JsonValue,
    UnfitFactError,
    commit_to,
    entry_body,
    format_instant,
    read_entry,
)

AT = datetime(2027, 1, 12, 1, 23, 45, 678000, tzinfo=UTC)


def body(facts: dict[str, Any], **hidden: Commitment) -> bytes:
    return entry_body(type=EntryType.VIEWED, at=AT, facts=facts, commitments=hidden)


def test_an_entry_is_compact_json_in_the_order_given() -> None:
    facts: dict[str, JsonValue] = {"b": "x", "a": [{"id": "y", "n": 1}], "none": None}

    assert body(facts) == (
        b'{"type":"viewed","at":"2027-01-12T01:23:45.678000Z",'
        b'"b":"x","a":[{"id":"y","n":1}],"none":null}'
    )


def test_an_instant_is_written_in_utc() -> None:
    zibo = timezone(timedelta(hours=8))

    assert format_instant(AT.astimezone(zibo)) == "2027-01-12T01:23:45.678000Z"
    with pytest.raises(ValueError, match="aware"):
        format_instant(datetime(2027, 1, 12))


@pytest.mark.parametrize(
    "value",
    ["测试", "a word with spaces", "x" * 257, "370399195003050018", "37039919500305001X",
     "370399195003050", "13900000001", "+8613900000001", "line\n", 1.5, b"bytes", {"名": "x"},
     {"a b": "x"}, ["ok", "不"], {"deep": [{"deeper": "二楼"}]}],
)  # fmt: skip
def test_what_could_be_about_a_person_is_refused(value: Any) -> None:
    with pytest.raises(UnfitFactError):
        body({"fact": value})


@pytest.mark.parametrize("name", ["type", "at", "salted", "", "A", "a-b", "名", "a" * 41])
def test_names_are_plain_words_and_not_taken(name: str) -> None:
    with pytest.raises(UnfitFactError):
        body({name: "x"})


@pytest.mark.parametrize(
    "value",
    ["", "0198c0de-0000-7000-8000-000000000001", "ab" * 32, "sha256/ab/cd", "2027-01-12T01:23:45Z",
     "a+b/c=", 0, 2**60, True, None, [], {}],
)  # fmt: skip
def test_ids_hashes_codes_and_numbers_are_fit(value: Any) -> None:
    assert read_entry(body({"fact": value}))["fact"] == value


def test_an_entry_has_a_limit() -> None:
    with pytest.raises(UnfitFactError, match="bytes"):
        body({"list": ["ab" * 32] * 1000})


def test_a_hidden_fact_leaves_only_its_digest() -> None:
    made = commit_to("eligible", b"s" * 32)
    written = body({"id": "x"}, outcome=made)

    assert json.loads(written)["salted"] == {"outcome": made.digest.hex()}
    assert b"eligible" not in written
    assert made.covers("eligible")
    assert not made.covers("deceased")
    assert commit_to("eligible", b"t" * 32).digest != made.digest


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit_to("eligible", b"s")


@pytest.mark.parametrize("bad", [b"", b"[1]", b"nonsense", b"\xff", b"1"])
def test_bytes_that_are_no_entry_have_no_facts(bad: bytes) -> None:
    assert read_entry(bad) == {}
