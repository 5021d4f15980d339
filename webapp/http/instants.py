"""RFC 3339 instants, as the API writes and reads them."""

from datetime import UTC, datetime

from webapp.refusals import Refusal


def rfc3339(value: datetime) -> str:
    """Return an aware instant as RFC 3339 UTC with milliseconds and a `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(value: str) -> datetime:
    """Return the aware UTC instant that `value` writes.

    Raises:
        Refusal: `bad_instant` when it is not RFC 3339 or has no offset.
    """
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise Refusal("bad_instant") from None
    if parsed.tzinfo is None:
        raise Refusal("bad_instant")
    return parsed.astimezone(UTC)
