"""Says which files of a capture are still missing, and which journal entry vouches for the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from storage.keys import original_key
from webapp.access.rules import Actor
from webapp.evidence.intake import aside_files, keeping
from webapp.evidence.intake.committing import find_own_capture
from webapp.evidence.models import Media
from webapp.evidence.records.rules import MediaState
from webapp.refusals import Refusal


@dataclass(frozen=True)
class MediaReceipt:
    """The files still missing, by SHA-256, or the entry that says that all are stored."""

    missing: tuple[str, ...]
    index: int | None


def media_receipt(*, actor: Actor, capture_id: UUID, sha256: str | None = None) -> MediaReceipt:
    """Return the entry of the file that came last, whose `stored` names all of them.

    Of a record that lies aside it is the entry that set its file aside beside it.

    With `sha256` only that file counts, and the entry is its own. Each file is read from the
    store before it is vouched for, since the phone then lets go of the last other copy; one that
    the store has lost or that is damaged is missing, whatever its row says.

    Raises:
        Refusal: `not_found` (404) for what is not the caller's, `media_not_in_record`,
            `media_refused` when a file's content was set aside: it will never be vouched for,
            `store_unavailable` (503) when the store cannot be read now.
    """
    capture = find_own_capture(actor=actor, capture_id=capture_id)
    if capture is None:
        return _receipt_aside(actor, capture_id, sha256)
    wanted = [media for media in capture.media if sha256 in (None, media.sha256)]
    if not wanted:
        raise Refusal("media_not_in_record")
    if any(media.state == MediaState.QUARANTINED for media in wanted):
        raise Refusal("media_refused")
    missing = tuple(_missing(wanted))
    indexes = [media.received_index for media in wanted if media.received_index is not None]
    return MediaReceipt(missing, None if missing else max(indexes))


def _missing(wanted: Iterable[Media]) -> Iterable[str]:
    """Give the files that have not come, and those that the store does not have any more."""
    for media in wanted:
        key = original_key(media.sha256)
        if media.state == MediaState.EXPECTED or keeping.is_lost(key=key, sha256=media.sha256):
            yield media.sha256


def _receipt_aside(actor: Actor, capture_id: UUID, sha256: str | None) -> MediaReceipt:
    records = aside_files.records_of(worker_id=actor.account_id, capture_id=capture_id)
    if not records:
        raise Refusal("not_found", 404)
    promised = {item.sha256 for row in records for item in aside_files.promised(row)}
    wanted = promised if sha256 is None else promised & {sha256}
    if not wanted:
        raise Refusal("media_not_in_record")
    kept = {
        one: row for one, row in aside_files.files_of(capture_id).items()
        if one in wanted and not keeping.is_lost(key=str(row.blob_key), sha256=one)
    }  # fmt: skip
    missing = tuple(sorted(wanted - set(kept)))
    index = None if missing else max(kept[one].journal_index for one in wanted)
    return MediaReceipt(missing, index)
