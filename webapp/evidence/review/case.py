"""One result as a reviewer sees it: pictures, place, time, flags, rivals, proposals, history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from webapp import sealing
from webapp.access.rules import Actor
from webapp.evidence.decoding.remaking import Fate, fates
from webapp.evidence.flags import sightings
from webapp.evidence.flags.flagging import flags_of_result
from webapp.evidence.flags.flags import Raised, Seen, gathered
from webapp.evidence.flags.gaps import gap_flags
from webapp.evidence.flags.place_flags import TOWN_RADIUS_M
from webapp.evidence.flags.redone import counted, is_pictured, older_files
from webapp.evidence.models import Capture, Review
from webapp.evidence.records.challenge import Challenge, derive_challenge
from webapp.evidence.records.records import CaptureRecord, parse_record
from webapp.evidence.review import review, sketch, taking_back
from webapp.evidence.review.files import File, portrait_sha256, still_of
from webapp.evidence.review.second_reviewer import code_to_see, is_unproven
from webapp.extensions import db
from webapp.people.models import Account
from webapp.refusals import Refusal
from webapp.roster.models import Person
from webapp.roster.notes import mask_numbers
from webapp.visits.models import Attempt, ContactChange, Result, Visit

EARLIER_SHOWN = 50


@dataclass(frozen=True)
class Evidence:
    """One capture with what its record says and what can be proved of it."""

    capture: Capture
    record: CaptureRecord
    expected: Challenge | None
    lost: Mapping[str, Fate]

    @property
    def files(self) -> list[File]:
        """The files in the order of the record."""
        return [
            File(media, self.capture, self.lost.get(media.sha256)) for media in self.capture.media
        ]

    @property
    def earliest(self) -> datetime | None:
        """The provable lower bound: the ticket's issue."""
        return self.capture.ticket.issued_at if self.capture.ticket else None

    @property
    def latest(self) -> datetime:
        """The provable upper bound: the commit."""
        return self.capture.committed_at

    @property
    def width_seconds(self) -> float | None:
        """How wide the provable interval is."""
        return (self.latest - self.earliest).total_seconds() if self.earliest else None


@dataclass(frozen=True)
class Proposal:
    """A correction that the worker proposes, of long numbers the end only."""

    change: ContactChange
    value: str
    is_masked: bool


@dataclass(frozen=True)
class Case:
    """Everything about one result."""

    result: Result
    evidence: Sequence[Evidence]
    attempts: Sequence[Attempt]
    has_older_attempts: bool
    proposals: Sequence[Proposal]
    reviews: Sequence[Review]
    drawing: sketch.Sketch | None
    portrait: str | None
    lost: Mapping[str, Fate]
    names: Mapping[UUID, str]
    older: Collection[UUID]
    flags: Sequence[Seen]
    is_unproven: bool
    first: Review | None
    acceptance: Review | None

    @property
    def is_portrait_lost(self) -> bool:
        """Say whether there is a picture of last time that cannot be shown now."""
        return self.portrait is None and portrait_sha256(self.result) in self.lost

    @property
    def files(self) -> list[File]:
        """Every file of the case."""
        return [file for one in self.evidence for file in one.files]

    @property
    def shown_files(self) -> list[File]:
        """The files that a page can show large."""
        return [file for file in self.files if file.shape != "other"]

    @property
    def main_file(self) -> File | None:
        """The file that the page shows large: the first new photo or video, ready ones first."""
        shown = sorted(self.shown_files, key=lambda file: file.capture.id in self.older)
        return next((file for file in shown if file.phase == "ready"), next(iter(shown), None))

    @property
    def is_pictured(self) -> bool:
        """Say whether a code can be seen or heard in this case at all."""
        return is_pictured([one.capture for one in self.evidence])

    @property
    def code(self) -> tuple[str, str | None] | None:
        """The code and the action to look for in what counts, None when there was none."""
        counting = [one.capture for one in self.evidence if one.capture.id not in self.older]
        return code_to_see(counting)

    @property
    def waiting_files(self) -> int:
        """How many files are still on a phone."""
        return sum(file.phase == "expected" for file in self.files)

    def is_by_others_too(self, rivals: Sequence["Case"]) -> bool:
        """Say whether somebody else made one of the results beside this one."""
        return any(rival.result.worker_id != self.result.worker_id for rival in rivals)


def one_case(*, actor: Actor, result_id: UUID) -> Case:
    """Return a result with everything about it.

    Raises:
        Refusal: `not_found` (404), also outside the actor's area.
    """
    query = select(Result).where(Result.id == result_id).options(
        joinedload(Result.person).joinedload(Person.area), joinedload(Result.worker),
        joinedload(Result.visit), selectinload(Result.captures),
    )  # fmt: skip
    result = db.session.scalar(query)
    if result is None or not actor.covers(result.area_path):
        raise Refusal("not_found", 404)
    return case_of(result)


