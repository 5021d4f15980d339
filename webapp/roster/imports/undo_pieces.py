"""Takes a long import back piece by piece, each in a short transaction of its own.

What is left to do stands in the database itself: the people who name the import, and the changes
that were kept for its undo. So a run that was cut off, by kill -9 too, is simply done again, and
`undoing` says all the while that it is not over.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import exists, select, update

from webapp.chunks import chunks
from webapp.database.short_writes import write_in_pieces
from webapp.extensions import begin_reading, begin_writing, db
from webapp.journal import states
from webapp.journal.rules import EntryType
from webapp.roster.imports.import_models import (
    RosterImport,
    RosterImportChange,
    RosterImportRow,
)
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.imports.imports import get_import
from webapp.roster.imports.report_rows import locked
from webapp.roster.imports.taking_back import bring_back, delete_people
from webapp.roster.imports.touched import is_touched
from webapp.roster.imports.undoing import count_left, finish, used_among
from webapp.roster.models import Person

# A person is deleted, and journaled as gone, in about a fifth of a thousandth of a second; one
# who is brought back takes many times as long.
PEOPLE, CHANGES, ROWS = 500, 100, 1_000
Progress = Callable[[int, int], None]


def take_back(*, import_id: UUID, by: UUID | None, progress: Progress) -> RosterImport:
    """Go on with an undo until it is done; the caller commits its last step.

    People on whom something hangs nevertheless stay, and their number is kept in the record.
    """
    begin_reading()
    changed = select(RosterImportChange.person_id).filter_by(import_id=import_id)
    changes = db.session.scalars(changed.order_by(RosterImportChange.person_id)).all()
    created = select(Person.id).filter_by(import_id=import_id)
    people = db.session.scalars(created.order_by(Person.id)).all()
    record = get_import(import_id)
    total = max(_size(record), count_left(record))
    piece = _Piece(import_id, by, total - len(changes) - len(people), total, progress)
    write_in_pieces(changes, piece.bring_back, piece=CHANGES)
    write_in_pieces(people, piece.delete, piece=PEOPLE)
    _let_go()
    begin_writing()
    record = locked(import_id)
    finish(record, by=by)
    return record


def _size(record: RosterImport) -> int:
    """Return of how many people the import said that it would create or change them."""
    return record.difference.get("created", 0) + record.difference.get("changed", 0)


class _Piece:
    """Writes pieces of one undo, and tells how far it has come."""

    def __init__(
        self, import_id: UUID, by: UUID | None, done: int, total: int, progress: Progress
    ) -> None:
        self._import_id, self._by = import_id, by
        self._done, self._total, self._progress = done, total, progress

    def bring_back(self, ids: Sequence[UUID]) -> bool:
        """Let people be what they were, unless somebody changed them after all."""
        record = self._begin()
        touched = set(db.session.scalars(
            select(Person.id).where(Person.id.in_(ids), is_touched(record))
        ))  # fmt: skip
        query = select(RosterImportChange).filter_by(import_id=self._import_id)
        kept = db.session.scalars(query.where(RosterImportChange.person_id.in_(ids))).all()
        bring_back(record, [change for change in kept if change.person_id not in touched])
        self._done += len(ids)
        return True

    def delete(self, ids: Sequence[UUID]) -> bool:
        """Delete people whom the import created, unless something hangs on them after all."""
        record = self._begin()
        query = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)
        there = list(db.session.scalars(query.with_for_update()))
        touched = select(Person.id).where(Person.id.in_(ids), is_touched(record))
        held = used_among(record, there) | set(db.session.scalars(touched))
        delete_people([one for one in there if one not in held])
        self._done += len(ids)
        return True

    def _begin(self) -> RosterImport:
        """Show how far the pieces before this one have come, and begin the next."""
        db.session.rollback()
        self._progress(self._done, self._total)
        begin_writing()
        record = locked(self._import_id)
        if record.state != ImportState.UNDOING.value:
            raise NotUndoingError(str(self._import_id))
        facts = {"import_id": str(self._import_id)} | ({"by": str(self._by)} if self._by else {})
        states.name_act(EntryType.STATES_CHANGED, **facts)
        return record


class NotUndoingError(RuntimeError):
    """An undo was to go on that is over, or was never begun."""


def _let_go() -> None:
    """Let reports no longer name people who are gone."""
    begin_reading()
    is_there = exists().where(Person.id == RosterImportRow.person_id)
    named = select(RosterImportRow.import_id, RosterImportRow.position)
    query = named.where(RosterImportRow.person_id.is_not(None), ~is_there)
    rows = [(one.import_id, one.position) for one in db.session.execute(query)]
    write_in_pieces(rows, _unname, piece=ROWS)


def _unname(rows: Sequence[tuple[UUID, int]]) -> bool:
    for import_id in {one[0] for one in rows}:
        positions = [position for of, position in rows if of == import_id]
        for chunk in chunks(positions, PEOPLE):
            some = RosterImportRow.position.in_(chunk)
            statement = update(RosterImportRow).where(RosterImportRow.import_id == import_id, some)
            db.session.execute(statement.values(person_id=None),
                               execution_options={"synchronize_session": False})  # fmt: skip
    return True
