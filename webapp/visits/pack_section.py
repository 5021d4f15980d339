"""What the phone's pack tells of visits and of the people to be visited (design §4)."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import joinedload, selectinload

from webapp import sealing
from webapp.access.rules import Role
from webapp.areas.rules import is_rural
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.packs.paging import first_page
from webapp.packs.projections import Projection
from webapp.packs.sections import Asked, ChangingSection
from webapp.roster.models import Contact, Person
from webapp.visits.last_seen import last_seen
from webapp.visits.models import Attempt, Occasion, Result, Visit, VisitRemoval
from webapp.visits.rules import (
    ON_PHONE_STATUSES,
    REQUIRED_DETAILS,
    Action,
    CaptureKind,
    Met,
    Outcome,
)

FIELD = (Role.WORKER, Role.VOLUNTEER, Role.OFFICE_MANAGER)
# What finding somebody at the door needs. A volunteer is a neighbour, not an official: never
# the number, a benefit or a case.
TO_FIND = frozenset({
    "person_id", "name", "birth_year", "last_seen_on", "sex", "address", "area", "is_rural",
    "phones", "contacts", "location", "photo",
})  # fmt: skip
PERSON = Projection(
    members={role: TO_FIND | {"masked_number"} for role in FIELD} | {Role.VOLUNTEER: TO_FIND},
    blank={"masked_number": ""},
)


def changed_visits(asked: Asked) -> Sequence[Visit]:
    """Return the holder's changed visits in change order, with what is told of them."""
    query = (
        db.select(Visit)
        .where(Visit.worker_id == asked.actor.account_id)
        .options(
            joinedload(Visit.person).options(
                joinedload(Person.area), selectinload(Person.phones), selectinload(Person.contacts)
            ),
            joinedload(Visit.occasion),
            selectinload(Visit.attempts),
        )
    )
    return first_page(query, Visit, after=asked.after)


def removed_visits(asked: Asked, until: int | None) -> Sequence[VisitRemoval]:
    """Return what to drop, except visits that have come back to the holder since."""
    worker_id = asked.actor.account_id
    query = (
        db.select(VisitRemoval)
        .join(Visit, Visit.id == VisitRemoval.visit_id)
        .where(VisitRemoval.worker_id == worker_id, VisitRemoval.change_no > asked.after)
        .where((Visit.worker_id != worker_id) | Visit.status.not_in(ON_PHONE_STATUSES))
        .order_by(VisitRemoval.change_no)
    )
    if until is not None:
        query = query.where(VisitRemoval.change_no <= until)
    return list(db.session.scalars(query))


def show(asked: Asked, changed: Sequence[Visit], removed: Sequence[VisitRemoval]) -> dict[str, Any]:
    """Return the members of a pack that visits give."""
    # A visit whose person is gone (`flask repair`) must not keep the others from the phone.
    held = [v for v in changed if v.status in ON_PHONE_STATUSES and v.person is not None]
    told = _results_of(asked.actor.account_id, [visit.id for visit in held])
    people = _people_json(list({visit.person: None for visit in held}))
    occasions = {visit.occasion: None for visit in held if visit.occasion is not None}
    return {
        "visits": [_visit_json(visit, told.get(visit.id, [])) for visit in held],
        "people": [PERSON.project(asked.actor.role, person) for person in people],
        "occasions": [_occasion_json(occasion) for occasion in occasions],
        "removed": [{"visit_id": str(r.visit_id), "reason": r.reason} for r in removed],
    }


VISITS = ChangingSection(changed_visits, removed_visits, show, projections=(PERSON,))


