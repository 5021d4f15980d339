"""All that is kept about one visit's evidence: rows, journal entries, and who had it in hand."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from storage.keys import original_key
from storage.protocol import BlobNotFound
from webapp.evidence.export import wrapping
from webapp.evidence.export.shown_states import ShownStates
from webapp.evidence.flags.flagging import flags_of_result
from webapp.evidence.flags.flags import Flag
from webapp.evidence.flags.gaps import gap_flags
from webapp.evidence.models import Capture, Media, MediaView, Quarantine, Review, Ticket
from webapp.extensions import db
from webapp.http.instants import rfc3339
from webapp.journal import queries as journal_queries
from webapp.journal.erasure import approvers_of
from webapp.journal.mentions import ref_of
from webapp.journal.models import JournalEntry, JournalMention, JournalSalt
from webapp.journal.rules import EntryType
from webapp.people.models import Account, Device
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.visits.models import Correction, Occasion, Result, ResultCapture, Visit

# Entries that name their object by an id alone; there are few of them beside the others.
NAMING = (EntryType.CORRECTION, EntryType.EXPORTED, EntryType.CAPTURE_QUARANTINED,
          EntryType.DEVICE_CONFIRMED)  # fmt: skip
# Entries that prove something of the visit, its captures or phones, whatever the rows say by now.
OF_VISIT = (EntryType.RESULT_SUBMITTED, EntryType.REVIEW_DECIDED, EntryType.CAPTURE_COMMITTED)
OF_CAPTURE = (EntryType.MEDIA_RECEIVED, EntryType.MEDIA_QUARANTINED, EntryType.MEDIA_RESTORED)
OF_PHONE = (EntryType.DEVICE_ENROLLED, EntryType.DEVICE_REVOKED)
# Entries that say an account's role, and its name under a salt.
NAMED = (EntryType.ACCOUNT_RECORDED, EntryType.ACCOUNT_OPENED)
# The package that is made now: its documents are bound to the entry that announces it.
FORMAT = 2


@dataclass(frozen=True)
class Case:
    """The rows about one visit, and the indexes of all journal entries about them."""

    visit: Visit
    captures: Sequence[Capture]
    tickets: Sequence[Ticket]
    results: Sequence[Result]
    reviews: Sequence[Review]
    corrections: Sequence[Correction]
    devices: Sequence[Device]
    views: Sequence[MediaView]
    states: ShownStates
    accounts: Mapping[UUID, int | None]
    size: int
    indexes: frozenset[int]


def find_visit(visit_id: UUID) -> Visit:
    """Return the visit; refuses with `visit_unknown` (404)."""
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise Refusal("visit_unknown", 404, visit_id=str(visit_id))
    return visit


def gather(visit_id: UUID) -> Case:
    """Read everything about a visit; refuses as `find_visit`."""
    visit = find_visit(visit_id)
    with_files = select(Capture).options(selectinload(Capture.media))
    captures = _all(with_files, _of_visit(visit), order=Capture.commit_index)
    results = _all(select(Result), Result.visit_id == visit_id, order=Result.journal_index)
    tickets = _all(select(Ticket), Ticket.id.in_({c.ticket_id for c in captures} - {None}))
    result_ids = [result.id for result in results]
    reviews = _all(select(Review), Review.result_id.in_(result_ids), order=Review.journal_index)
    corrections = _all(select(Correction), Correction.result_id.in_(result_ids),
                       order=Correction.journal_index)  # fmt: skip
    kids = {c.device_kid for c in captures} | {r.device_kid for r in results}
    devices = _all(select(Device), Device.kid.in_(kids))
    hashes = {media.sha256 for capture in captures for media in capture.media}
    views = _all(select(MediaView), MediaView.sha256.in_(hashes), order=MediaView.journal_index)
    found = [
        *(c.commit_index for c in captures),
        *(m.received_index for c in captures for m in c.media),
        *(row.journal_index for row in (*tickets, *results, *reviews, *corrections, *views)),
        *(d.enrolled_index for d in devices), *(d.revoked_index for d in devices),
        *_set_aside(captures), *_naming(visit, captures, kids), *_proving(visit, captures, kids),
        *(states := ShownStates(visit, captures)).indexes, *_breaches(states.objects),
    ]  # fmt: skip
    found += _erasures(hashes, {index for index in found if index is not None})
    accounts = _account_entries({
        *(c.worker_id for c in captures), *(r.worker_id for r in results),
        *(d.account_id for d in devices), *(r.reviewer_id for r in reviews),
        *(v.viewer_id for v in views), *(made.corrected_by for made in corrections),
        *_approvers({index for index in found if index is not None}),
    })  # fmt: skip
    found += accounts.values()
    # An index that the journal does not have is no proof of anything; verify.py will miss it.
    size = journal_queries.committed_size()
    indexes = frozenset(index for index in found if index is not None and index < size)
    return Case(
        visit, captures, tickets, results, reviews, corrections, devices, views, states, accounts,
        size, indexes,
    )  # fmt: skip


def _of_visit(visit: Visit) -> Any:
    """Choose the visit's own captures, and those of its occasion on which its results rest."""
    if visit.occasion_id is None:
        return Capture.visit_id == visit.id
    named = select(ResultCapture.capture_id).join(Result, Result.id == ResultCapture.result_id)
    shared = and_(
        Capture.occasion_id == visit.occasion_id,
        Capture.id.in_(named.where(Result.visit_id == visit.id)),
    )
    return or_(Capture.visit_id == visit.id, shared)


