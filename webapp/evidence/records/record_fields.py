"""Typed reading of a parsed JSON object: every fault names the field and the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from webapp.evidence.records.record_json import bad
from webapp.refusals import Refusal

Value = TypeVar("Value")
Default = TypeVar("Default")

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
# How JavaScript writes a time outside the years 0000 to 9999 (ECMA-262 §21.4.1.32.1).
_FAR_YEAR = re.compile(r"[+-][0-9]{6}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z")
FIRST_YEAR, LAST_YEAR = 1970, 2200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Fields:
    """One object of a record; `path` is where it stands, for the refusal.

    `unreadable` collects, for the whole record, where something measured could not be read.
    """

    def __init__(
        self, values: dict[str, Any], path: str = "", unreadable: list[str] | None = None
    ) -> None:
        self._values = values
        self._path = path
        self.unreadable: list[str] = [] if unreadable is None else unreadable

    def measured(self, read: Callable[[], Value], default: Default) -> Value | Default:
        """Return what was measured; what nobody can read is noted and costs nothing else.

        A phone cannot make its record again, so that a sensor's nonsense must not refuse it.
        """
        try:
            return read()
        except Refusal as refusal:
            self.unreadable.append(str(refusal.facts["field"]))
            return default

    def has(self, name: str) -> bool:
        """Say whether the member exists and is not null."""
        return self._values.get(name) is not None

    def text(self, name: str, *, longest: int, default: str | None = None) -> str:
        """Return printable text of at most `longest` characters; absent is the default, if any."""
        if default is not None and not self.has(name):
            return default
        value = self._values.get(name)
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise self._bad("text", name)
        return value

    def matching(self, name: str, pattern: str) -> str:
        """Return text that matches the whole pattern."""
        value = self._values.get(name)
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            raise self._bad("pattern", name)
        return value

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices."""
        value = self._values.get(name)
        if not isinstance(value, str) or value not in choices:
            raise self._bad("choice", name)
        return value

    def media_type(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the media types; parameters, such as a recorder's codecs, are let go."""
        value = self._values.get(name)
        essence = value.partition(";")[0].strip().lower() if isinstance(value, str) else ""
        if essence not in choices:
            raise self._bad("choice", name)
        return essence

    def hex64(self, name: str) -> str:
        """Return a SHA-256 in lower-case hex."""
        return self.matching(name, r"[0-9a-f]{64}")

    def uuid(self, name: str) -> UUID:
        """Return a UUID written with its four hyphens."""
        return UUID(self.matching(name, _UUID.pattern))

    def integer(self, name: str, *, low: int, high: int) -> int:
        """Return an integer within the bounds; true and 1.0 are none."""
        value = self._values.get(name)
        if type(value) is not int or not low <= value <= high:
            raise self._bad("integer", name)
        return value

    def number(self, name: str, *, low: float, high: float) -> float:
        """Return a finite number within the bounds."""
        value = self._values.get(name)
        if type(value) not in (int, float) or not low <= value <= high:  # type: ignore[operator]
            raise self._bad("number", name)
        return float(value)  # type: ignore[arg-type]

    def optional_number(self, name: str, *, low: float, high: float) -> float | None:
        """Return a finite number within the bounds, or None when absent or null."""
        return self.number(name, low=low, high=high) if self.has(name) else None

    def instant(self, name: str) -> datetime:
        """Return an aware instant from RFC 3339 text."""
        text = self.matching(name, _INSTANT.pattern)
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise self._bad("instant", name) from error
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise self._bad("instant", name)
        return instant

    def wall(self, name: str) -> datetime:
        """Return a clock's instant; one outside 1970 to 2200 is noted and reads as the epoch.

        Text that no clock writes is refused all the same.
        """
        text = self._values.get(name)
        if isinstance(text, str) and _FAR_YEAR.fullmatch(text):
            self.unreadable.append(f"{self._path}{name}")
            return EPOCH
        try:
            return self.instant(name)
        except Refusal:
            if not self._is_a_far_time(text):
                raise
            self.unreadable.append(f"{self._path}{name}")
            return EPOCH

    @staticmethod
    def _is_a_far_time(text: object) -> bool:
        """Say whether text is a time of some year, only not of ours."""
        if not isinstance(text, str) or _INSTANT.fullmatch(text) is None:
            return False
        try:
            datetime.fromisoformat(f"2000{text[4:]}")
        except ValueError:
            return False
        return not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR

    def optional_instant(self, name: str) -> datetime | None:
        """Return an aware instant, or None when absent or null."""
        return self.instant(name) if self.has(name) else None

    def inner(self, name: str) -> Fields:
        """Return the object under a name."""
        return self._wrap(self._values.get(name), name)

    def optional(self, name: str) -> Fields | None:
        """Return the object under a name, or None when absent or null."""
        return self.inner(name) if self.has(name) else None

    def list_of(self, name: str, longest: int) -> list[Fields]:
        """Return the objects of a list; absent is an empty list."""
        entries = enumerate(self.plain_list(name, longest))
        return [self._wrap(value, f"{name}[{place}]") for place, value in entries]

    def plain_list(self, name: str, longest: int) -> list[Any]:
        """Return a list of at most `longest` values; absent is an empty list."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or len(value) > longest:
            raise self._bad("list", name)
        return value

    def _wrap(self, value: object, name: str) -> Fields:
        if not isinstance(value, dict):
            raise self._bad("object", name)
        return Fields(value, f"{self._path}{name}.", self.unreadable)

    def _bad(self, reason: str, name: str) -> Refusal:
        return bad(reason, f"{self._path}{name}")
