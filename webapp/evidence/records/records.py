"""Capture records: the bytes that a phone made once, read strictly and never written again.

What names a record, its person and its files has one meaning or is refused; the phone makes all of
it itself. What a sensor or a browser measured (place, clocks, pixels, lengths) is read or noted as
unreadable and counts as absent: a phone can sign no record twice, so that a broken clock or an
impossible accuracy is a flag (`values_unreadable`) and never costs the visit its evidence.
`tests/contracts/record-values.json` holds the bounds, which the phone keeps before it signs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from webapp.access.rules import Holder, HolderKind
from webapp.evidence.records.media_types import ACCEPTED_TYPES, ByteLimits
from webapp.evidence.records.record_fields import Fields
from webapp.evidence.records.record_json import bad, parse_object
from webapp.visits.rules import CaptureKind

SIGNATURE_PREFIX = b"anzai-capture-v1\n"
SOURCES = ("camera", "picker", "microphone", "desk")
# A phone that does not say where a file comes from claims nothing, and is flagged like a picker.
UNSAID_SOURCE = "picker"
POSITION_ERRORS = ("denied", "unavailable", "timeout")
MAX_MEDIA = 10
DEFAULT_LIMITS = ByteLimits()
MAX_SAMPLES = 200
MAX_ACCURACY_M = 1e8
# What a fix of unknown accuracy counts as: no conclusion about the place is drawn from it.
UNKNOWN_ACCURACY_M = 1_000_000.0
_NOTE = re.compile(r"[a-z0-9_:.-]{1,64}")


@dataclass(frozen=True)
class TicketName:
    """The ticket that a record names: its id and the SHA-256 of its bytes, hex."""

    id: UUID
    sha256: str


@dataclass(frozen=True)
class MediaItem:
    """One file that a record promises; sizes in bytes, pixels and milliseconds."""

    sha256: str
    size_bytes: int
    mime: str
    width: int | None
    height: int | None
    duration_ms: float | None
    source: str


@dataclass(frozen=True)
class ClockReading:
    """What the phone's clocks said at the capture; `server_offset_ms` is server minus phone."""

    wall: datetime
    monotonic_ms: float | None
    time_origin: datetime | None
    tz: str
    server_offset_ms: float | None

    @property
    def claimed_at(self) -> datetime:
        """The instant that the phone claims, corrected by what it last learnt from the server."""
        return self.wall + timedelta(milliseconds=self.server_offset_ms or 0)


@dataclass(frozen=True)
class Sample:
    """One fix, WGS-84, metres and seconds."""

    lat: float
    lon: float
    accuracy_m: float
    altitude_m: float | None
    speed: float | None
    heading: float | None
    at: datetime | None


@dataclass(frozen=True)
class PositionReading:
    """The fixes of a capture, oldest first, or the reason why there are none."""

    samples: tuple[Sample, ...]
    age_ms: float | None
    error: str | None

    @property
    def best(self) -> Sample | None:
        """The most accurate fix, the latest of equals; None without a fix."""
        return min(reversed(self.samples), key=lambda s: s.accuracy_m, default=None)


@dataclass(frozen=True)
class Subject:
    """What a record hangs on: a visit with the salted hash of its person, or an occasion."""

    visit_id: UUID | None = None
    subject_ref: str = ""
    occasion_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """The id of the one that is there; the challenge is derived from it."""
        there = self.visit_id or self.occasion_id
        assert there is not None  # noqa: S101 - `_subject` reads no record without either.
        return there