def case_of(result: Result) -> Case:
    """Return everything about a result that is already at hand."""
    portrait = portrait_sha256(result)
    captures = _captures(result)
    lost = fates(
        {m.sha256 for c in captures for m in c.media} | ({portrait} if portrait else set())
    )
    evidence = [_one(capture, lost) for capture in captures]
    attempts, has_older = _attempts(result)
    reviews = _reviews(result)
    older = older_files([result.id]).get(result.id, set())
    people = {attempt.worker_id for attempt in attempts} | {one.reviewer_id for one in reviews}
    people |= {one.correction.corrected_by for one in reviews if one.correction}
    return Case(
        result=result, evidence=evidence, attempts=attempts, has_older_attempts=has_older,
        proposals=_proposals(result),
        reviews=reviews, drawing=_drawing(result.person, evidence),
        portrait=still_of(portrait), lost=lost, names=_names(people),
        older={capture.id for capture in captures} - {c.id for c in counted(captures, older)},
        flags=gathered([*flags_of_result(result), *_flags_of(counted(captures, older))]),
        is_unproven=is_unproven(result),
        first=review.proposal_of(result), acceptance=taking_back.acceptance_of(result),
    )  # fmt: skip


def _flags_of(captures: Sequence[Capture]) -> list[Raised]:
    gaps = gap_flags([capture.id for capture in captures])
    return [*(flag for capture in captures for flag in capture.flags), *gaps.values()]


def rivals_of(result: Result) -> list[Case]:
    """Return the other results of the visit that wait for the same decision."""
    query = select(Result).where(
        Result.visit_id == result.visit_id, Result.id != result.id,
        Result.state.in_([state.value for state in review.PENDING]),
    )  # fmt: skip
    return [case_of(other) for other in db.session.scalars(query.order_by(Result.received_at))]


def _captures(result: Result) -> Sequence[Capture]:
    ids = [named.capture_id for named in result.captures]
    query = select(Capture).where(Capture.id.in_(ids)).order_by(Capture.commit_index)
    options = (
        selectinload(Capture.media), selectinload(Capture.flags), joinedload(Capture.ticket),
    )  # fmt: skip
    return db.session.scalars(query.options(*options)).all()


def lost_in(cases: Iterable[Case]) -> dict[str, Fate]:
    """Return what becomes of the lost previews of several cases, by the SHA-256 of the file."""
    return {sha256: fate for one in cases for sha256, fate in one.lost.items()}


def _one(capture: Capture, lost: Mapping[str, Fate]) -> Evidence:
    expected = None
    if capture.ticket is not None:
        seed = capture.ticket.challenge_seed
        expected = derive_challenge(seed=seed, subject_id=capture.subject_id)
    return Evidence(capture, parse_record(capture.record), expected, lost)


def _attempts(result: Result) -> tuple[list[Attempt], bool]:
    """Return every attempt of the visit and the newest of earlier ones, and whether some are left.

    When an attempt was made is what its phone claims: of the visit itself none is left out.
    """
    query = (
        select(Attempt)
        .join(Visit, Attempt.visit_id == Visit.id)
        .where(Visit.person_id == result.person_id)
        .order_by(Attempt.started_at.desc())
    )
    own = db.session.scalars(query.where(Attempt.visit_id == result.visit_id)).all()
    earlier = query.where(Attempt.visit_id != result.visit_id).limit(EARLIER_SHOWN + 1)
    others = db.session.scalars(earlier).all()
    shown = sorted([*own, *others[:EARLIER_SHOWN]], key=lambda one: one.started_at, reverse=True)
    return shown, len(others) > EARLIER_SHOWN


def _proposals(result: Result) -> list[Proposal]:
    query = select(ContactChange).where(ContactChange.result_id == result.id)
    found = db.session.scalars(query.order_by(ContactChange.id))
    return [_proposal(change) for change in found]


def _proposal(change: ContactChange) -> Proposal:
    value = sealing.unseal(change.value_sealed)
    masked = mask_numbers(value)
    return Proposal(change, masked, masked != value)


def _reviews(result: Result) -> list[Review]:
    query = select(Review).join(Result, Review.result_id == Result.id)
    query = query.where(Result.visit_id == result.visit_id).order_by(Review.decided_at)
    return list(db.session.scalars(query))


def _names(account_ids: set[UUID]) -> dict[UUID, str]:
    query = select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return {row.id: row.name for row in db.session.execute(query)}


def _drawing(person: Person, evidence: Sequence[Evidence]) -> sketch.Sketch | None:
    place = sightings.registered_place(person)
    fixes = [
        sketch.Fix(best.lat, best.lon, best.accuracy_m)
        for best in (one.record.position.best for one in evidence)
        if best is not None
    ]
    return sketch.draw(
        home=(place.lat, place.lon) if place else None,
        near_m=place.radius_m if place else TOWN_RADIUS_M, fixes=fixes,
    )  # fmt: skip
