"""Finds the same or nearly the same picture on another person or in another year (evidence §3).

Stage 1 in plain Python: every new hash and its seven turns against the newest stored hashes and
the person's whole history. See `NEWEST` for what that costs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from webapp.evidence.flags import sightings, time_flags
from webapp.evidence.flags.flags import Flag, raised
from webapp.evidence.flags.picture_hash import is_blank, near_matches
from webapp.evidence.models import Capture, Media, Quarantine
from webapp.evidence.records.media_types import ANY_LIMITS
from webapp.evidence.records.records import parse_record
from webapp.extensions import db

# Measured: 0.3 s of one core to read and compare 200,000 stored hashes with eight turns, in a job.
NEWEST = 200_000
BATCH = 10_000
Columns = TypeVarTuple("Columns")
REUSE_CODES = ("same_media", "near_picture", "picture_blank")


@dataclass(frozen=True)
class Subject:
    """Whose picture it is, or of which occasion, and of which year by Zibo's calendar."""

    id: UUID
    year: int

    @classmethod
    def of(cls, capture: Capture) -> "Subject":
        """Return the subject of a capture, by the time that its phone claims."""
        year = capture.claimed_at.astimezone(time_flags.LOCAL).year
        return cls(capture.person_id or capture.subject_id, year)


def reuse_flags(media: Media) -> list[Flag]:
    """Return the flags of a stored file; other pictures of the same visit may look alike."""
    return raised([_same_bytes(media), _near(media), _blank(media)])


def _same_bytes(media: Media) -> Flag | None:
    query = _of_other_visits(media, select(func.count()).select_from(Media))
    times = db.session.scalar(query.where(Media.sha256 == media.sha256)) or 0
    times += _aside_elsewhere(media)
    return Flag("same_media", {"times": times}) if times else None


def _aside_elsewhere(media: Media) -> int:
    """Count the records of other visits that lie aside together with the same file.

    They may be taken yet, and were made by somebody whatever becomes of them.
    """
    beside = select(Quarantine.capture_id).where(
        Quarantine.what == "file", Quarantine.sha256 == media.sha256,
        Quarantine.capture_id.not_in(select(Capture.id)),
    )  # fmt: skip
    query = select(Quarantine.body).where(
        Quarantine.what == "record", Quarantine.capture_id.in_(beside)
    )
    subject = media.capture.visit_id or media.capture.occasion_id
    bodies = [body for body in db.session.scalars(query) if body is not None]
    return sum(parse_record(body, ANY_LIMITS).subject.id != subject for body in bodies)


def _near(media: Media) -> Flag | None:
    """Return the nearest picture that is of another person or of another year."""
    if media.picture_hash is None:
        return None
    matches = near_matches(
        upright=int(media.picture_hash, 16),
        turns=[int(turn, 16) for turn in media.turns or []],
        stored=_stored_hashes(media),
    )
    for match in matches:
        other = db.session.get_one(Media, match.media_id).capture
        if Subject.of(other) != Subject.of(media.capture):
            return Flag("near_picture", {"bits": match.bits, "turned": match.turned,
                                         "capture_id": str(other.id)})  # fmt: skip
    return None


def _blank(media: Media) -> Flag | None:
    if media.picture_hash is None or not is_blank(int(media.picture_hash, 16)):
        return None
    return Flag("picture_blank")


def _stored_hashes(media: Media) -> Iterator[tuple[int, int]]:
    """Give (id, hash) of other visits' files with other bytes, newest and the person's own."""
    hashes = select(Media.id, Media.picture_hash)
    others = _of_other_visits(media, hashes).where(
        Media.picture_hash.is_not(None),
        Media.sha256 != media.sha256,
        or_(Media.id > media.id - NEWEST, Capture.person_id == media.capture.person_id),
    )
    for media_id, digits in db.session.execute(others.execution_options(yield_per=BATCH)):
        yield media_id, int(digits or "0", 16)


def _of_other_visits(media: Media, query: Select[*Columns]) -> Select[*Columns]:
    joined = query.join(Capture, Capture.id == Media.capture_id)
    return joined.where(sightings.is_elsewhere(
        visit_id=media.capture.visit_id, occasion_id=media.capture.occasion_id
    ))  # fmt: skip