def _all(query: Any, *conditions: Any, order: Any = None) -> Sequence[Any]:
    return list(db.session.scalars(query.where(*conditions).order_by(order)))


def _set_aside(captures: Iterable[Capture]) -> Iterator[int]:
    """Give the entries of whatever was refused of these captures."""
    ids = [capture.id for capture in captures]
    yield from db.session.scalars(
        select(Quarantine.journal_index).where(Quarantine.capture_id.in_(ids))
    )


def _erasures(hashes: set[str], indexes: set[int]) -> Iterator[int]:
    """Give the tombstones and the holds that name one of the files or a fact of the entries."""
    for index, _, facts in journal_queries.erasures():
        if facts.get("media_sha256") in hashes or facts.get("entry_index") in indexes:
            yield index


def _naming(visit: Visit, captures: Sequence[Capture], kids: set[str]) -> Iterator[int]:
    """Give entries that name the visit, one of its captures or phones by its id."""
    ids = {str(visit.id), *kids, *(str(capture.id) for capture in captures)}
    ids |= {capture.record_sha256 for capture in captures}
    for kind in NAMING:
        for entry in journal_queries.entries_of(kind):
            if not ids.isdisjoint(str(value) for value in entry.facts.values()):
                yield entry.index


def _proving(visit: Visit, captures: Sequence[Capture], kids: set[str]) -> Iterator[int]:
    """Give what the journal proves of the visit, its captures and phones, rows or no rows."""
    query = select(JournalEntry.index).join(
        JournalMention, JournalMention.index == JournalEntry.index
    )
    for names, kinds in (
        ([str(visit.id)], OF_VISIT), ([str(capture.id) for capture in captures], OF_CAPTURE),
        (sorted(kids), OF_PHONE),
    ):  # fmt: skip
        yield from db.session.scalars(query.where(
            JournalMention.ref.in_([ref for ref in map(ref_of, names) if ref is not None]),
            JournalEntry.type.in_([kind.value for kind in kinds]),
        ))  # fmt: skip


def _breaches(shown: Container[str]) -> Iterator[int]:
    """Give the entries that record how an object which is shown was changed by no act.

    The act after them took what it found over, and would otherwise prove a forgery.
    """
    for entry in journal_queries.entries_of(EntryType.STATES_BREACHED):
        found: Any = entry.facts["found"]
        if any(one["object"] in shown for one in found):
            yield entry.index


def _account_entries(ids: set[UUID]) -> dict[UUID, int | None]:
    """Return for each account the entry that says its role and name; None where there is none."""
    said: dict[UUID, int | None] = dict.fromkeys(ids)
    for kind in NAMED:
        for entry in journal_queries.entries_of(kind):
            account_id = UUID(str(entry.facts["account_id"]))
            if account_id in said:
                said[account_id] = entry.index
    return said


def _approvers(indexes: set[int]) -> Iterator[UUID]:
    for index, _, facts in journal_queries.erasures():
        if index in indexes:
            yield from approvers_of(facts)


def devices(case: Case) -> list[dict[str, Any]]:
    """Return the phones' public keys; when each was valid, the receipts say."""
    return [
        {"device_kid": device.kid, "kind": device.kind, "public_jwk": device.public_jwk,
         "worker_id": str(device.account_id), "enrolled_index": device.enrolled_index,
         "revoked_index": device.revoked_index, "is_confirmed": device.confirmed_at is not None}
        for device in case.devices
    ]  # fmt: skip


def describe(case: Case) -> dict[str, Any]:
    """Return who did what with the evidence, in words and ids; the number stays masked."""
    person = db.session.get_one(Person, case.visit.person_id)
    gaps = gap_flags([capture.id for capture in case.captures])
    return {
        # The nonce hides what the documents' hash in the journal could else be tried out for.
        "format": FORMAT, "nonce": token_hex(32), "journal_size": case.size,
        "visit": {
            "visit_id": str(case.visit.id), "kind": case.visit.kind, "status": case.visit.status,
            "occasion": _occasion(case.visit.occasion),
            "subject_ref": case.visit.subject_ref, "due_on": case.visit.due_on.isoformat(),
            "person": {"name": person.name, "masked_number": person.masked_number,
                       "area": person.area.name if person.area else None},
        },
        "captures": [_capture(capture, gaps) for capture in case.captures],
        "results": [_result(result) for result in case.results],
        "reviews": [_review(review) for review in case.reviews],
        "corrections": [_correction(made) for made in case.corrections],
        "views": [
            {"viewer_id": str(view.viewer_id), "media_sha256": view.sha256, "kind": view.kind,
             "at": rfc3339(view.at), "index": view.journal_index}
            for view in case.views
        ],
        "chain": list(_chain(case.captures)),
        "accounts": dict(_accounts(case)),
        "entries": [_entry(index) for index in sorted(case.indexes)],
    }  # fmt: skip


