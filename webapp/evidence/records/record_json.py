"""The JSON of a signed record: one meaning or none (evidence §5.66)."""

from __future__ import annotations

from typing import Any

from webapp.refusals import Refusal
from webapp.strict_json import Limits, MalformedJsonError, read_json

# Members that hold what a sensor or a browser measured: one beyond any reason reads as infinity
# there, which no bound admits, and costs the record nothing else.
MEASURED = frozenset({
    "lat", "lon", "accuracy_m", "altitude_m", "speed", "heading", "at", "age_ms",
    "monotonic_ms", "server_offset_ms", "width", "height", "duration_ms",
})  # fmt: skip
LIMITS = Limits(depth=16, admits_nul=True, is_exact=True, measured=MEASURED)


def parse_object(raw: bytes) -> dict[str, Any]:
    """Return the object in `raw`; unknown members are kept.

    Refused as `bad_record`: invalid UTF-8, a byte-order mark, duplicate keys, NaN and infinities,
    integers beyond 2^53 − 1 (but for what was measured), more than 16 levels, lone surrogates,
    anything that is no object.
    """
    try:
        value = read_json(raw.decode("utf-8", "strict"), LIMITS)
    except UnicodeDecodeError as error:
        raise bad("not_utf8") from error
    except MalformedJsonError as error:
        raise bad(error.reason) from error
    if not isinstance(value, dict):
        raise bad("not_an_object")
    return value


def bad(reason: str, field: str = "") -> Refusal:
    """Return the refusal of a record, with the field where one is known."""
    return Refusal("bad_record", status=422, reason=reason, field=field)
