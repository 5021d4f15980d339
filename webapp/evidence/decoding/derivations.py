"""The jobs of evidence: renditions made apart from the originals, and uploads left behind.

A handler reads first, lets go of the database while a child process decodes, and writes last.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Text, cast, or_, select

from storage.files import as_file
from storage.keys import derived_key, original_key
from storage.streams import sha256_of
from webapp import clock
from webapp.evidence.decoding import confinement
from webapp.evidence.flags import flagging, inspection_flags, reuse
from webapp.evidence.flags.flags import Flag
from webapp.evidence.intake import finishing, keeping, quarantine, spool
from webapp.evidence.intake.uploads import lock_capture
from webapp.evidence.models import Capture, Derivation, Media
from webapp.evidence.records.formats import FAMILY_OF
from webapp.evidence.records.media_types import AUDIOS, VIDEOS
from webapp.evidence.records.rules import MediaState
from webapp.extensions import blobs, db
from webapp.jobs.registry import JobContext, at_start, handler
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, JsonValue

# What renditions are made of, by the ending of their keys; those of before are WebP.
ENDING, JPEG = "jpg", "image/jpeg"
MIME_OF = {ENDING: JPEG, "webp": "image/webp"}
POSTER_FAMILIES = frozenset({"webm", "mp4"})
STEPS = 2
TRIES = 3


@dataclass(frozen=True)
class Source:
    """A stored original as plain values."""

    media_id: int
    sha256: str
    family: str


@dataclass(frozen=True)
class Decoded:
    """What a decoder found in a file, or `{"fault": …}`, and the renditions that it made."""

    found: Mapping[str, Any]
    made: Sequence[Derivation]


@at_start
def decode_what_waits() -> None:
    """Have every received file decoded that nobody decoded yet; a job that still waits is it.

    Jobs prove nothing and may be lost; without one the file would be prepared for ever.
    """
    # A None that was set is written as JSON's own null.
    undecoded = or_(Media.inspection.is_(None), cast(Media.inspection, Text) == "null")
    received = Media.state == MediaState.RECEIVED.value
    for media_id in db.session.scalars(select(Media.id).where(received, undecoded)).all():
        finishing.derive_later(media_id)


@handler(finishing.DERIVE_JOB, yields_to=spool.is_busy)
def derive(context: JobContext, payload: dict[str, Any]) -> None:
    """Make thumbnail and preview (or poster) of one file, its hashes and its flags."""
    source = _source(int(payload["media_id"]))
    if source is None:
        return
    context.progress(done=0, total=STEPS)
    decoded = decode(source, is_last=context.tries >= TRIES)
    context.progress(done=1, total=STEPS)
    write(source, decoded)


def _source(media_id: int) -> Source | None:
    """Return what is to be derived, the transaction closed; None when it was done already."""
    media = db.session.get(Media, media_id)
    wanted = media is not None and media.state == MediaState.RECEIVED and media.inspection is None
    source = None
    if media is not None and wanted:
        source = Source(media.id, media.sha256, FAMILY_OF[media.mime])
    db.session.rollback()
    return source


def decode(source: Source, *, is_last: bool) -> Decoded:
    """Decode an original outside of any transaction, and keep the renditions that came of it."""
    with tempfile.TemporaryDirectory(prefix="anzai-derive-") as name:
        found = render(source, Path(name), is_last=is_last)
        return Decoded(found, _store(source, Path(name)))


def render(source: Source, folder: Path, *, is_last: bool) -> dict[str, Any]:
    """Write renditions into `folder`; return the decoder's facts, or `{"fault": …}`.

    Documents in PDF are not decoded at all.

    A child that ran out of time or memory may have done so for the machine's sake and not for
    the file's: that is tried again before the file is blamed.
    """
    if source.family == "pdf":
        return {}
    with as_file(blobs(), original_key(source.sha256)) as path:
        try:
            return confinement.derive(path.resolve(), family=source.family, folder=folder)
        except confinement.Undecodable as fault:
            if fault.reason in confinement.PERHAPS_OURS and not is_last:
                raise
            return {"fault": fault.reason}


def _store(source: Source, folder: Path) -> list[Derivation]:
    """Put the renditions into the store, save those that another record's file has already."""
    of_source = select(Derivation.kind).filter_by(source_sha256=source.sha256)
    known = set(db.session.scalars(of_source))
    db.session.rollback()
    large = "poster" if source.family in POSTER_FAMILIES else "preview"
    made = [store_one(source, kind, folder) for kind in ("thumbnail", large) if kind not in known]
    return [one for one in made if one is not None]


