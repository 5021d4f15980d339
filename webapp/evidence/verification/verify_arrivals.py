"""Recomputes the states of captures and files from the journal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from webapp.evidence.models import Capture, Media
from webapp.evidence.records.rules import CaptureState, MediaState
from webapp.evidence.verification.findings import Entry, Finding, entries_of
from webapp.extensions import db
from webapp.journal.rules import EntryType

# Wrong bytes are set aside, but the right ones may follow.
MISMATCH = "media_mismatch"


@dataclass(frozen=True)
class Refused:
    """Files by (capture, SHA-256): `content` with the entry that refused it, `aside` of any bytes
    with the last entry.

    What was refused for its content may be received by a later entry, under later rules: by that
    of its arrival, or, if it had arrived before, by that of the `lifted` look at it.
    """

    content: Mapping[tuple[str, str], int]
    aside: Mapping[tuple[str, str], int]
    lifted: Mapping[tuple[str, str], int]


def read_refused() -> Refused:
    """Return which files the journal says were set aside."""
    content: dict[tuple[str, str], int] = {}
    aside: dict[tuple[str, str], int] = {}
    for index, entry in entries_of(EntryType.MEDIA_QUARANTINED):
        facts = entry.facts
        if "stored" in facts:
            # Kept beside a record that lay aside; the file itself was not refused.
            continue
        key = str(facts.get("capture_id")), str(facts.get("media_sha256"))
        aside[key] = index
        if facts.get("reason") != MISMATCH:
            content[key[0], str(facts.get("promised_sha256"))] = index
    return Refused(content, aside, _read_lifted())


def _read_lifted() -> dict[tuple[str, str], int]:
    return {
        (str(entry.facts.get("capture_id")), str(entry.facts.get("media_sha256"))): index
        for index, entry in entries_of(EntryType.MEDIA_INSPECTED)
        if "lifts" in entry.facts
    }


def compare_media_state(media: Media, refused: Refused, name: str) -> Iterator[Finding]:
    """Give a finding unless a file's state is what its entries leave it in."""
    key = str(media.capture_id), media.sha256
    arrived = MediaState.EXPECTED if media.received_index is None else MediaState.RECEIVED
    lifted = refused.lifted.get(key, -1)
    is_refused = refused.content.get(key, -1) > max(media.received_index or -1, lifted)
    possible = {MediaState.QUARANTINED} if is_refused else {arrived}
    if refused.aside.get(key, -1) > (media.received_index or -1) and lifted < 0:
        # Its bytes came for another file of the record: one row tells of both, until they are
        # received in their own right.
        possible.add(MediaState.QUARANTINED)
    if media.state not in possible:
        yield Finding("state_unfounded", name, f"it is {media.state}, which no entry says")
    if (media.received_index is None) != (media.received_at is None):
        yield Finding("time_changed", name, "it has a time of arrival or an entry, but not both")


def compare_capture_state(capture: Capture, entry: Entry | None, name: str) -> Iterator[Finding]:
    """Give a finding unless a capture's state follows from its entry and its files."""
    states = {media.state for media in capture.media}
    expected = CaptureState.COMMITTED
    if states == {MediaState.RECEIVED}:
        expected = CaptureState.RECEIVED
    is_late = entry is not None and entry.facts.get("state") == CaptureState.QUARANTINED
    if is_late or MediaState.QUARANTINED in states:
        expected = CaptureState.QUARANTINED
    if capture.state != expected:
        yield Finding("state_unfounded", name, f"it is {capture.state}, not {expected.value}")


def verify_restored() -> Iterator[Finding]:
    """Give each entry that a lost file came again (`media_restored`) which nothing bears out.

    It had come before, as a file or beside a record that lay aside, and was as long as it is now.
    """
    before = _first_arrivals()
    for index, entry in entries_of(EntryType.MEDIA_RESTORED):
        key = str(entry.facts.get("capture_id")), str(entry.facts.get("media_sha256"))
        name = f"media {key[1]} of capture {key[0]}"
        if before.get(key, index) >= index:
            yield Finding("restored_unfounded", name, f"entry {index}: it had not come before")
        query = select(Media.size_bytes).where(
            Media.capture_id == UUID(key[0]), Media.sha256 == key[1]
        )
        lengths = set(db.session.scalars(query))
        if lengths and lengths != {entry.facts.get("bytes")}:
            yield Finding("restored_unfounded", name, f"entry {index} says another length")


def _first_arrivals() -> dict[tuple[str, str], int]:
    """Return the index of the entry by which each file of a capture came first."""
    first: dict[tuple[str, str], int] = {}
    for index, entry in entries_of(EntryType.MEDIA_QUARANTINED):
        stored = entry.facts.get("stored", [entry.facts.get("media_sha256")])
        for sha256 in stored if isinstance(stored, list) else []:
            first.setdefault((str(entry.facts.get("capture_id")), str(sha256)), index)
    for index, entry in entries_of(EntryType.MEDIA_RECEIVED):
        key = str(entry.facts.get("capture_id")), str(entry.facts.get("media_sha256"))
        first[key] = min(index, first.get(key, index))
    return first
