"""The states of captures and media, the accepted media, and the chain of a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from webapp.refusals import Refusal

FIRST_PREV = "0" * 64


class CaptureState(StrEnum):
    """Where a capture stands; the review of a result is a record of its own."""

    COMMITTED = "committed"
    RECEIVED = "received"
    QUARANTINED = "quarantined"


class MediaState(StrEnum):
    """Where one file of a capture stands."""

    EXPECTED = "expected"
    RECEIVED = "received"
    QUARANTINED = "quarantined"


class Event(StrEnum):
    """What can happen to a capture or to one of its files."""

    STORED = "stored"
    CONTENT_REFUSED = "content_refused"


State = CaptureState | MediaState

TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (CaptureState.COMMITTED, Event.STORED): CaptureState.RECEIVED,
        (CaptureState.COMMITTED, Event.CONTENT_REFUSED): CaptureState.QUARANTINED,
        (CaptureState.RECEIVED, Event.CONTENT_REFUSED): CaptureState.QUARANTINED,
        (CaptureState.QUARANTINED, Event.STORED): CaptureState.QUARANTINED,
        (CaptureState.QUARANTINED, Event.CONTENT_REFUSED): CaptureState.QUARANTINED,
        (MediaState.EXPECTED, Event.STORED): MediaState.RECEIVED,
        (MediaState.EXPECTED, Event.CONTENT_REFUSED): MediaState.QUARANTINED,
        (MediaState.RECEIVED, Event.CONTENT_REFUSED): MediaState.QUARANTINED,
    }
)


def move_capture(state: CaptureState, event: Event) -> CaptureState:
    """Return the next state of a capture; refuse a move that the table does not hold."""
    return CaptureState(_move(CaptureState(state), event))


def move_media(state: MediaState, event: Event) -> MediaState:
    """Return the next state of a file; refuse a move that the table does not hold."""
    return MediaState(_move(MediaState(state), event))


def _move(state: State, event: Event) -> State:
    following = TRANSITIONS.get((state, event))
    if following is None:
        raise Refusal("evidence_move_forbidden", status=409, state=state, event=event)
    return following


@dataclass(frozen=True)
class Neighbours:
    """What is stored beside a record in its device's chain, as SHA-256 in hex; None when absent."""

    same_seq: str | None
    before: str | None
    after_points_to: str | None


class Chain(StrEnum):
    """How a record fits the log of its device."""

    WHOLE = "whole"
    GAP = "gap"
    FORK = "fork"


def judge_chain(*, seq: int, prev: str, record_sha256: str, beside: Neighbours) -> Chain:
    """Say whether a record continues its device's log (evidence §5.34 and §5.35).

    A missing predecessor is a gap: records may arrive out of order, and a lost one is a flag, not
    a refusal. Two different records that claim one place, or one predecessor, are a fork.
    """
    if beside.same_seq not in (None, record_sha256):
        return Chain.FORK
    if beside.before is not None and beside.before != prev:
        return Chain.FORK
    if beside.after_points_to not in (None, record_sha256):
        return Chain.FORK
    starts = prev == FIRST_PREV and seq <= 1
    return Chain.WHOLE if starts or beside.before is not None else Chain.GAP


def device_stands(*, enrolled_index: int, revoked_index: int | None, at_index: int) -> bool:
    """Say whether a key was enrolled and not revoked at a journal index; clocks play no part."""
    return enrolled_index < at_index and (revoked_index is None or at_index < revoked_index)
