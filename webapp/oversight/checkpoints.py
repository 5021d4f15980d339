"""Checkpoints at the desk: kept, printed with a code to scan, and compared with the journal."""

from collections.abc import Sequence

import segno

from webapp import clock
from webapp.access.rules import Actor
from webapp.extensions import db
from webapp.journal import queries
from webapp.journal import service as journal
from webapp.journal.models import JournalCheckpoint
from webapp.journal.notes import MalformedNoteError
from webapp.journal.rules import EntryType
from webapp.journal.signing import UntrustedNoteError, open_checkpoint
from webapp.refusals import Refusal

MOST_SHOWN = 100


def latest() -> Sequence[JournalCheckpoint]:
    """Return the checkpoints of the largest sizes, the newest first, one more than shown."""
    query = db.select(JournalCheckpoint).order_by(JournalCheckpoint.size.desc())
    return list(db.session.scalars(query.limit(MOST_SHOWN + 1)))


def keep(*, actor: Actor) -> int:
    """Sign the journal as it is committed now, keep that, and return its size.

    Raises:
        Refusal: `journal_contradiction` (500).
    """
    size = queries.committed_size()
    journal.store_checkpoint()
    journal.append(
        type=EntryType.CHECKPOINT_KEPT, at=clock.now(),
        facts={"size": size, "root": queries.root(size).hex(), "by": str(actor.account_id)},
    )  # fmt: skip
    return size


def find(size: int) -> JournalCheckpoint:
    """Return a kept checkpoint.

    Raises:
        Refusal: `not_found` (404).
    """
    found = db.session.get(JournalCheckpoint, size)
    if found is None:
        raise Refusal("not_found", 404)
    return found


def scannable(checkpoint: JournalCheckpoint) -> str:
    """Return the whole signed note as a QR code, an SVG to stand in the page."""
    code = segno.make(checkpoint.note, error="m", micro=False)
    return str(code.svg_inline(border=4, omitsize=True))


def compare(note: str) -> int:
    """Return the size up to which the journal agrees with a checkpoint that was kept elsewhere.

    Raises:
        Refusal: `note_unreadable`, `note_not_ours`, `note_beyond` with `size`, `note_contradicts`
            with `size`.
    """
    plain = note.replace("\r\n", "\n").strip("\n") + "\n"
    try:
        head = open_checkpoint(plain, journal.own_key())
    except MalformedNoteError:
        raise Refusal("note_unreadable") from None
    except UntrustedNoteError:
        raise Refusal("note_not_ours") from None
    if head.size > queries.committed_size():
        raise Refusal("note_beyond", size=head.size)
    if queries.root(head.size) != head.root:
        raise Refusal("note_contradicts", size=head.size)
    return head.size
