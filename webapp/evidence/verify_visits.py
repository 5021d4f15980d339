"""Recomputes whom a visit is about, where people and visits lie, and which attempts were named."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from webapp.evidence.findings import BATCH, Finding, entries_of
from webapp.evidence.models import ResultBodyCopy
from webapp.extensions import db
from webapp.journal.models import JournalState
from webapp.journal.rules import EntryType
from webapp.journal.state_kinds import id_text
from webapp.roster import sealing
from webapp.roster.models import Area, Person
from webapp.visits.attempts import digest_of
from webapp.visits.models import Attempt, ContactChange, Result, Visit
from webapp.visits.protected import area_of
from webapp.visits.schemas import ResultBody
from webapp.visits.service import subject_ref

NOWHERE = "/"


def verify_people() -> Iterator[Finding]:
    """Demand that the path by which duties find a person is that of the person's area."""
    paths = _paths()
    query = select(Person.id, Person.area_id, Person.area_path)
    for person_id, area_id, path in db.session.execute(_streamed(query)):
        if path != (NOWHERE if area_id is None else paths.get(area_id)):
            yield Finding("area_differs", f"person {person_id}", "its path is not its area's")


def verify_visits() -> Iterator[Finding]:
    """Recompute whom each visit is about; corrections must be about the visit's person too."""
    paths = {str(area_id): path for area_id, path in _paths().items()} | {"": NOWHERE}
    query = select(Visit.id, Visit.person_id, Visit.subject_ref, Visit.area_path)
    for row in db.session.execute(_streamed(query)):
        name = f"visit {row.id}"
        if row.subject_ref != subject_ref(row.person_id):
            yield Finding("subject_changed", name, "it names another person than it was made for")
        if paths.get(area_of({"area_path": row.area_path})) != row.area_path:
            yield Finding("area_differs", name, "its path is that of no area")
    proposed = select(ContactChange.id).join(Result, Result.id == ContactChange.result_id)
    for change_id in db.session.scalars(
        proposed.where(ContactChange.person_id != Result.person_id)
    ):
        words = "its person is not the one of its result"
        yield Finding("subject_changed", f"contact_change {change_id}", words)


def verify_named_attempts() -> Iterator[Finding]:
    """Demand every attempt that came with a result: those of before the baseline as well."""
    query = select(ResultBodyCopy.result_id, ResultBodyCopy.sealed, Result.visit_id)
    rows = query.join(Result, Result.id == ResultBodyCopy.result_id)
    for result_id, sealed, visit_id in db.session.execute(_streamed(rows)):
        try:
            body = ResultBody.model_validate_json(sealing.unseal(sealed))
        except (ValueError, InvalidTag):
            continue  # verify_results says so.
        named = {attempt.attempt_id for attempt in body.attempts}
        kept = set(db.session.scalars(select(Attempt.id).where(
            Attempt.id.in_(named), Attempt.visit_id == visit_id
        )))  # fmt: skip
        for missing in sorted(named - kept):
            words = f"attempt {missing}, which came with it, is gone"
            yield Finding("attempt_missing", f"result {result_id}", words)


def verify_known_attempts() -> Iterator[Finding]:
    """Demand that each result's visit has the very attempts that were known when it came."""
    for index, entry in entries_of(EntryType.RESULT_SUBMITTED):
        said = entry.facts.get("attempts_sha256")
        if said is None:
            continue  # Entries of earlier versions do not name them.
        visit_id = UUID(str(entry.facts.get("visit_id")))
        ids = [id_text(one) for one in db.session.scalars(
            select(Attempt.id).filter_by(visit_id=visit_id)
        )]  # fmt: skip
        came = select(JournalState.object_id).where(
            JournalState.kind == "attempt", JournalState.object_id.in_(ids),
            JournalState.index < index,
        )  # fmt: skip
        if digest_of(UUID(one) for one in set(db.session.scalars(came))) != said:
            words = "its visit has other attempts than were known when it came"
            yield Finding("attempts_changed", f"result {entry.facts.get('result_id')}", words)


def _paths() -> dict[int, str]:
    return {row.id: row.path for row in db.session.execute(select(Area.id, Area.path))}


def _streamed(query: Any) -> Any:
    return query.execution_options(yield_per=BATCH)
