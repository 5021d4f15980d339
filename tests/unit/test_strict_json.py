"""One reader of JSON for the API's bodies and for signed records, each with its own limits."""

import json
from typing import Any

import pytest

from webapp.evidence.records import record_json
from webapp.http import incoming
from webapp.strict_json import Limits, MalformedJsonError, read_json

API, RECORD = incoming.LIMITS, record_json.LIMITS


def reason(text: str, limits: Limits) -> str:
    with pytest.raises(MalformedJsonError) as refused:
        read_json(text, limits)
    return refused.value.reason


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(("limits", "most"), [(API, 32), (RECORD, 16)])
def test_each_reader_has_its_depth(limits: Limits, most: int) -> None:
    assert read_json(nested(most), limits) == json.loads(nested(most))
    assert reason(nested(most + 1), limits) == "too_deep"
    assert read_json('["' + "[" * 99 + '"]', limits) == ["[" * 99]


@pytest.mark.parametrize("limits", [API, RECORD])
@pytest.mark.parametrize(
    ("text", "why"),
    [('{"a": NaN}', "not_a_number"), ("[-Infinity]", "not_a_number"), ("{} {}", "not_json"),
     ("\ufeff{}", "not_json"), ('["\\ud800"]', "lone_surrogate"),
     ('{"\\udfff": 1}', "lone_surrogate"), ("[" * 100_000, "too_deep")],
)  # fmt: skip
def test_what_nobody_may_send(text: str, why: str, limits: Limits) -> None:
    assert reason(text, limits) == why


@pytest.mark.parametrize("text", [r'["a\u0000b"]', r'{"\u0000": 1}', r'["\\\u0000"]'])
def test_the_api_refuses_a_nul_that_databases_cannot_hold(text: str) -> None:
    assert reason(text, API) == "nul"
    assert read_json(text, RECORD) == json.loads(text)


def test_a_backslash_before_the_letters_is_no_nul() -> None:
    assert read_json(r'["\\u0000"]', API) == [r"\u0000"]


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [('{"a": 1, "a": 2}', {"a": 2}, "duplicate_key"),
     ('{"a": 9007199254740992}', {"a": 2**53}, "integer_too_large"),
     ('{"a": [[9007199254740992]]}', {"a": [[2**53]]}, "integer_too_large")],
)  # fmt: skip
def test_only_what_is_signed_must_read_alike_everywhere(text: str, value: Any, why: str) -> None:
    assert read_json(text, API) == value
    assert reason(text, RECORD) == why
    assert read_json('{"a": 9007199254740991}', RECORD) == {"a": 2**53 - 1}


def test_a_measured_integer_beyond_reason_reads_as_infinity() -> None:
    assert read_json('{"lat": 9007199254740992}', RECORD) == {"lat": float("inf")}
    assert reason('{"lat": [9007199254740992]}', RECORD) == "integer_too_large"
