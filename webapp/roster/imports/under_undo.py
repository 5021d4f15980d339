"""Keeps people apart who are about to be taken out of the roster again.

A long undo goes piece by piece. Between its first and its last piece nobody writes another import
or gives one of those people anything: it would be half of one thing and half of another. Each
party asks after it has written its own entry into the journal, or holds the people's rows, so
that of two who begin at the same moment the second one sees the first.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from webapp.chunks import chunks
from webapp.extensions import db
from webapp.refusals import Refusal
from webapp.roster.imports.import_models import RosterImport, RosterImportChange
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.models import Person


def refuse_while_undoing() -> None:
    """Refuse to write into the roster while an import is taken back.

    Raises:
        Refusal: import_being_undone (409).
    """
    if _is_any(ImportState.UNDOING):
        raise Refusal("import_being_undone", 409)


def refuse_while_writing() -> None:
    """Refuse to take an import back while another one is written.

    Raises:
        Refusal: import_being_written (409).
    """
    if _is_any(ImportState.CONFIRMED):
        raise Refusal("import_being_written", 409)


def refuse_people(person_ids: Sequence[UUID]) -> None:
    """Refuse an act on people of whom some are being taken out of the roster.

    Raises:
        Refusal: people_being_undone (409) with their number.
    """
    if not _is_any(ImportState.UNDOING):
        return
    undoing = select(RosterImport.id).where(RosterImport.state == ImportState.UNDOING.value)
    changed = exists().where(
        RosterImportChange.person_id == Person.id, RosterImportChange.import_id.in_(undoing)
    )
    met = 0
    for chunk in chunks(person_ids):
        query = select(func.count()).select_from(Person)
        query = query.where(Person.id.in_(chunk), or_(Person.import_id.in_(undoing), changed))
        met += db.session.scalar(query) or 0
    if met:
        raise Refusal("people_being_undone", 409, people=met)


def count_leaving() -> int:
    """Return how many people are still there who are being taken out of the roster just now."""
    if not _is_any(ImportState.UNDOING):
        return 0
    undoing = select(RosterImport.id).where(RosterImport.state == ImportState.UNDOING.value)
    query = select(func.count()).select_from(Person).where(Person.import_id.in_(undoing))
    return db.session.scalar(query) or 0


def _is_any(state: ImportState) -> bool:
    query = select(RosterImport.id).where(RosterImport.state == state.value).limit(1)
    return db.session.scalar(query) is not None
