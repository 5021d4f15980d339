"""The phone's pack: what changed for one worker since a cursor, in pages (design §4)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload, selectinload

from webapp import sealing
from webapp.areas.rules import is_rural
from webapp.config import Settings, settings
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.packs import changes
from webapp.refusals import Refusal
from webapp.roster.models import Contact, Person
from webapp.visits.last_seen import last_seen
from webapp.visits.models import Attempt, Result, Visit, VisitRemoval
from webapp.visits.rules import (
    ON_PHONE_STATUSES,
    REQUIRED_DETAILS,
    Action,
    CaptureKind,
    Met,
    Outcome,
)

PAGE = 500


@dataclass(frozen=True)
class Cursor:
    """How far a phone has read: the last change number, the code list that it holds, and of which
    history the number is (a restored database has another one, see `changes.begin_history`).
    """

    change_no: int = 0
    codes: str = ""
    history: int | None = None

    def __str__(self) -> str:
        return f"{self.change_no}.{self.codes}.{self.history or 0}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read a cursor that an earlier pack gave; "" starts from nothing.

        Raises:
            Refusal: `bad_cursor`.
        """
        if not text:
            return cls()
        number, codes, history = (*text.split("."), "", "")[:3]
        is_well_formed = all(
            part.isascii() and part.isdigit() and len(part) <= 18
            for part in (number, history or "0")
        )
        if not is_well_formed or len(codes) > 16 or text.count(".") > 2:
            raise Refusal("bad_cursor")
        return cls(int(number), codes, int(history) if history else None)

    def in_history(self, own: changes.Reached) -> "Cursor":
        """Return the cursor, or one from the start when it counts the changes of another history.

        A number that was never given out betrays a database that was set back unrecorded.
        """
        is_own = self.history == own.history and self.change_no <= own.change_no
        return Cursor(self.change_no if is_own else 0, self.codes, own.history)


def pack(*, worker_id: UUID, cursor: Cursor, checkpoint: str) -> dict[str, Any]:
    """Return one page of what changed for the worker; `next` is set while more waits.

    `anew` says that the page begins from nothing, and so that what neither it nor the following
    pages name is the worker's no longer, whatever the phone was told before.
    """
    cursor = cursor.in_history(changes.reached())
    visits = _changed_visits(worker_id, cursor.change_no)
    last = visits[-1].change_no if len(visits) >= PAGE else None
    removed = _removals(worker_id, cursor.change_no, last)
    # A visit whose person is gone (`flask repair`) must not keep the others from the phone.
    held = [v for v in visits if v.status in ON_PHONE_STATUSES and v.person is not None]
    newest = max(
        [cursor.change_no, *(v.change_no for v in visits), *(r.change_no for r in removed)]
    )
    codes = code_lists()
    printed = _fingerprint(codes | phone_settings(settings()))
    reached = Cursor(newest, printed, cursor.history)
    told = _results_of(worker_id, [visit.id for visit in held])
    page: dict[str, Any] = {
        "cursor": str(reached),
        "next": str(reached) if last is not None else None,
        "anew": cursor.change_no == 0,
        "visits": [_visit_json(visit, told.get(visit.id, [])) for visit in held],
        "people": _people_json(list({visit.person: None for visit in held})),
        "removed": [{"visit_id": str(r.visit_id), "reason": r.reason} for r in removed],
        "codes": None,
        "settings": None,
        "checkpoint": checkpoint,
    }
    if cursor.codes != reached.codes:
        page |= {"codes": codes, "settings": phone_settings(settings())}
    return page


def _changed_since(after: int) -> list[ColumnElement[bool]]:
    """Return the condition for what is new; a phone that begins gets all, numbered or not."""
    return [Visit.change_no > after] if after else []


def _changed_visits(worker_id: UUID, after: int) -> list[Visit]:
    """Return the worker's changed visits in change order, never cutting one change in two."""
    query = (
        db.select(Visit)
        .where(Visit.worker_id == worker_id, *_changed_since(after))
        .order_by(Visit.change_no, Visit.id)
        .options(
            joinedload(Visit.person).options(
                joinedload(Person.area), selectinload(Person.phones), selectinload(Person.contacts)
            ),
            selectinload(Visit.attempts),
        )
    )
    page = list(db.session.scalars(query.limit(PAGE)))
    if len(page) == PAGE:
        rest = query.where(Visit.change_no == page[-1].change_no, Visit.id > page[-1].id)
        page.extend(db.session.scalars(rest))
    return page


def _removals(worker_id: UUID, after: int, last: int | None) -> Sequence[VisitRemoval]:
    """Return what to drop, except visits that have come back to the worker since."""
    query = (
        db.select(VisitRemoval)
        .join(Visit, Visit.id == VisitRemoval.visit_id)
        .where(VisitRemoval.worker_id == worker_id, VisitRemoval.change_no > after)
        .where((Visit.worker_id != worker_id) | Visit.status.not_in(ON_PHONE_STATUSES))
        .order_by(VisitRemoval.change_no)
    )
    if last is not None:
        query = query.where(VisitRemoval.change_no <= last)
    return list(db.session.scalars(query))


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


def phone_settings(chosen: Settings) -> dict[str, Any]:
    """Return the limits that the phone keeps to."""
    return {
        "photo_max_bytes": chosen.photo_max_bytes,
        "video_max_bytes": chosen.video_max_bytes,
        "record_max_bytes": chosen.record_max_bytes,
        "video_max_s": chosen.video_max_seconds,
        "near_town_m": chosen.near_town_metres,
        "near_village_m": chosen.near_village_metres,
        "ticket_count": chosen.ticket_count,
        "time_zone": chosen.time_zone,
    }


def _fingerprint(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
