"""What is done to the roster as a whole, as the journal tells it: ids and codes."""

from typing import Any
from uuid import UUID

from webapp import clock
from webapp.areas.models import Area
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.roster.imports.import_models import RosterImport, RosterImportRow


def note_import(kind: EntryType, *, record: RosterImport, by: UUID | None = None) -> None:
    """Journal a step of an import with its file's hash; `by` is None where the server does it."""
    told: dict[str, Any] = {"import_id": str(record.id), "file_sha256": record.sha256}
    journal.append(type=kind, at=clock.now(), facts=told | ({"by": str(by)} if by else {}))


def area_id_of(path: str) -> int | None:
    """Return the id of the area whose path this is, None for "/", which is everywhere."""
    parts = path.strip("/").split("/")
    return int(parts[-1]) if parts[-1] else None


def note_errors_taken(*, record: RosterImport, rows: int, masked: bool, by: UUID) -> None:
    """Journal that the rows of an import that are for its sender were taken out as a workbook."""
    journal.append(
        type=EntryType.EXPORTED, at=clock.now(),
        facts={"what": "import_errors", "import_id": str(record.id), "rows": rows,
               "masked": masked, "area_id": area_id_of(record.area_path), "account_id": str(by)},
    )  # fmt: skip


def note_row(*, row: RosterImportRow, by: UUID, decision: str) -> None:
    """Journal what a person decided about a held row; whom it made stands there by id."""
    journal.append(
        type=EntryType.IMPORT_ROW_DECIDED, at=clock.now(),
        facts={
            "import_id": str(row.import_id), "position": row.position, "decision": decision,
            "person_id": str(row.person_id) if row.person_id else None, "by": str(by),
        },
    )  # fmt: skip


def note_placed(*, area: Area, people: list[UUID], by: UUID) -> None:
    """Journal that people were put into a community."""
    journal.append(
        type=EntryType.PEOPLE_PLACED, at=clock.now(),
        facts={"area_id": area.id, "people": [str(one) for one in people], "by": str(by)},
    )  # fmt: skip