def _occasion(occasion: Occasion | None) -> dict[str, Any] | None:
    """Return what the visit was part of, as its state in `states.json` proves it."""
    if occasion is None:
        return None
    return {
        "occasion_id": str(occasion.id), "kind": occasion.kind, "place": occasion.place,
        "held_on": occasion.held_on.isoformat(), "organiser_id": str(occasion.organiser_id),
    }  # fmt: skip


def _capture(capture: Capture, gaps: Mapping[UUID, Flag]) -> dict[str, Any]:
    missing = [gaps[capture.id].to_json()] if capture.id in gaps else []
    return {
        "capture_id": str(capture.id), "kind": capture.kind, "state": capture.state,
        "worker_id": str(capture.worker_id), "committed_at": rfc3339(capture.committed_at),
        "distance_m": capture.distance_m, "nearness": capture.nearness,
        "distance_salt": _salt(capture.commit_index, "distance_m"),
        "flags": [flag.to_json() for flag in capture.flags] + missing,
        "media": [{"sha256": media.sha256, "state": media.state, "file": _file_of(media),
                   "received_at": _instant(media.received_at)} for media in capture.media],
    }  # fmt: skip


def _file_of(media: Media) -> str | None:
    """Return the name of a received file below `media/`; None when it is not or no longer here."""
    if media.received_index is not None:
        with suppress(BlobNotFound, FileNotFoundError):
            return wrapping.name_of(original_key(media.sha256), media.sha256, media.mime)
    return None


def _result(result: Result) -> dict[str, Any]:
    return {
        "result_id": str(result.id), "outcome": result.outcome, "state": result.state,
        "is_standing": result.is_standing, "worker_id": str(result.worker_id),
        "decided_at": rfc3339(result.decided_at), "received_at": rfc3339(result.received_at),
        "captures": [{"capture_id": str(ref.capture_id), "record_sha256": ref.record_sha256}
                     for ref in result.captures],
        "flags": [flag.to_json() for flag in flags_of_result(result)],
        "salt": _salt(result.journal_index, "body_sha256"),
    }  # fmt: skip


def _review(review: Review) -> dict[str, Any]:
    return {
        "review_id": str(review.id), "result_id": str(review.result_id),
        "decision": review.decision, "words": review.words, "code_seen": review.code_seen,
        "reviewer_id": str(review.reviewer_id), "decided_at": rfc3339(review.decided_at),
        "salt": _salt(review.journal_index, "words"),
    }  # fmt: skip


def _correction(made: Correction) -> dict[str, Any]:
    return {
        "correction_id": str(made.id), "what": made.what, "result_id": str(made.result_id),
        "review_id": None if made.review_id is None else str(made.review_id), "words": made.words,
        "corrected_by": str(made.corrected_by), "corrected_at": rfc3339(made.corrected_at),
        "salt": _salt(made.journal_index, "words"),
    }  # fmt: skip


def _salt(index: int, name: str) -> str | None:
    """Return what hides a fact of an entry; without it nobody can check the fact."""
    found = db.session.get(JournalSalt, (index, name))
    return found.salt.hex() if found else None


def _chain(captures: Iterable[Capture]) -> Iterator[dict[str, Any]]:
    """Give number and hash of each phone's records from one before the first to the last.

    Those between belong to other visits: only their hashes leave the house.
    """
    spans: dict[str, list[int]] = {}
    for capture in captures:
        spans.setdefault(capture.device_kid, []).append(capture.seq)
    for kid, numbers in spans.items():
        query = select(Capture.seq, Capture.record_sha256).where(
            Capture.device_kid == kid, Capture.seq.between(min(numbers) - 1, max(numbers))
        )
        for seq, record_sha256 in db.session.execute(query.order_by(Capture.seq)):
            yield {"device_kid": kid, "seq": seq, "record_sha256": record_sha256}


def _accounts(case: Case) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Give name and office of everybody who had the evidence in hand, with the name's salt."""
    for account in db.session.scalars(select(Account).where(Account.id.in_(case.accounts))):
        index = case.accounts[account.id]
        salt = None if index is None else _salt(index, "name")
        yield str(account.id), {"name": account.name, "role": account.role, "name_salt": salt}


def _entry(index: int) -> dict[str, Any]:
    entry = db.session.get_one(JournalEntry, index)
    return {"index": index, "type": entry.type, "at": rfc3339(entry.at)}


def _instant(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
