"""Whatever names a person keeps an undo from removing that person, each kind by itself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.integration.evidence.fieldwork import Fieldwork
from webapp import clock, sealing
from webapp.database.base import uuid7
from webapp.evidence.models import Capture, Review
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.mentions import ref_of
from webapp.journal.models import JournalMention
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster.imports import undoing
from webapp.roster.imports.import_models import RosterImport
from webapp.roster.imports.import_rules import ImportState
from webapp.roster.models import Person
from webapp.visits.models import Attempt, ContactChange, Correction, Result, Visit

Hang = Callable[[Fieldwork, UUID], object]
TABLES = (Visit, Attempt, Capture, Result, ContactChange, Review, Correction)


@pytest.fixture
def imported(field: Fieldwork) -> Person:
    """Somebody whom an import made, and whom nobody has visited."""
    at, someone = clock.now(), field.city.people[0]
    record = RosterImport(
        id=uuid7(), sha256="00" * 32, file_name="x.xlsx", size_bytes=1, area_path="/",
        state=ImportState.APPLIED.value, created_at=at, applied_at=at,
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    made = Person(
        id=uuid7(), name="测试", doc_type="resident", address="", reported_status="normal",
        number_sealed=sealing.seal("370399000000000001"), masked_number="*",
        number_index=sealing.index("370399000000000001"), area_id=someone.area_id,
        area_path=someone.area_path, import_id=record.id, created_at=at, updated_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def visit(field: Fieldwork, person_id: UUID) -> Visit:
    db.session.get_one(Visit, field.visit_id).person_id = person_id
    return db.session.get_one(Visit, field.visit_id)


def attempt(field: Fieldwork, person_id: UUID) -> object:
    made = Attempt(id=uuid7(), visit_id=visit(field, person_id).id, started_at=clock.now(),
                   worker_id=field.city.accounts["worker1"].id, met="nobody")  # fmt: skip
    db.session.add(made)
    return made


def _seen(field: Fieldwork, person_id: UUID) -> dict[str, Any]:
    return {"id": uuid7(), "visit_id": field.visit_id, "person_id": person_id,
            "worker_id": field.city.accounts["worker1"].id,
            "device_kid": field.phone.kid}  # fmt: skip


def capture(field: Fieldwork, person_id: UUID) -> object:
    made = Capture(
        **_seen(field, person_id), area_path="/", seq=1, prev="0" * 64, kind="photo", record=b"{}",
        record_sha256="1" * 64, signature=bytes(64), state="committed", claimed_at=clock.now(),
        committed_at=clock.now(), commit_index=10_000, nearness="unknown",
    )  # fmt: skip
    db.session.add(made)
    return made


def result(field: Fieldwork, person_id: UUID, **facts: Any) -> Result:
    said: dict[str, Any] = {"outcome": "eligible", "state": "submitted"} | facts
    made = Result(
        **_seen(field, person_id), area_path="/", decided_at=clock.now(), details={}, note="",
        received_at=clock.now(), body_sha256="2" * 64, is_standing=True, journal_index=10_001,
        **said,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def contact_change(field: Fieldwork, person_id: UUID) -> object:
    """The result is another person's: the change alone names this one."""
    about = result(field, field.city.people[0].id)
    made = ContactChange(result_id=about.id, person_id=person_id, field="phone", value_sealed=b"x")
    db.session.add(made)
    return made


def review(field: Fieldwork, person_id: UUID) -> object:
    made = Review(
        id=uuid7(), result_id=result(field, person_id, state="accepted").id, decision="accept",
        reviewer_id=field.city.accounts["office1"].id, decided_at=clock.now(), words="",
        code_seen=True, journal_index=10_002,
    )  # fmt: skip
    db.session.add(made)
    return made


def mark(field: Fieldwork, person_id: UUID) -> object:
    return result(field, person_id, outcome="deceased", state="accepted")


def lifted_mark(field: Fieldwork, person_id: UUID) -> object:
    made = Correction(
        what="mark", result_id=result(field, person_id, outcome="deceased", state="accepted").id,
        words="", corrected_by=field.city.accounts["office1"].id, corrected_at=clock.now(),
        journal_index=10_003,
    )  # fmt: skip
    db.session.add(made)
    return made


def counts() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Person, *TABLES)]  # fmt: skip


@pytest.mark.parametrize(
    "hang", [visit, attempt, capture, result, contact_change, review, mark, lifted_mark]
)
def test_nobody_is_removed_on_whom_it_hangs(
    field: Fieldwork, imported: Person, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id, person_id = imported.import_id, imported.id
    hang(field, person_id)
    db.session.commit()
    before = counts()
    monkeypatch.setattr(undoing, "delete_people", lambda _ids: pytest.fail("was deleted"))
    assert import_id is not None
    with pytest.raises(Refusal) as refused:
        undoing.undo(import_id=import_id)
    assert (refused.value.code, refused.value.facts) == ("import_in_use", {"people": 1})
    assert counts() == before
    assert db.session.get_one(RosterImport, import_id).state == "applied"


def test_a_mention_in_the_journal_keeps_nobody_and_stays(
    field: Fieldwork, imported: Person
) -> None:
    """That somebody looked at the person is told for ever; the roster may be put right."""
    import_id, person_id = imported.import_id, imported.id
    journal.append(
        type=EntryType.VIEWED, at=clock.now(),
        facts={"viewer_id": str(field.city.accounts["office1"].id), "kind": "number",
               "person_id": str(person_id)},
    )  # fmt: skip
    db.session.commit()
    mentions = select(func.count()).select_from(JournalMention)
    mentions = mentions.where(JournalMention.ref == ref_of(str(person_id)))
    told = db.session.scalar(mentions)
    assert told
    assert import_id is not None
    undoing.undo(import_id=import_id)
    db.session.commit()
    assert db.session.get(Person, person_id) is None
    # The act that removed the person names the person as well.
    assert (db.session.scalar(mentions) or 0) >= told
