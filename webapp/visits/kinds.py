"""The kinds of visits and occasions, what a visit is for, and what an outcome rests on; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class VisitKind(StrEnum):
    """In which way a pensioner is found (domain §S7 to §S13)."""

    HOME = "home"
    PAIRING = "pairing"
    GROUP_DAY = "group_day"
    COUNTER = "counter"
    PAPER = "paper"
    PROXY = "proxy"
    LINK = "link"
    REMOTE_MEDIA = "remote_media"
    RECHECK = "recheck"


class Purpose(StrEnum):
    """What a visit is for: of each purpose one visit of a person is open at a time."""

    CERTIFY = "certify"
    CARE = "care"


PURPOSE_OF: Mapping[VisitKind, Purpose] = MappingProxyType(
    {kind: Purpose.CARE if kind is VisitKind.PAIRING else Purpose.CERTIFY for kind in VisitKind}
)


def kinds_of(purpose: Purpose) -> list[str]:
    """Return the kinds of visits that serve a purpose, as they are stored."""
    return [kind.value for kind in VisitKind if PURPOSE_OF[kind] is purpose]


@dataclass(frozen=True)
class Requirement:
    """What a result must rest on, by the kind of its visit and its outcome.

    `shown` is who or what must be seen; `documents` is how many documents or scans; with `ladder`
    enough must have been tried. `second_reviewer` wants two people to accept, and `weaker_proof`
    marks the result for the reviewer.
    """

    shown: Literal["", "person", "person_or_document"] = ""
    documents: int = 0
    ladder: bool = False
    second_reviewer: bool = False
    weaker_proof: bool = False


class OccasionKind(StrEnum):
    """What one file may show several people of: a day for a group, or one signed sheet."""

    GROUP_DAY = "group_day"
    SHEET = "sheet"