def _results_of(worker_id: UUID, visit_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Return which results of the worker's own are here, and where each stands."""
    query = db.select(Result.visit_id, Result.id, Result.state).where(
        Result.worker_id == worker_id, Result.visit_id.in_(visit_ids)
    )
    found: dict[UUID, list[dict[str, str]]] = {}
    for visit_id, result_id, state in db.session.execute(query.order_by(Result.id)):
        found.setdefault(visit_id, []).append({"result_id": str(result_id), "state": state})
    return found


def _visit_json(visit: Visit, results: list[dict[str, str]]) -> dict[str, Any]:
    returned = None
    if visit.returned_words and visit.returned_at:
        returned = {"words": visit.returned_words, "at": rfc3339(visit.returned_at)}
    return {
        "visit_id": str(visit.id),
        "kind": visit.kind,
        "person_id": str(visit.person_id),
        "occasion_id": str(visit.occasion_id) if visit.occasion_id else None,
        "subject_ref": visit.subject_ref,
        "due_on": visit.due_on.isoformat(),
        "window": _window_json(visit),
        "status": visit.status,
        "assigned_at": rfc3339(visit.assigned_at) if visit.assigned_at else None,
        "note": visit.note,
        "returned": returned,
        "results": results,
        "attempts": [_attempt_json(attempt) for attempt in visit.attempts],
    }


def _occasion_json(occasion: Occasion) -> dict[str, str]:
    """What captures that show several people may hang on (design §7)."""
    return {
        "occasion_id": str(occasion.id),
        "kind": occasion.kind,
        "place": occasion.place,
        "held_on": occasion.held_on.isoformat(),
    }


def _window_json(visit: Visit) -> dict[str, str | None] | None:
    if visit.window_from is None and visit.window_to is None:
        return None
    return {
        "from": visit.window_from.isoformat() if visit.window_from else None,
        "to": visit.window_to.isoformat() if visit.window_to else None,
    }


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    """What the next worker needs of an earlier try; no place and no author."""
    return {"attempt_id": str(attempt.id), "started_at": rfc3339(attempt.started_at),
            "met": attempt.met, "action": attempt.action, "number_end": attempt.number_end,
            "note": attempt.note}  # fmt: skip


def _people_json(people: Sequence[Person]) -> list[dict[str, Any]]:
    seen = last_seen([person.id for person in people])
    return [_person_json(person, seen.get(person.id)) for person in people]


def _person_json(person: Person, last_seen_on: date | None) -> dict[str, Any]:
    """The least that a visit needs of a person: no full number leaves the server."""
    return {
        "person_id": str(person.id),
        "name": person.name,
        "masked_number": person.masked_number,
        "birth_year": person.birth_on.year if person.birth_on else None,
        "last_seen_on": last_seen_on.isoformat() if last_seen_on else None,
        "sex": person.sex,
        "address": person.address,
        "area": person.area.name if person.area else "",
        "is_rural": is_rural(person.area),
        "phones": [sealing.unseal(phone.number_sealed) for phone in person.phones],
        "contacts": [_contact_json(contact) for contact in person.contacts],
        "location": _location_json(person),
        "photo": f"/api/v1/people/{person.id}/photo" if person.photo_sha256 else None,
    }


def _contact_json(contact: Contact) -> dict[str, Any]:
    phone = sealing.unseal(contact.phone_sealed) if contact.phone_sealed else None
    return {"name": contact.name, "relation": contact.relation, "phone": phone}


def _location_json(person: Person) -> dict[str, float | None] | None:
    if person.latitude is None or person.longitude is None:
        return None
    return {"lat": person.latitude, "lon": person.longitude, "accuracy_m": person.accuracy_m}


@cache
def code_lists() -> dict[str, Any]:
    """Return the codes that a client may send, and what each outcome cannot do without."""
    return {
        "outcomes": [
            {"code": outcome.value, "required_details": list(REQUIRED_DETAILS[outcome])}
            for outcome in Outcome
        ],
        "met": [met.value for met in Met],
        "actions": [action.value for action in Action],
        "capture_kinds": [kind.value for kind in CaptureKind],
        "contact_fields": ["address", "phone", "contact"],
    }
