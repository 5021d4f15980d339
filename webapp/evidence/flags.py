"""Flags: what a reviewer should look at twice, with a weight, never a refusal (evidence §2, A4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

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
        "values_unreadable": 1,
        "undecodable": 3,
        "extra_tracks": 2,
        "size_differs": 1,
        "metadata_differs": 2,
        "media_overdue": 2,
        "seq_gap": 1,
        "ticket_missing": 2,
        "challenge_missing": 2,
        "challenge_differs": 4,
        "revoked_device": 5,
        "new_device": 2,
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


@dataclass(frozen=True)
class Flag:
    """One thing to look at; `facts` fill the sentence that names its innocent causes."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How early it brings a case before a reviewer."""
        return WEIGHTS[self.code]

    def to_json(self) -> dict[str, object]:
        """Return the form in which a capture keeps it."""
        return {"code": self.code, "weight": self.weight, "facts": dict(self.facts)}


def flag_when(condition: bool, code: str, /, **facts: Fact) -> Flag | None:
    """Return the flag when the condition holds."""
    return Flag(code, facts) if condition else None


def raised(flags: Iterable[Flag | None]) -> list[Flag]:
    """Return the flags that were raised, in order."""
    return [flag for flag in flags if flag is not None]


def merge(
    kept: Iterable[Mapping[str, object]], fresh: Iterable[Flag], judged: Iterable[str]
) -> list[dict[str, object]]:
    """Replace what was kept under the codes judged anew; the rest stays, the order is stable."""
    codes = set(judged)
    stays = [dict(flag) for flag in kept if flag["code"] not in codes]
    return stays + [flag.to_json() for flag in fresh]


def said_once(kept: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the flags without the phone's notes of what the server raised itself.

    A note stays where the server saw nothing of the kind: then it is news.
    """
    flags = list(kept)
    codes = {flag["code"] for flag in flags}
    return [flag for flag in flags if NOTED_TWICE.get(_note_of(flag)) not in codes]


def _note_of(flag: Mapping[str, Any]) -> str:
    facts = flag.get("facts") or {}
    return str(facts.get("note")) if flag["code"] == "phone_note" else ""


def total_weight(kept: Iterable[Mapping[str, object]]) -> int:
    """Return the sum by which the review queue is ordered."""
    return sum(WEIGHTS.get(str(flag["code"]), 0) for flag in kept)
