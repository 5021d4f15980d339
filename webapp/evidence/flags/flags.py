"""Flags: what a reviewer should see, with a weight, never a refusal (evidence §2, domain §A4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar

Fact = str | int | float | bool | None

# The heavier, the earlier in the review queue; 1 is a curiosity, 5 needs an answer.
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "location_missing": 2,
        "location_inconclusive": 1,
        "location_far": 3,
        "location_stale": 1,
        "position_frozen": 2,
        "accuracies_equal": 1,
        "fix_bare": 1,
        "coordinates_rounded": 1,
        "exactly_registered": 2,
        "coordinates_repeated": 2,
        "too_fast": 3,
        "position_time_off": 1,
        "clock_jumped": 2,
        "clock_off": 1,
        "clock_before_ticket": 4,
        "clock_after_commit": 3,
        "late_commit": 1,
        "night": 1,
        "short_visit": 2,
        "busy_hour": 2,
        "worker_related": 3,
        "dead_signal": 4,
        "date_before_seen": 5,
        "date_before_birth": 5,
        "ladder_calls": 5,
        "centenarian": 1,
        "eligible_after_unreachable": 2,
        "result_after_checkout": 1,
        "picker": 2,
        "same_media": 5,
        "near_picture": 4,
        "picture_blank": 2,
        "trailing_bytes": 1,
        "file_cut": 2,
        "second_file": 3,
        "active_document": 3,
        "no_picture_track": 3,
        "edit_list": 2,
        "values_unreadable": 1,
        "undecodable": 3,
        "too_large_to_show": 1,
        "extra_tracks": 2,
        "size_differs": 1,
        "metadata_differs": 2,
        "media_overdue": 2,
        "seq_gap": 1,
        "ticket_missing": 2,
        "ticket_presented": 2,
        "challenge_missing": 2,
        "challenge_differs": 4,
        "revoked_device": 5,
        "new_device": 5,
        "given_password": 5,
        "account_off": 3,
        "weaker_proof": 2,
        "phone_note": 1,
    }
)

# What the phone notes of itself and the server raises by its own judgement.
NOTED_TWICE: Mapping[str, str] = MappingProxyType(
    {
        "picker": "picker",
        "no_ticket": "ticket_missing",
        "challenge_skipped": "challenge_missing",
        "no_position": "location_missing",
        "position_coarse": "location_inconclusive",
        "position_old": "location_stale",
        "looks_blank": "picture_blank",
    }
)


class Raised(Protocol):
    """A flag as a judge raises it, or as a row keeps it."""

    @property
    def code(self) -> str:
        """Which flag it is."""
        ...

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What fills its sentence."""
        ...


Row = TypeVar("Row", bound=Raised)


@dataclass(frozen=True)
class Flag:
    """One thing to look at; `facts` fill the sentence that names its innocent causes."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the form in which the exported package lists it."""
        return {"code": self.code, "weight": WEIGHTS.get(self.code, 0), "facts": dict(self.facts)}


@dataclass(frozen=True)
class Seen:
    """A flag as a reviewer reads it: once, however many of a result's files (`times`) raise it."""

    code: str
    facts: Mapping[str, Fact]
    times: int = 1

    @property
    def weight(self) -> int:
        """How early it brings a case before a reviewer."""
        return WEIGHTS.get(self.code, 0)


def flag_when(condition: bool, code: str, /, **facts: Fact) -> Flag | None:
    """Return the flag when the condition holds."""
    return Flag(code, facts) if condition else None


def raised(flags: Iterable[Flag | None]) -> list[Flag]:
    """Return the flags that were raised, in order."""
    return [flag for flag in flags if flag is not None]


def said_once(kept: Iterable[Row]) -> list[Row]:
    """Return the flags without the phone's notes of what the server raised itself.

    A note stays where the server saw nothing of the kind: then it is news.
    """
    flags = list(kept)
    codes = {flag.code for flag in flags}
    return [flag for flag in flags if NOTED_TWICE.get(_note_of(flag)) not in codes]


def _note_of(flag: Raised) -> str:
    return str(flag.facts.get("note", "")) if flag.code == "phone_note" else ""


def gathered(flags: Iterable[Raised]) -> list[Seen]:
    """Return the flags of one result, each once with the facts that are furthest out.

    Three photos at one place share one position: that it is old is one thing to look at and
    not three. The heaviest come first.
    """
    found: dict[tuple[str, str], list[Raised]] = {}
    for flag in said_once(flags):
        found.setdefault((flag.code, _note_of(flag)), []).append(flag)
    seen = [
        Seen(code, max((one.facts for one in same), key=_how_far), len(same))
        for (code, _), same in found.items()
    ]
    return sorted(seen, key=lambda one: -one.weight)


def _how_far(facts: Mapping[str, Fact]) -> list[float]:
    return [float(value) for value in facts.values() if isinstance(value, int | float)]


def total_weight(seen: Iterable[Seen]) -> int:
    """Return the sum by which a case stands out in the review queue."""
    return sum(one.weight for one in seen)
