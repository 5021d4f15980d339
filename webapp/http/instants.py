"""RFC 3339 instants, as the API writes them."""

from datetime import UTC, datetime


def rfc3339(value: datetime) -> str:
    """Return an aware instant as RFC 3339 UTC with milliseconds and a `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
