"""What accounts do with news from below."""

from typing import Any

from webapp.areas.moves import carry_path
from webapp.people.models import Account


def follow_area(_sender: Any, *, old: str, new: str) -> None:
    """Let the areas of duty follow a moved area."""
    carry_path(Account.area_path, old, new)
