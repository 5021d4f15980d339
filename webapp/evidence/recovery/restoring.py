"""Records that the database was restored from a backup: lawful, never silent (decision 0022).

Phones that saw the lost end of the journal distrust it until this entry stands there, send again
what they still hold either way, and read their lists anew.
"""

from webapp import clock
from webapp.evidence.records.signatures import encode_base64url
from webapp.journal import queries
from webapp.journal import service as journal
from webapp.journal.checkpoints import Checkpoint
from webapp.journal.models import JournalEntry
from webapp.journal.notes import MalformedNoteError
from webapp.journal.rules import EntryType, JsonValue
from webapp.journal.signing import UntrustedNoteError, open_checkpoint
from webapp.packs import changes
from webapp.refusals import Refusal


def record_restore(*, held: str | None) -> JournalEntry:
    """Journal that the history up to here is what a backup kept, and begin one of the lists.

    `held` is the newest checkpoint of the lost end that is known; None where none was filed.

    Raises:
        Refusal: `checkpoint_not_ours`, `journal_continues` when nothing after `held` is lost.
    """
    size = queries.committed_size()
    facts: dict[str, JsonValue] = {"kept_size": size, **_head("kept", queries.root(size))}
    if held is not None:
        lost = _lost_head(held, size)
        facts |= {"lost_size": lost.size, **_head("lost", lost.root)}
    changes.begin_history()
    return journal.append(type=EntryType.JOURNAL_RESTORED, at=clock.now(), facts=facts)


def _head(name: str, root: bytes) -> dict[str, JsonValue]:
    return {f"{name}_root": encode_base64url(root)}


def _lost_head(held: str, size: int) -> Checkpoint:
    try:
        head = open_checkpoint(held, journal.own_key())
    except (MalformedNoteError, UntrustedNoteError) as error:
        raise Refusal("checkpoint_not_ours") from error
    if head.size <= size and queries.root(head.size) == head.root:
        raise Refusal("journal_continues", size=head.size)
    return head
