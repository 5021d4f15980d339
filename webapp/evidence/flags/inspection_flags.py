"""Flags about what a decoder found in a file, against what the record and the file claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.evidence.flags.flags import Flag, flag_when, raised
from webapp.evidence.flags.time_flags import LOCAL
from webapp.evidence.records.formats import Content

INSPECTION_CODES = (
    "undecodable", "too_large_to_show", "extra_tracks", "no_picture_track", "edit_list",
    "size_differs", "metadata_differs",
)  # fmt: skip
# What a file says of itself may be a day off before it is worth a look; a degree is 100 km.
METADATA_APART = timedelta(days=1)
METADATA_DEGREES = 0.5
DURATION_APART_MS = 2_000
HIDDEN_MS = 1_000


@dataclass(frozen=True)
class Claim:
    """What the record says of a file: pixels, ms, and the capture's time and place."""

    width: int | None
    height: int | None
    duration_ms: int | None
    claimed_at: datetime
    lat: float | None
    lon: float | None
    is_film: bool = False


def container_flags(content: Content) -> list[Flag]:
    """Return the flags that a container raises before any decoder sees it."""
    trailing = content.trailing_bytes
    return raised(
        [
            flag_when(trailing > 0, "trailing_bytes", bytes=trailing),
            flag_when(content.is_cut, "file_cut"),
            flag_when(bool(content.second), "second_file", kind="+".join(content.second)),
            flag_when(bool(content.actions), "active_document", kind="+".join(content.actions)),
        ]
    )


def shows_nothing(found: Mapping[str, Any] | None, *, is_film: bool) -> bool:
    """Say whether a decoder found no picture in a file that should hold one."""
    if found is None:
        return False
    return "fault" in found or (is_film and found.get("video_tracks") == 0)


def inspection_flags(found: Mapping[str, Any], claim: Claim) -> list[Flag]:
    """Return the flags that the decoder's facts raise."""
    return raised(
        [
            extra_tracks(found),
            flag_when(found.get("video_tracks") == 0 and claim.is_film, "no_picture_track"),
            edit_list(found),
            flag_when(_size_differs(found, claim), "size_differs"),
            flag_when(_metadata_differs(found, claim), "metadata_differs"),
        ]
    )


def extra_tracks(found: Mapping[str, Any]) -> Flag | None:
    """Flag a second picture or sound track, or any other (evidence §5.61)."""
    extra = max(0, found.get("video_tracks", 1) - 1) + max(0, found.get("audio_tracks", 1) - 1)
    extra += found.get("other_tracks", 0)
    return flag_when(extra > 0, "extra_tracks", tracks=extra)


def edit_list(found: Mapping[str, Any]) -> Flag | None:
    """Flag a film that holds more than it shows (evidence §5.61).

    Encoders hide a few frames at the beginning of every file; a second is more than they need.
    """
    hidden_ms = found.get("hidden_ms", 0)
    return flag_when(hidden_ms > HIDDEN_MS, "edit_list", seconds=round(hidden_ms / 1000))


def _size_differs(found: Mapping[str, Any], claim: Claim) -> bool:
    """Compare pixels without regard to rotation, and duration within two seconds."""
    pixels = {found.get("width"), found.get("height")}
    known = bool(claim.width and claim.height) and None not in pixels
    if known and pixels != {claim.width, claim.height}:
        return True
    lasted = found.get("duration_ms")
    if lasted is None or not claim.duration_ms:
        return False
    return bool(abs(lasted - claim.duration_ms) > DURATION_APART_MS)


def _metadata_differs(found: Mapping[str, Any], claim: Claim) -> bool:
    taken_at = _taken_at(found.get("taken"))
    if taken_at is not None and abs(taken_at - claim.claimed_at) > METADATA_APART:
        return True
    pairs = ((found.get("lat"), claim.lat), (found.get("lon"), claim.lon))
    return any(
        one is not None and other is not None and abs(one - other) > METADATA_DEGREES
        for one, other in pairs
    )


def _taken_at(text: str | None) -> datetime | None:
    """Return the instant of an EXIF time, which carries no zone: the local one is meant."""
    try:
        return datetime.strptime(text or "", "%Y:%m:%d %H:%M:%S").replace(tzinfo=LOCAL)
    except ValueError:
        return None
