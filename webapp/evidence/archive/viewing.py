"""Finds what may be shown of a file, and journals that somebody looked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from storage.keys import original_key
from webapp import clock
from webapp.access.rules import Actor, Permission
from webapp.areas.duty import in_duty
from webapp.evidence.decoding import remaking
from webapp.evidence.models import Capture, Derivation, Media, MediaView
from webapp.evidence.records.media_types import AUDIOS, EXTENSIONS, VIDEOS
from webapp.evidence.records.rules import MediaState
from webapp.extensions import blobs, db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.models import Result, ResultCapture, Visit
from webapp.visits.rules import ON_PHONE_STATUSES

# A page asks for one picture several times, and a player for many ranges: that is one look.
ONE_LOOK = timedelta(minutes=10)


class Kind(StrEnum):
    """In which form a file is asked for."""

    ORIGINAL = "original"
    PLAYBACK = "playback"
    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"
    POSTER = "poster"


@dataclass(frozen=True)
class Showing:
    """A blob that may be sent: with which type, length and, when it is to be saved, name."""

    sha256: str
    kind: Kind
    blob_key: str
    mime: str
    size_bytes: int
    file_name: str | None


class LostPreview(Refusal):
    """A rendition was made, but its bytes are not there or damaged: it can be made again."""


@contextmanager
def asking_for(sha256: str) -> Iterator[None]:
    """Have the renditions of a file made again, and commit, when one that is asked for is lost."""
    try:
        yield
    except LostPreview:
        remaking.ask_from_page(remaking.fates([sha256]))
        raise


def find_showing(*, actor: Actor, sha256: str, kind: Kind) -> Showing:
    """Return a stored file in the form asked for, if a case in the actor's area holds it.

    Raises:
        Refusal: `not_found` (404), also for a foreign area; `not_allowed` (403) for an original.
    """
    if kind is Kind.ORIGINAL and not actor.may(Permission.DOWNLOAD_ORIGINALS):
        raise Refusal("not_allowed", 403)
    media = db.session.scalars(_in_duty(actor, sha256).limit(1)).first()
    if media is None:
        raise Refusal("not_found", 404)
    return showing_of(media, kind)


def _in_duty(actor: Actor, sha256: str) -> Select[Any]:
    """Choose files that lie in the actor's area, or on which a result there rests.

    An occasion may lie elsewhere than the people whom its files show.
    """
    named = select(ResultCapture.result_id).join(Result, Result.id == ResultCapture.result_id)
    there = and_(ResultCapture.capture_id == Capture.id, in_duty(Result.area_path, actor))
    return (
        select(Media)
        .join(Capture, Capture.id == Media.capture_id)
        .where(
            Media.sha256 == sha256,
            Media.received_index.is_not(None),
            or_(in_duty(Capture.area_path, actor), named.where(there).exists()),
        )
    )


def showing_of(media: Media, kind: Kind) -> Showing:
    """Return a received file in one form; raises `not_found` (404) where there is none."""
    if kind is Kind.ORIGINAL:
        return _original(media, kind, f"{media.sha256}.{EXTENSIONS[media.mime]}")
    if kind is Kind.PLAYBACK:
        if media.mime not in VIDEOS | AUDIOS or media.state != MediaState.RECEIVED:
            raise Refusal("not_found", 404)
        return _original(media, kind, None)
    return _rendition(media.sha256, kind)


def _rendition(sha256: str, kind: Kind) -> Showing:
    """Return a rendition whose very bytes are there; `LostPreview` (404) where they are not."""
    made = derivation_of(sha256, kind)
    if made is None:
        raise Refusal("not_found", 404)
    if not remaking.is_whole(key=made.blob_key, sha256=made.blob_sha256):
        raise LostPreview("not_found", 404)
    return Showing(sha256, kind, made.blob_key, made.mime, made.size_bytes, None)


def _original(media: Media, kind: Kind, file_name: str | None) -> Showing:
    key = original_key(media.sha256)
    if not blobs().exists(key):
        raise Refusal("not_found", 404)
    return Showing(media.sha256, kind, key, media.mime, blobs().size(key), file_name)


def derivation_of(sha256: str, kind: Kind) -> Derivation | None:
    """Return the rendition of a file; None while none was made."""
    query = select(Derivation).filter_by(source_sha256=sha256, kind=kind.value)
    return db.session.scalar(query)


def find_portrait(*, actor: Actor, person_id: UUID) -> Showing:
    """Return the small picture of a person's last accepted visit, for a worker who has a visit.

    Raises:
        Refusal: `not_found` (404).
    """
    person = db.session.get(Person, person_id)
    if person is None or person.photo_sha256 is None or not _may_meet(actor, person_id):
        raise Refusal("not_found", 404)
    with asking_for(person.photo_sha256):
        return _rendition(person.photo_sha256, Kind.THUMBNAIL)


def _may_meet(actor: Actor, person_id: UUID) -> bool:
    """Say whether the worker has a visit to the person that is not over."""
    mine = select(Visit.id).where(
        Visit.person_id == person_id, Visit.worker_id == actor.account_id,
        Visit.status.in_([status.value for status in ON_PHONE_STATUSES]),
    )  # fmt: skip
    return db.session.scalar(mine.limit(1)) is not None


def note_view(*, actor: Actor, showing: Showing) -> bool:
    """Journal that the actor looks at a file; False when the last ten minutes hold it already."""
    at = clock.now()
    recent = select(MediaView.id).where(
        MediaView.viewer_id == actor.account_id,
        MediaView.sha256 == showing.sha256,
        MediaView.kind == showing.kind.value,
        MediaView.at > at - ONE_LOOK,
    )
    if db.session.scalar(recent.limit(1)) is not None:
        return False
    entry = journal.append(
        type=EntryType.VIEWED,
        at=at,
        facts={
            "viewer_id": str(actor.account_id),
            "media_sha256": showing.sha256,
            "kind": showing.kind.value,
        },
    )
    db.session.add(
        MediaView(viewer_id=actor.account_id, sha256=showing.sha256, kind=showing.kind.value,
                  at=at, journal_index=entry.index)
    )  # fmt: skip
    db.session.flush()
    return True
