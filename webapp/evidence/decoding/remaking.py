"""Makes renditions again that the store has lost, or holds damaged, out of their whole originals.

Nothing is lost with a rendition that its original does not give again. Its entry names by
`replaces` the file whose place it takes, so that the older entry is excused and nothing vanishes.
"""

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.keys import original_key
from storage.protocol import StoreUnavailable
from webapp import clock
from webapp.evidence.decoding import derivations
from webapp.evidence.decoding.derivations import Source
from webapp.evidence.intake import finishing, keeping, spool
from webapp.evidence.models import Derivation, Media
from webapp.evidence.records.formats import FAMILY_OF
from webapp.evidence.records.rules import MediaState
from webapp.extensions import begin_writing, blobs, db
from webapp.jobs import queries as job_queries
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, at_start, handler
from webapp.jobs.rules import JobState, Lane
from webapp.journal import queries as journal_queries
from webapp.journal import service as journal
from webapp.journal.rules import EntryType, JsonValue, read_entry
from webapp.refusals import Refusal

SEARCH_JOB = "evidence.find-lost-previews"
BATCH = 500


class Fate(StrEnum):
    """What becomes of a file's renditions that are lost."""

    DERIVING = "deriving"
    UNMADE = "unmade"


@dataclass(frozen=True)
class Lost:
    """A row whose rendition is lost, as plain values."""

    row_id: int
    kind: str
    journal_index: int
    facts: Mapping[str, JsonValue]


def is_whole(*, key: str, sha256: str) -> bool:
    """Say whether the very bytes of a rendition lie in the store; a store that is away may."""
    try:
        return blobs().holds(key, sha256)
    except StoreUnavailable:
        return True


def fates(sources: Collection[str]) -> dict[str, Fate]:
    """Return what becomes of the files, by SHA-256, of whose renditions one is lost."""
    rows = db.session.scalars(select(Derivation).where(Derivation.source_sha256.in_(sources)))
    lost = {
        made.source_sha256
        for made in rows
        if not is_whole(key=made.blob_key, sha256=made.blob_sha256)
    }
    deleted = journal_queries.tombstoned_media() if lost else set()
    return {
        sha256: Fate.UNMADE if sha256 in deleted or _is_given_up(sha256) else Fate.DERIVING
        for sha256 in lost
    }


def _is_given_up(sha256: str) -> bool:
    return job_queries.newest_state(finishing.remake_key(sha256)) is JobState.DEAD


def ask_from_page(found: Mapping[str, Fate]) -> None:
    """Have what a page misses made again, and commit; what was given up waits for a person."""
    wanted = sorted(sha256 for sha256, fate in found.items() if fate is Fate.DERIVING)
    if wanted:
        begin_writing()
        _ask(wanted)
        db.session.commit()


def _ask(sources: Iterable[str]) -> None:
    for sha256 in sources:
        finishing.remake_later(sha256)


@at_start
def search_soon() -> None:
    """Look for renditions whose files are gone: a restored folder may lack them."""
    search(is_thorough=False)


def search(*, is_thorough: bool) -> None:
    """Have lost renditions looked for; a thorough search reads them all, and finds damage."""
    payload = {"is_thorough": is_thorough}
    jobs.enqueue(kind=SEARCH_JOB, payload=payload, unique_key=f"{SEARCH_JOB}:{is_thorough}")


@handler(SEARCH_JOB, lane=Lane.HOURS)
def find_lost(context: JobContext, payload: dict[str, Any]) -> None:
    """Ask for each file again of whose renditions one is lost; what was deleted stays deleted."""
    columns = (Derivation.source_sha256, Derivation.blob_key, Derivation.blob_sha256)
    made = db.session.execute(select(*columns).order_by(Derivation.id)).all()
    deleted = journal_queries.tombstoned_media()
    db.session.rollback()
    is_thorough = bool(payload["is_thorough"])
    present = frozenset[str]() if is_thorough else frozenset(blobs().keys("derived/"))
    lost: dict[str, None] = {}
    for done, (source, key, sha256) in enumerate(made):
        if done % BATCH == 0:
            context.progress(done=done, total=len(made))
        is_there = is_whole(key=key, sha256=sha256) if is_thorough else key in present
        if not is_there and source not in deleted:
            lost[source] = None
    _ask(lost)


@handler(finishing.REMAKE_JOB, yields_to=spool.is_busy)
def remake(context: JobContext, payload: dict[str, Any]) -> None:
    """Make the lost renditions of one file again.

    Raises:
        Refusal: `preview_unmade` when the original is lost too, or gives no such picture any more,
            or when a row is not as its entry says: nobody's change of it is covered up.
    """
    sha256 = str(payload["sha256"])
    lost, source = _lost_of(sha256), _source(sha256)
    is_founded = all(map(_is_founded, lost))
    db.session.rollback()
    if not lost:
        return
    if (
        source is None
        or not is_founded
        or not keeping.is_held(key=original_key(sha256), sha256=sha256)
    ):
        raise Refusal("preview_unmade", 409)
    is_last = context.tries >= derivations.TRIES
    with tempfile.TemporaryDirectory(prefix="anzai-derive-") as name:
        derivations.render(source, Path(name), is_last=is_last)
        made = [derivations.store_one(source, old.kind, Path(name)) for old in lost]
    _write(lost, [new for new in made if new is not None])
    if None in made:
        db.session.commit()
        raise Refusal("preview_unmade", 409)


def _lost_of(sha256: str) -> list[Lost]:
    query = select(Derivation).filter_by(source_sha256=sha256).order_by(Derivation.id)
    return [
        Lost(made.id, made.kind, made.journal_index, derivations.facts_of(made))
        for made in db.session.scalars(query)
        if not is_whole(key=made.blob_key, sha256=made.blob_sha256)
    ]


def _is_founded(lost: Lost) -> bool:
    bodies = journal_queries.bodies([lost.journal_index])
    said = read_entry(bodies.get(lost.journal_index, b""))
    return said.get("type") == EntryType.DERIVED and lost.facts.items() <= said.items()


def _source(sha256: str) -> Source | None:
    received = Media.state == MediaState.RECEIVED.value
    query = select(Media).where(Media.sha256 == sha256, received).order_by(Media.id).limit(1)
    media = db.session.scalar(query)
    return None if media is None else Source(media.id, sha256, FAMILY_OF[media.mime])


def _write(lost: Sequence[Lost], made: Sequence[Derivation]) -> None:
    """Let the rows tell of the new files; what somebody else wrote meanwhile stays."""
    rows = select(Derivation).where(Derivation.id.in_([old.row_id for old in lost]))
    # Locked before the journal is.
    locked = rows.order_by(Derivation.id).with_for_update(key_share=True)
    present = {(row.kind, row.journal_index): row for row in db.session.scalars(locked)}
    indexes = {old.kind: old.journal_index for old in lost}
    for new in made:
        row = present.get((new.kind, indexes[new.kind]))
        if row is not None:
            _replace(row, new)


def _replace(row: Derivation, new: Derivation) -> None:
    entry = journal.append(
        type=EntryType.DERIVED,
        at=clock.now(),
        facts={**derivations.facts_of(new), "replaces": row.blob_sha256},
    )
    row.mime, row.blob_key, row.blob_sha256 = new.mime, new.blob_key, new.blob_sha256
    row.size_bytes, row.journal_index = new.size_bytes, entry.index
    db.session.flush()
