"""Reads JSON of strangers: one meaning or none, and no deeper than an honest sender writes.

Who reads says how strictly (`Limits`): the API's bodies and the signed records share the walk, the
refusal of NaN and of lone surrogates, and the count of levels.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn

MAX_SAFE_INTEGER = 2**53 - 1
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
# A NUL as JSON writes it; behind an odd backslash the same letters are a backslash and "u0000".
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True)
class Limits:
    """How strictly a text is read.

    `is_exact` holds for what is hashed or signed: no name twice, no number that JavaScript reads
    otherwise. Under a name of `measured` an integer that is too large reads as infinity, which no
    bound admits, and costs the rest nothing.
    """

    depth: int
    admits_nul: bool = False
    is_exact: bool = False
    measured: frozenset[str] = frozenset()


class MalformedJsonError(ValueError):
    """Nobody may send this; `reason` is a stable word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_json(text: str, limits: Limits) -> Any:
    """Return the value that `text` writes (RFC 8259).

    Raises:
        MalformedJsonError: `too_deep`, `not_json`, `not_a_number`, `lone_surrogate`, `nul`;
            exactly read also `duplicate_key` and `integer_too_large`.
    """
    _check_depth(text, limits.depth)
    try:
        value = json.loads(text, parse_constant=_refuse_constant, **_hooks(limits))
        written = json.dumps(value, ensure_ascii=False)
        written.encode("utf-8", "strict")
    except UnicodeEncodeError as error:
        raise MalformedJsonError("lone_surrogate") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise MalformedJsonError("not_json") from error
    if not limits.admits_nul and "\\u0000" in written and _NUL.search(written):
        raise MalformedJsonError("nul")
    return value


def _hooks(limits: Limits) -> dict[str, Any]:
    if not limits.is_exact:
        return {}

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return _unique(pairs, limits.measured)

    return {"object_pairs_hook": unique, "parse_int": _safe_integer, "parse_float": _finite}


def _check_depth(text: str, most: int) -> None:
    depth = 0
    for mark in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if mark in "[{" else -1
        if depth > most:
            raise MalformedJsonError("too_deep")


def _unique(pairs: list[tuple[str, Any]], measured: frozenset[str]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise MalformedJsonError("duplicate_key")
    for name, value in pairs:
        if name not in measured or isinstance(value, list):
            _refuse_beyond(value)
    return values


def _refuse_beyond(value: Any) -> None:
    if value == math.inf:
        raise MalformedJsonError("integer_too_large")
    for inner in value if isinstance(value, list) else ():
        _refuse_beyond(inner)


def _refuse_constant(_name: str) -> NoReturn:
    raise MalformedJsonError("not_a_number")


def _safe_integer(digits: str) -> int | float:
    """Return an integer, or infinity for one that JavaScript itself cannot count to."""
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE_INTEGER:
        return math.inf
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits) if len(digits) <= 64 else math.inf
    if not math.isfinite(number):
        raise MalformedJsonError("not_a_number")
    return number
