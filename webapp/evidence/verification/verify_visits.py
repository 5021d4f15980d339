"""Recomputes whom a visit is about, where people and visits lie, and which attempts were named."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, not_, select

from webapp import sealing
from webapp.areas.models import Area
from webapp.evidence.models import ResultBodyCopy
from webapp.evidence.verification.findings import BATCH, Finding, entries_of
from webapp.extensions import db
from webapp.journal.models import JournalState
from webapp.journal.rules import EntryType
from webapp.journal.state_kinds import id_text
from webapp.journal.state_rules import wording
from webapp.packs.changes import COUNTER
from webapp.packs.models import ChangeCounter
from webapp.roster.models import Person
from webapp.visits.attempts import digest_of
from webapp.visits.models import Attempt, ContactChange, Occasion, Result, Visit
from webapp.visits.protected import area_of
from webapp.visits.schemas import AttemptBody, ContactChangeBody, ResultBody
from webapp.visits.service import subject_ref

NOWHERE = "/"
# What of an attempt the phone says.
COMPARED = {"started_at", "ended_at", "met", "action", "number_end", "note", "position"}


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
    occasions = select(Occasion.id, Occasion.area_path)
    for row in db.session.execute(_streamed(occasions)):
        if paths.get(area_of({"area_path": row.area_path})) != row.area_path:
            yield Finding("area_differs", f"occasion {row.id}", "its path is that of no area")
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
    """Demand what came with a result, attempts and corrections, as the sealed body tells it."""
    query = select(
        ResultBodyCopy.result_id, ResultBodyCopy.sealed, Result.visit_id, Result.journal_index
    )
    rows = query.join(Result, Result.id == ResultBodyCopy.result_id)
    for result_id, sealed, visit_id, index in db.session.execute(_streamed(rows)):
        try:
            body = ResultBody.model_validate_json(sealing.unseal(sealed))
        except (ValueError, InvalidTag):
            continue  # verify_results says so.
        yield from _compare_attempts(result_id, visit_id, index, body.attempts)
        yield from _compare_proposals(result_id, body.contact_changes)


def _compare_attempts(
    result_id: UUID, visit_id: UUID, index: int, sent: Sequence[AttemptBody]
) -> Iterator[Finding]:
    """Demand the attempts as the phone sent them with a result.

    One that had come before, by itself, stays as it came first; another wording of it is a remark.
    """
    query = select(Attempt).where(
        Attempt.id.in_([each.attempt_id for each in sent]), Attempt.visit_id == visit_id
    )
    kept = {attempt.id: attempt for attempt in db.session.scalars(query)}
    for body in sorted(sent, key=lambda each: each.attempt_id):
        attempt = kept.get(body.attempt_id)
        if attempt is None:
            words = f"attempt {body.attempt_id}, which came with it, is gone"
            yield Finding("attempt_missing", f"result {result_id}", words)
        elif differing := sorted(_sent_words(body) ^ _kept_words(attempt)):
            names = ", ".join(dict.fromkeys(name for name, _ in differing))
            words = f"result {result_id} says otherwise of it: {names}"
            came_before = _first_index(attempt) != index - 1
            name = f"attempt {attempt.id}"
            yield Finding("attempt_differs", name, words, is_remark=came_before)


def _sent_words(body: AttemptBody) -> set[tuple[str, str]]:
    values = body.model_dump(include=COMPARED)
    return {(name, _spelt(value)) for name, value in values.items()}


def _kept_words(attempt: Attempt) -> set[tuple[str, str]]:
    return {(name, _spelt(getattr(attempt, name))) for name in COMPARED}


def _spelt(value: Any) -> str:
    return wording({"value": value})


def _first_index(attempt: Attempt) -> int | None:
    """Return the entry of the act that brought an attempt here."""
    first = select(func.min(JournalState.index)).where(
        JournalState.kind == "attempt", JournalState.object_id == id_text(attempt.id)
    )
    return db.session.scalar(first)


def _compare_proposals(result_id: UUID, sent: Sequence[ContactChangeBody]) -> Iterator[Finding]:
    """Demand the corrections that the phone proposed with a result, each as often, and no other."""
    query = select(ContactChange).filter_by(result_id=result_id)
    kept = Counter(map(_proposed, db.session.scalars(query)))
    if kept != Counter((each.field, each.value) for each in sent):
        words = "the corrections kept of it are not those that were sent with it"
        yield Finding("proposals_changed", f"result {result_id}", words)


def _proposed(change: ContactChange) -> tuple[str, str | None]:
    try:
        return change.field, sealing.unseal(change.value_sealed)
    except (InvalidTag, ValueError):
        return change.field, None


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


def verify_change_numbers() -> Iterator[Finding]:
    """Demand change numbers that were given out: a phone asks for those above its own."""
    given = db.session.scalar(select(ChangeCounter.value).filter_by(name=COUNTER)) or 0
    numbers = select(Visit.id, Visit.change_no)
    # A visit that was never told to a phone has none yet.
    wrong = numbers.where(not_(Visit.change_no.between(0, given)))
    for visit_id, number in db.session.execute(wrong):
        words = f"its change number {number} was never given out; phones may miss it"
        yield Finding("change_number_unfounded", f"visit {visit_id}", words)


def _paths() -> dict[int, str]:
    return {row.id: row.path for row in db.session.execute(select(Area.id, Area.path))}


def _streamed(query: Any) -> Any:
    return query.execution_options(yield_per=BATCH)
