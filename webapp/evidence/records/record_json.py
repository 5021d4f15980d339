"""A JSON reader for hostile bytes: one meaning or none (evidence §5.66)."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from webapp.refusals import Refusal

MAX_DEPTH = 16
# Members that hold what a sensor or a browser measured: one beyond any reason reads as infinity
# there, which no bound admits, and costs the record nothing else.
MEASURED = frozenset({
    "lat", "lon", "accuracy_m", "altitude_m", "speed", "heading", "at", "age_ms",
    "monotonic_ms", "server_offset_ms", "width", "height", "duration_ms",
})  # fmt: skip
MAX_SAFE_INTEGER = 2**53 - 1
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def parse_object(raw: bytes) -> dict[str, Any]:
    """Return the object in `raw`; unknown members are kept.

    Refused as `bad_record`: invalid UTF-8, a byte-order mark, duplicate keys, NaN and infinities,
    integers beyond 2^53 − 1 (but for what was measured), more than 16 levels, lone surrogates,
    anything that is no object.
    """
    try:
        text = raw.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise bad("not_utf8") from error
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_safe_integer,
            parse_float=_finite,
        )
        text_of(value).encode("utf-8", "strict")
    except UnicodeEncodeError as error:
        raise bad("lone_surrogate") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise bad("not_json") from error
    if not isinstance(value, dict):
        raise bad("not_an_object")
    return value


def text_of(value: object) -> str:
    """Return JSON text of a parsed value, characters unescaped."""
    return json.dumps(value, ensure_ascii=False)


def bad(reason: str, field: str = "") -> Refusal:
    """Return the refusal of a record, with the field where one is known."""
    return Refusal("bad_record", status=422, reason=reason, field=field)


def _check_depth(text: str) -> None:
    depth = 0
    for mark in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if mark in "[{" else -1
        if depth > MAX_DEPTH:
            raise bad("too_deep")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise bad("duplicate_key")
    for name, value in pairs:
        if name not in MEASURED or isinstance(value, list):
            _refuse_beyond(value)
    return values


def _refuse_beyond(value: Any) -> None:
    if value == math.inf:
        raise bad("integer_too_large")
    for inner in value if isinstance(value, list) else ():
        _refuse_beyond(inner)


def _refuse_constant(_name: str) -> None:
    raise bad("not_a_number")


def _safe_integer(digits: str) -> int | float:
    """Return an integer, or infinity for one that JavaScript itself cannot count to."""
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE_INTEGER:
        return math.inf
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits) if len(digits) <= 64 else math.inf
    if not math.isfinite(number):
        raise bad("not_a_number")
    return number