@dataclass(frozen=True)
class CaptureRecord:
    """A parsed record together with the very bytes that were signed."""

    raw: bytes
    kind: CaptureKind
    capture_id: UUID
    subject: Subject
    holder: Holder
    device_kid: str
    seq: int
    prev: str
    ticket: TicketName | None
    challenge: tuple[str, str | None] | None
    media: tuple[MediaItem, ...]
    clock: ClockReading
    position: PositionReading
    app_build: str
    notes: tuple[str, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def worker_id(self) -> UUID | None:
        """The account that holds the key; None for a link's."""
        return self.holder.id if self.holder.kind is HolderKind.ACCOUNT else None

    @property
    def visit_id(self) -> UUID | None:
        """The visit that it hangs on; None for an occasion's."""
        return self.subject.visit_id

    @property
    def sha256(self) -> str:
        """The record's identity, hex; a signature never is one (evidence §1.4)."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def signed_bytes(self) -> bytes:
        """The input of the phone's ES256 signature."""
        return SIGNATURE_PREFIX + self.raw


def parse_record(raw: bytes, limits: ByteLimits = DEFAULT_LIMITS) -> CaptureRecord:
    """Read a capture record, version 1 or 2; refuse it as `bad_record` with field and reason.

    `unreadable` names each measured value that counts as absent for want of sense.
    """
    fields = Fields(parse_object(raw))
    version = fields.integer("v", low=1, high=2)
    kind = CaptureKind(fields.one_of("kind", tuple(CaptureKind)))
    return CaptureRecord(
        raw=raw,
        kind=kind,
        capture_id=fields.uuid("capture_id"),
        subject=_subject(fields, version),
        holder=_holder(fields, version),
        device_kid=fields.matching("device_kid", r"[A-Za-z0-9_-]{43}"),
        seq=fields.integer("seq", low=0, high=10**9),
        prev=fields.hex64("prev"),
        ticket=_ticket(fields.optional("ticket")),
        challenge=_challenge(fields.optional("challenge")),
        media=_media(fields, kind, limits),
        clock=_clock(fields.inner("clock")),
        position=_position(fields),
        app_build=fields.measured(lambda: fields.text("app_build", longest=100, default=""), ""),
        notes=_notes(fields),
        unreadable=tuple(dict.fromkeys(fields.unreadable)),
    )


def _holder(fields: Fields, version: int) -> Holder:
    """Read to whom the key belongs; version 1 knows an account alone, as `worker_id`."""
    if version == 1:
        return Holder.account(fields.uuid("worker_id"))
    if fields.has("worker_id"):
        raise bad("unexpected", "worker_id")
    holder = fields.inner("holder")
    named = [kind for kind in HolderKind if holder.has(kind.value)]
    if len(named) != 1:
        raise bad("choice", "holder")
    return Holder(named[0], holder.uuid(named[0].value))


def _subject(fields: Fields, version: int) -> Subject:
    """Read what the record is about; version 1 knows a visit alone."""
    if version == 1 or not fields.has("occasion_id"):
        return Subject(fields.uuid("visit_id"), fields.text("subject_ref", longest=128))
    for name in ("visit_id", "subject_ref"):
        if fields.has(name):
            raise bad("unexpected", name)
    return Subject(occasion_id=fields.uuid("occasion_id"))


def _ticket(fields: Fields | None) -> TicketName | None:
    if fields is None:
        return None
    return TicketName(id=fields.uuid("id"), sha256=fields.hex64("sha256"))


def _challenge(fields: Fields | None) -> tuple[str, str | None] | None:
    """Read the code and, where the phone asked for one, the action; no code is no challenge."""
    if fields is None or not fields.has("code"):
        return None
    action = fields.matching("action", r"[a-z_]{1,32}") if fields.has("action") else None
    return fields.matching("code", r"[0-9]{4}"), action


def _media(fields: Fields, kind: CaptureKind, limits: ByteLimits) -> tuple[MediaItem, ...]:
    items = tuple(_item(inner, kind, limits) for inner in fields.list_of("media", MAX_MEDIA))
    if not items:
        raise bad("empty", "media")
    if len({item.sha256 for item in items}) != len(items):
        raise bad("repeated", "media")
    return items


def _item(fields: Fields, kind: CaptureKind, limits: ByteLimits) -> MediaItem:
    mime = fields.media_type("mime", tuple(sorted(ACCEPTED_TYPES[kind])))
    return MediaItem(
        sha256=fields.hex64("sha256"),
        size_bytes=fields.integer("bytes", low=1, high=limits.of(mime)),
        mime=mime,
        width=fields.measured(lambda: _pixels(fields, "width"), None),
        height=fields.measured(lambda: _pixels(fields, "height"), None),
        duration_ms=fields.measured(
            lambda: fields.optional_number("duration_ms", low=0, high=86_400_000), None
        ),
        source=fields.one_of("source", SOURCES) if fields.has("source") else UNSAID_SOURCE,
    )


def _pixels(fields: Fields, name: str) -> int | None:
    """Return a length in pixels; some browsers give fractions of one."""
    value = fields.optional_number(name, low=0, high=100_000)
    return None if value is None else round(value)


def _number(fields: Fields, name: str, *, low: float, high: float) -> float | None:
    """Return something measured within bounds, None when absent or noted as unreadable."""
    return fields.measured(lambda: fields.optional_number(name, low=low, high=high), None)


def _clock(fields: Fields) -> ClockReading:
    return ClockReading(
        wall=fields.wall("wall"),
        monotonic_ms=_number(fields, "monotonic_ms", low=0, high=1e13),
        time_origin=fields.measured(lambda: fields.optional_instant("time_origin"), None),
        tz=fields.measured(lambda: fields.text("tz", longest=64, default=""), ""),
        server_offset_ms=_number(fields, "server_offset_ms", low=-1e13, high=1e13),
    )


def _position(record: Fields) -> PositionReading:
    """Read the fixes; none at all is an honest answer of a phone, so it is kept and flagged.

    The reason for having none stands in `position.error`, or beside it in `position_error`.
    """
    if record.has("position_error"):
        return PositionReading((), None, _why_none(record, "position_error"))
    fields = record.measured(lambda: record.optional("position"), None)
    if fields is None:
        return PositionReading(samples=(), age_ms=None, error="unavailable")
    if fields.has("error"):
        return PositionReading((), None, _why_none(fields, "error"))
    given = fields.measured(lambda: fields.list_of("samples", MAX_SAMPLES), [])
    read = [fields.measured(partial(_sample, inner), None) for inner in given]
    samples = tuple(sample for sample in read if sample is not None)
    age_ms = _number(fields, "age_ms", low=-1e13, high=1e13)
    return PositionReading(samples, age_ms, None if samples else "unavailable")


def _why_none(fields: Fields, name: str) -> str:
    return fields.measured(lambda: fields.one_of(name, POSITION_ERRORS), "unavailable")


def _sample(fields: Fields) -> Sample:
    """Read one fix; without its two coordinates it is none."""
    accuracy_m = _number(fields, "accuracy_m", low=0, high=MAX_ACCURACY_M)
    return Sample(
        lat=fields.number("lat", low=-90, high=90),
        lon=fields.number("lon", low=-180, high=180),
        accuracy_m=UNKNOWN_ACCURACY_M if accuracy_m is None else accuracy_m,
        altitude_m=_number(fields, "altitude_m", low=-1e6, high=1e6),
        speed=_number(fields, "speed", low=-1e6, high=1e6),
        heading=_number(fields, "heading", low=-1e6, high=1e6),
        at=fields.measured(lambda: fields.optional_instant("at"), None),
    )


def _notes(fields: Fields) -> tuple[str, ...]:
    notes: list[Any] = fields.plain_list("flags", 50)
    if not all(isinstance(note, str) and _NOTE.fullmatch(note) for note in notes):
        raise bad("pattern", "flags")
    return tuple(notes)
