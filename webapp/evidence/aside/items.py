"""One record or report that lies aside, as the office reads it, and its files."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from webapp import sealing
from webapp.access.rules import Actor
from webapp.evidence.archive.viewing import Kind, Showing
from webapp.evidence.aside import queries
from webapp.evidence.intake import aside_files
from webapp.evidence.models import AsideSettlement, Quarantine
from webapp.evidence.records.media_types import ANY_LIMITS, AUDIOS, EXTENSIONS, IMAGES, VIDEOS
from webapp.evidence.records.records import CaptureRecord, MediaItem, parse_record
from webapp.extensions import blobs, db
from webapp.people.models import Account, Device
from webapp.refusals import Refusal
from webapp.roster.notes import mask_numbers
from webapp.visits.detail_labels import details_said
from webapp.visits.models import ReportAside, Visit
from webapp.visits.schemas import AttemptBody, AttemptsBody, ResultBody
from webapp.visits.set_aside import RESULT

# Browsers show these in a page; everything else is saved.
SHOWN = (IMAGES - {"image/heic"}) | VIDEOS | AUDIOS
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True)
class ItemFile:
    """A file that a record promises: how it can be shown, and whether it is here."""

    item: MediaItem
    is_here: bool

    @property
    def shape(self) -> str:
        """Return image, video or audio for what a page can show, and other for the rest."""
        return self.item.mime.partition("/")[0] if self.item.mime in SHOWN else "other"


@dataclass(frozen=True)
class Item:
    """What lies aside under one entry; `record` or `body` says what was sent."""

    row: Quarantine | ReportAside
    worker: str
    device: Device | None
    visit: Visit | None
    settlement: AsideSettlement | None
    record: CaptureRecord | None = None
    body: ResultBody | AttemptsBody | None = None
    files: tuple[ItemFile, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind as the list names it."""
        if isinstance(self.row, ReportAside):
            return self.row.kind
        return self.record.kind.value if self.record else ""

    @property
    def reason(self) -> str:
        """Return the code of the sentence that says why it was not taken."""
        return queries.reason_of(self.row)

    @property
    def is_taken(self) -> bool:
        """Say whether what was sent has been taken since."""
        return queries.is_taken(self.row)

    @property
    def result(self) -> ResultBody | None:
        """Return the result that was sent, None for anything else."""
        return self.body if isinstance(self.body, ResultBody) else None

    @property
    def attempts(self) -> list[AttemptBody]:
        """Return the attempts that were sent, oldest first."""
        return sorted(self.body.attempts if self.body else [], key=lambda one: one.started_at)

    def answers(self) -> Iterator[tuple[str, str]]:
        """Give what a result answers, in words, with only the ends of long numbers."""
        if self.result is not None:
            for asked, said in details_said(self.result.outcome, self.result.details):
                yield asked, masked(said)

    def settled(self) -> tuple[str, str]:
        """Return who settled it and with which words; raises for damaged words."""
        assert self.settlement is not None  # noqa: S101 - Pages ask for what there is.
        by = db.session.get_one(Account, self.settlement.settled_by)
        return by.name, mask_numbers(sealing.unseal(self.settlement.sealed))


def find_item(*, actor: Actor, index: int) -> Item:
    """Return what was set aside by this entry, from a worker of the actor's area.

    Raises:
        Refusal: `not_found` (404), also for a foreign area.
    """
    row, worker = find_row(actor=actor, index=index)
    about = {
        "row": row, "worker": worker, "device": db.session.get(Device, row.device_kid),
        "settlement": db.session.get(AsideSettlement, index),
    }  # fmt: skip
    if isinstance(row, Quarantine):
        record = parse_record(row.body or b"", ANY_LIMITS)
        kept = aside_files.files_of(row.capture_id)
        files = tuple(ItemFile(item, item.sha256 in kept) for item in record.media)
        visit = queries.visit_of(actor, record.visit_id)
        return Item(visit=visit, record=record, files=files, **about)  # type: ignore[arg-type]
    visit = queries.visit_of(actor, row.visit_id)
    return Item(visit=visit, body=_body_of(row), **about)  # type: ignore[arg-type]


def find_row(
    *, actor: Actor, index: int, for_update: bool = False
) -> tuple[Quarantine | ReportAside, str]:
    """Return the row of an entry and its worker's name; `for_update` locks the row.

    Raises:
        Refusal: `not_found` (404), also for a foreign area.
    """
    chosen: tuple[tuple[Any, Any], ...] = (
        (Quarantine, queries.records_aside(actor.area_path)),
        (ReportAside, queries.reports_aside(actor.area_path)),
    )
    for table, query in chosen:
        one = query.where(table.journal_index == index)
        if for_update:
            one = one.with_for_update(of=table)
        found = db.session.execute(one).first()
        if found is not None:
            return found[0], found[1]
    raise Refusal("not_found", 404)


def find_file(*, actor: Actor, index: int, sha256: str) -> Showing:
    """Return a file that lies beside a record; its type is the one that the record promises.

    Raises:
        Refusal: `not_found` (404), also for a foreign area and a file that is not here.
    """
    row, _ = find_row(actor=actor, index=index)
    items = aside_files.promised(row) if isinstance(row, Quarantine) else ()
    item = next((one for one in items if one.sha256 == sha256), None)
    kept = aside_files.files_of(row.capture_id) if isinstance(row, Quarantine) else {}
    file = kept.get(sha256)
    if item is None or file is None or file.worker_id != row.worker_id:
        raise Refusal("not_found", 404)
    key = str(file.blob_key)
    if not blobs().exists(key):
        raise Refusal("not_found", 404)
    name = None if item.mime in SHOWN else f"{sha256}.{EXTENSIONS[item.mime]}"
    return Showing(sha256, Kind.ORIGINAL, key, item.mime, blobs().size(key), name)


def _body_of(row: ReportAside) -> ResultBody | AttemptsBody:
    read = json.loads(sealing.unseal(row.sealed))
    schema = ResultBody if row.kind == RESULT else AttemptsBody
    return schema.model_validate(read)


def masked(said: object) -> str:
    """Return an answer with only the ends of long numbers; a day is none."""
    text = str(said)
    return text if _DAY.fullmatch(text) else mask_numbers(text)
