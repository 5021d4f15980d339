"""Whether somebody else changed a person after an import wrote what it says of him or her."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from webapp.extensions import db
from webapp.roster.imports.import_models import (
    RosterImport,
    RosterImportChange,
    RosterImportRow,
)
from webapp.roster.models import Person


def written_by(record: RosterImport) -> ColumnElement[bool]:
    """The condition that the import made or changed the person."""
    changed = select(RosterImportChange.person_id).where(RosterImportChange.import_id == record.id)
    return or_(Person.import_id == record.id, Person.id.in_(changed))


def count_touched(record: RosterImport) -> int:
    """Count the people whom the import wrote and somebody else changed since."""
    query = select(func.count()).select_from(Person)
    return db.session.scalar(query.where(written_by(record), is_touched(record))) or 0


def is_over_others(record: RosterImport, person: Person) -> bool:
    """Whether a held row that is applied to the person now follows a change of somebody else's.

    Somebody whom the import has not written yet is kept as he or she stands now, and so is safe.
    """
    query = select(Person.id).where(Person.id == person.id, written_by(record), is_touched(record))
    return db.session.scalar(query) is not None


def is_touched(record: RosterImport) -> ColumnElement[bool]:
    """Whoever is untouched bears the import's instant, or that of a decision on its own rows.

    A decision that came after a change of somebody else's covers that change up; it says so itself.
    """
    own = RosterImportRow.import_id == record.id, RosterImportRow.decision == "applied"
    decided = exists().where(
        *own, RosterImportRow.person_id == Person.id,
        RosterImportRow.decided_at >= Person.updated_at,
    )  # fmt: skip
    # Looked up once, not for each person: a report has no index by person.
    covered = select(RosterImportRow.person_id).where(*own, RosterImportRow.over_others)
    covered = covered.where(RosterImportRow.person_id.is_not(None))
    return or_(Person.id.in_(covered), and_(Person.updated_at != record.applied_at, ~decided))