def store_one(source: Source, kind: str, folder: Path) -> Derivation | None:
    """Put one rendition out of `folder` into the store, where other bytes give way to it.

    None where the decoder made none. The row that is returned belongs to no session yet.
    """
    path = folder / f"{'thumbnail' if kind == 'thumbnail' else 'preview'}.{ENDING}"
    if not path.exists():
        return None
    key = derived_key(kind, source.sha256, ENDING)
    with path.open("rb") as stream:
        digest = sha256_of(stream).hex()
    keeping.keep(key=key, sha256=digest, path=path)
    return Derivation(
        source_sha256=source.sha256, kind=kind, mime=JPEG, blob_key=key,
        blob_sha256=digest, size_bytes=path.stat().st_size,
    )  # fmt: skip


def facts_of(made: Derivation) -> dict[str, JsonValue]:
    """Return what a rendition's entry says of it."""
    return {
        "media_sha256": made.source_sha256,
        "kind": made.kind,
        "derived_sha256": made.blob_sha256,
    }


def write(source: Source, decoded: Decoded, *, lifts: int | None = None) -> None:
    """Write facts, derivations with their journal entries, and flags, in one transaction.

    `lifts` is the index of the entry that had set the file aside, if this look receives it.
    """
    media = db.session.get_one(Media, source.media_id)
    lock_capture(media.capture_id)
    db.session.refresh(media)
    if media.inspection is not None:
        return
    found = dict(decoded.found)
    media.picture_hash, media.turns = found.pop("picture_hash", None), found.pop("turns", None)
    media.inspection = found
    _journal_inspection(media, {} if lifts is None else {"lifts": lifts})
    for derivation in decoded.made:
        _journal_derivation(derivation)
    flag_inspection(media.capture)
    if is_refused(media.mime, found):
        _set_undecodable_aside(media, str(found["fault"]))


def _journal_inspection(media: Media, more: Mapping[str, JsonValue]) -> None:
    """Journal what the decoder found and the hashes by which pictures are compared, hidden."""
    journal.append(
        type=EntryType.MEDIA_INSPECTED,
        at=clock.now(),
        facts={"capture_id": str(media.capture_id), "media_sha256": media.sha256, **more},
        salted={"found": found_said(media)},
    )


def found_said(media: Media) -> str:
    """Return in one spelling all that decoding a file brought to light."""
    found = [media.inspection, media.picture_hash, media.turns]
    return json.dumps(found, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _journal_derivation(derivation: Derivation) -> None:
    """Add a derivation with its entry, unless another record with the same file made it."""
    known = select(Derivation.id).filter_by(
        source_sha256=derivation.source_sha256, kind=derivation.kind
    )
    if db.session.scalar(known) is not None:
        return
    entry = journal.append(type=EntryType.DERIVED, at=clock.now(), facts=facts_of(derivation))
    derivation.journal_index = entry.index
    db.session.add(derivation)
    db.session.flush()


def flag_inspection(capture: Capture) -> None:
    """Raise the flags that only decoded files can raise, of all files of the capture at once.

    Judged one by one, a clean second picture would take back what the first one raised.
    """
    fresh: dict[str, Flag] = {}
    for media in capture.media:
        if media.inspection is not None:
            for flag in _flags_of(media):
                fresh.setdefault(flag.code, flag)
    codes = (*inspection_flags.INSPECTION_CODES, *reuse.REUSE_CODES)
    flagging.set_flags(capture, fresh.values(), codes)


def _flags_of(media: Media) -> list[Flag]:
    found, capture = media.inspection or {}, media.capture
    claim = inspection_flags.Claim(
        media.width, media.height, media.duration_ms, capture.claimed_at,
        capture.latitude, capture.longitude, is_film=media.mime in VIDEOS,
    )  # fmt: skip
    flags = [*inspection_flags.inspection_flags(found, claim), *reuse.reuse_flags(media)]
    fault = found.get("fault")
    if fault == confinement.MEMORY:
        flags.append(Flag("too_large_to_show"))
    elif fault is not None:
        flags.append(Flag("undecodable", {"reason": str(fault)}))
    return flags


def is_refused(mime: str, found: Mapping[str, Any]) -> bool:
    """Say whether a file is set aside for what a decoder found, or received with its flag.

    A phone looks at each picture that it keeps, but cannot try every film to its end; and what
    was too much for the limits of this machine is not the file's fault.
    """
    is_at_fault = "fault" in found and found["fault"] not in confinement.PERHAPS_OURS
    return is_at_fault and mime not in VIDEOS | AUDIOS


def _set_undecodable_aside(media: Media, reason: str) -> None:
    """Refuse content that no decoder reads; the bytes stay where they are (evidence §1.7)."""
    capture = db.session.get_one(Capture, media.capture_id)
    quarantine.set_file_aside(
        capture_id=capture.id,
        worker_id=capture.worker_id,
        device_kid=capture.device_kid,
        promised_sha256=media.sha256,
        sha256=media.sha256,
        blob_key=original_key(media.sha256),
        reason="undecodable",
    )
    finishing.refuse_content(capture, media)
