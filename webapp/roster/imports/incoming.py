"""Workbooks as they come in: measured, recognised if they came before, kept sealed."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import and_, or_, select

from webapp import calendar, clock
from webapp.access.rules import Actor
from webapp.areas.loading import load_city_if_empty
from webapp.areas.models import Area
from webapp.config import settings
from webapp.database.base import uuid7
from webapp.extensions import blobs, db
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.imports.import_rules import STANDING, UNCONFIRMED, ImportState
from webapp.sealing import sealer

_NAME = 255


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A workbook as it came in: by path from the command line, by its bytes from the desk."""

    name: str
    path: Path | None = None
    data: bytes = b""

    def sha256(self) -> str:
        """The file's SHA-256 in hex."""
        if self.path is None:
            return hashlib.sha256(self.data).hexdigest()
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def size(self) -> int:
        """The file's length in bytes."""
        return len(self.data) if self.path is None else self.path.stat().st_size


def refuse_oversized(file: IncomingFile) -> None:
    """Refuse a file above the limit of the settings.

    Raises:
        Refusal: file_too_large (413).
    """
    if file.size() > settings().import_max_bytes:
        raise Refusal("file_too_large", 413)


def first_import_of(sha256: str, area_path: str) -> RosterImport | None:
    """The import that holds this very file for an area, unless it came to nothing.

    One that was written counts if it took in the whole area; one that is only tried counts for its
    own office alone, so that nobody waits for another office's decision.
    """
    tried = RosterImport.state.in_([state.value for state in UNCONFIRMED])
    written = RosterImport.state.in_([state.value for state in STANDING])
    steps = [area_path[: at + 1] for at, sign in enumerate(area_path) if sign == "/"]
    if area_path == "/":
        # The command line and the city's own accounts both take in the whole city.
        steps += db.session.scalars(select(Area.path).where(Area.level == "city"))
    query = select(RosterImport).where(
        RosterImport.sha256 == sha256,
        or_(
            and_(tried, RosterImport.area_path == area_path),
            and_(written, ~tried, RosterImport.area_path.in_(steps)),
        ),
    )
    return db.session.scalar(query.order_by(RosterImport.created_at).limit(1))


def refuse_known(sha256: str, actor: Actor | None) -> None:
    """Refuse a file that came in before.

    Raises:
        Refusal: import_known (409), with the first import's id, state and date, and its link if
            the actor may open it.
    """
    first = first_import_of(sha256, actor.area_path if actor else "/")
    if first is None:
        return
    is_own = actor is None or actor.covers(first.area_path)
    raise Refusal(
        "import_known" if is_own else "import_known_elsewhere", 409,
        import_id=str(first.id) if is_own else "", state=first.state,
        file_name=first.file_name, on=calendar.local_day(first.created_at).isoformat(),
        link=f"/roster/imports/{first.id}" if is_own else "",
    )  # fmt: skip


def new_record(
    file: IncomingFile, *, sha256: str, source: str, state: ImportState, actor: Actor | None
) -> RosterImport:
    """Write the import's record; refuses a known file as `refuse_known` does."""
    refuse_known(sha256, actor)
    record = RosterImport(
        id=uuid7(), sha256=sha256, file_name=file.name[:_NAME], size_bytes=file.size(),
        source=source, state=state.value, created_at=clock.now(),
        created_by=actor.account_id if actor else None,
        area_path=actor.area_path if actor else "/", sheets=[], counts={}, difference={},
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    acts.note_import(
        EntryType.IMPORT_RECEIVED, record=record, by=actor.account_id if actor else None
    )
    return record


def receive(*, actor: Actor, file: IncomingFile, source: str = "") -> RosterImport:
    """Keep an uploaded workbook, sealed, until it has been checked and confirmed.

    Raises:
        Refusal: file_too_large (413), file_empty, import_known (409).
    """
    refuse_oversized(file)
    if not file.data:
        raise Refusal("file_empty")
    load_city_if_empty()
    record = new_record(
        file, sha256=file.sha256(), source=source.strip()[:100], state=ImportState.WAITING,
        actor=actor,
    )  # fmt: skip
    record.file_key = f"imports/{record.id.hex}"
    blobs().put(record.file_key, io.BytesIO(sealer().seal_bytes(file.data)))
    return record


def stored_file(record: RosterImport) -> IncomingFile:
    """The uploaded workbook again."""
    with blobs().open(record.file_key) as stream:
        return IncomingFile(record.file_name, data=sealer().unseal_bytes(stream.read()))
