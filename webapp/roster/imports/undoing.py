"""Takes an import back, as long as nothing else has touched what it wrote or hangs on it.

It is the one act at the desk that removes people. What hangs on them is asked here, of every
table that can name a person, before anything is deleted, and once more before each piece.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.access.rules import Actor
from webapp.database.references import columns_naming
from webapp.extensions import db
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster import acts
from webapp.roster.imports.import_models import RosterImport, RosterImportChange
from webapp.roster.imports.import_rules import ImportState, step
from webapp.roster.imports.imports import get_import
from webapp.roster.imports.taking_back import bring_back, delete_people, let_go_of
from webapp.roster.imports.touched import count_touched
from webapp.roster.imports.under_undo import refuse_while_writing
from webapp.roster.models import Benefit, Contact, Person, Phone

# What an import writes of a person and takes away again with the person.
OWN = (Phone, Contact, Benefit)
_OWN_TABLES = {model.__table__ for model in OWN}
# So many people are taken back in one transaction, while whoever asked waits for the answer.
AT_ONCE = 1_000


def undo(*, import_id: UUID, actor: Actor | None = None) -> RosterImport:
    """Begin to take an import back; of few people it is done when this returns.

    An import of many is left `undoing`, and a job goes on with it piece by piece
    (`undo_pieces`): on SQLite everybody who writes would otherwise wait for the whole of it.
    From here on nobody gives those people anything that would hang on them (`under_undo`).
    Whose community or other area was removed meanwhile comes to the area above it.

    Raises:
        Refusal: import_not_found (404), import_not_possible_now (409), import_touched (409) when
            somebody was changed since, import_in_use (409) when visits or the like hang on it,
            import_being_written (409) while another import is written.
    """
    record = get_import(import_id, actor)
    record.state = step(record.state, ImportState.UNDOING)
    lock_people(record)
    _refuse_touched(record)
    _refuse_used(record)
    by = actor.account_id if actor else None
    if count_left(record) > AT_ONCE:
        acts.note_import(EntryType.IMPORT_UNDO_BEGUN, record=record, by=by)
        # Asked when nobody else can be journaling the contrary.
        refuse_while_writing()
        return record
    _undo_at_once(record)
    finish(record, by=by)
    return record


def _undo_at_once(record: RosterImport) -> None:
    kept = select(RosterImportChange).where(RosterImportChange.import_id == record.id)
    bring_back(record, db.session.scalars(kept).all())
    created = db.session.scalars(select(Person.id).where(Person.import_id == record.id)).all()
    let_go_of(created)
    try:
        with db.session.begin_nested():
            delete_people(created)
    except IntegrityError as error:
        raise Refusal("import_in_use", 409, people=_count_used(record)) from error


def finish(record: RosterImport, *, by: UUID | None) -> None:
    """Say that the import is taken back, and of how many people that was not possible any more."""
    record.state = step(record.state, ImportState.UNDONE)
    record.undone_at = clock.now()
    left = count_left(record)
    record.refusal = {"code": "import_undone_but", "people": left} if left else None
    acts.note_import(EntryType.IMPORT_UNDONE, record=record, by=by)


def count_left(record: RosterImport) -> int:
    """Return how many people there are whom the import created or changed."""
    created = select(func.count()).select_from(Person).where(Person.import_id == record.id)
    changed = select(func.count()).select_from(RosterImportChange)
    changed = changed.where(RosterImportChange.import_id == record.id)
    return (db.session.scalar(created) or 0) + (db.session.scalar(changed) or 0)


def lock_people(record: RosterImport) -> None:
    """Let whoever is giving one of the new people a visit come wholly before or wholly after."""
    locked = select(Person.id).where(Person.import_id == record.id).order_by(Person.id)
    db.session.execute(locked.with_for_update())


def _refuse_touched(record: RosterImport) -> None:
    touched = count_touched(record)
    if touched:
        raise Refusal("import_touched", 409, people=touched)


def _refuse_used(record: RosterImport) -> None:
    used = _count_used(record)
    if used:
        raise Refusal("import_in_use", 409, people=used)


def _count_used(record: RosterImport) -> int:
    """Count the people whom the import created and on whom something hangs that it did not write.

    A set for each column, not a look-up for each person: not every column has an index.
    """
    held = or_(*(Person.id.in_(query) for query in _holding(record)))
    counted = select(func.count()).select_from(Person).where(Person.import_id == record.id, held)
    return db.session.scalar(counted) or 0


def used_among(record: RosterImport, ids: list[UUID]) -> set[UUID]:
    """Return those of some people on whom something hangs that the import did not write."""
    found: set[UUID] = set()
    for query in _holding(record):
        column = query.selected_columns[0]
        found.update(db.session.scalars(query.where(column.in_(ids))))
    return found


def _holding(record: RosterImport) -> Iterator[Any]:
    """Give a query for each column that names people, of those whom it makes indispensable."""
    for column in columns_naming(Person):
        if column.table not in _OWN_TABLES:
            yield select(column).where(*_foreign(column, record))


def _foreign(column: Column[Any], record: RosterImport) -> Iterator[ColumnElement[bool]]:
    """Give the conditions under which a row that names a person is not the import's own.

    What another import says of the person counts only if it was written into the roster.
    """
    yield column.is_not(None)
    if "import_id" in column.table.columns:
        other = column.table.columns["import_id"]
        yield other != record.id
        yield other.in_(
            select(RosterImport.id).where(RosterImport.state == ImportState.APPLIED.value)
        )
