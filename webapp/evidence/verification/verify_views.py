"""Compares who looked at whom with the journal, in both directions."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from webapp.evidence.models import MediaView
from webapp.evidence.verification.findings import (
    BATCH,
    Entry,
    Finding,
    compare,
    compare_time,
    entries_of,
)
from webapp.extensions import db
from webapp.journal.rules import EntryType


def verify_views() -> Iterator[Finding]:
    """Give looks at a file that were changed, taken away or told twice."""
    told = {index: entry for index, entry in entries_of(EntryType.VIEWED)
            if "media_sha256" in entry.facts}  # fmt: skip
    seen: Counter[int] = Counter()
    for view in db.session.scalars(select(MediaView).execution_options(yield_per=BATCH)):
        seen[view.journal_index] += 1
        yield from _verify_view(view, told.get(view.journal_index), seen[view.journal_index])
    for index in sorted(told.keys() - seen.keys()):
        name = f"view of media {told[index].facts['media_sha256']}"
        yield Finding("row_missing", name, f"entry {index} says so, its row is gone")


def _verify_view(view: MediaView, entry: Entry | None, times: int) -> Iterator[Finding]:
    name = f"view of media {view.sha256}"
    yield from compare(
        entry, EntryType.VIEWED, name,
        viewer_id=str(view.viewer_id), media_sha256=view.sha256, kind=view.kind,
    )  # fmt: skip
    yield from compare_time(entry, view.at, name)
    if times > 1:
        yield Finding("row_doubled", name, "two rows tell of one look")
