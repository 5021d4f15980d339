"""Takes records, files and results that came in one request (design §4).

Each part is judged by the rules of its own call and answered with what that call would have
answered. What a part wrote before it was refused is undone; what stands before it is kept.

It goes as in the ordinary calls, in two transactions. The first takes the records, and writes down
an upload for each file that one of them promises, which counts against the phone's quota. Then the
files are verified and put where they belong, and nobody waits for the store meanwhile. The second
transaction receives them and takes the results. So the store is given nothing that no row names: a
file whose record lies aside goes aside, and one that no record promises goes nowhere. Where the
second transaction does not come about, the same delivery again ends it, or else the sweep of the
spool does (`recovery.leftovers`): the upload is written down, and its verified bytes lie under
their name already.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from flask import current_app
from pydantic import ValidationError
from sqlalchemy import select

from webapp.access.rules import Actor
from webapp.database.base import uuid7
from webapp.database.holding import held_objects
from webapp.evidence.intake import (
    committing,
    delivery_locks,
    finishing,
    orphans,
    receipts,
    reporting,
    spool,
    uploads,
)
from webapp.evidence.intake.snapshots import UploadSnapshot
from webapp.evidence.intake.verifying import InspectionResult, verify
from webapp.evidence.models import Capture, Media
from webapp.evidence.records.delivery_parts import Part, PartKind
from webapp.evidence.records.records import CaptureRecord
from webapp.extensions import db
from webapp.http.errors import unfit_fields
from webapp.journal import states
from webapp.refusals import Kept, Refusal
from webapp.visits import set_aside
from webapp.visits.schemas import ResultBody


@dataclass(frozen=True)
class Answer:
    """What became of a part: what its own call would have answered."""

    status: int = 200
    refusal: Refusal | None = None
    # The entry that vouches for a record, once all is committed.
    index: int | None = None
    # Of a record that was not known before.
    committed: Capture | None = None
    # Of a file, whose receipt is asked for once all is committed.
    capture_id: UUID | None = None
    # Of a result.
    result_id: UUID | None = None
    state: str = ""


@dataclass
class Delivery:
    """The parts of a delivery, and what became of each so far by its place."""

    parts: Sequence[Part]
    answers: dict[int, Answer] = field(default_factory=dict)
    # Files that are still to be stored and received.
    uploads: dict[int, UploadSnapshot] = field(default_factory=dict)
    # Which record of this delivery promises a file.
    promised: dict[str, UUID] = field(default_factory=dict)

    def note_promises(self, record: CaptureRecord) -> None:
        """Remember which files a record promises, for the parts behind it."""
        self.promised |= dict.fromkeys((item.sha256 for item in record.media), record.capture_id)

    def places_of(self, kind: PartKind) -> list[int]:
        """Return where the parts of a kind stand."""
        return [place for place, part in enumerate(self.parts) if part.kind is kind]


def take_records(*, actor: Actor, parts: Sequence[Part]) -> Delivery:
    """Take the records, and write down an upload for each promised file; the caller commits.

    Files of records that came alone are looked for in the store.
    """
    delivery = Delivery(parts)
    delivery_locks.lock_phones_and_captures(actor=actor, parts=parts)
    with held_objects():
        for place, part in enumerate(parts):
            if part.kind is PartKind.RECORD:
                _settle_part(delivery, place, partial(_record, actor, delivery, part))
            elif part.kind is PartKind.FILE:
                _settle_part(delivery, place, partial(_begin_file, actor, delivery, place))
    accompanied = {delivery.promised.get(part.sha256) for part in parts}
    for answer in delivery.answers.values():
        if answer.committed is not None and answer.committed.id not in accompanied:
            orphans.receive_orphans(answer.committed)
    return delivery


@contextmanager
def stored(delivery: Delivery) -> Iterator[dict[int, InspectionResult]]:
    """Verify the files and put them where they belong, while no transaction is open.

    What is left in the spool goes with the block, whatever ended it.

    Raises:
        Refusal: `store_unavailable` (503).
    """
    with ExitStack() as spooled:
        verified = {}
        for place, upload in delivery.uploads.items():
            spooled.enter_context(spool.whole(upload.upload_id, delivery.parts[place].body))
            verified[place] = verify(upload)
        yield verified


def take_rest(
    *, actor: Actor, delivery: Delivery, verified: Mapping[int, InspectionResult]
) -> list[Answer]:
    """Receive the stored files and take the results, in their order; the caller commits."""
    bodies = dict(_readable_results(delivery))
    delivery_locks.lock_visits_and_captures(
        bodies=list(bodies.values()), uploads=list(delivery.uploads.values())
    )
    with held_objects():
        for place in sorted({*delivery.uploads, *bodies}):
            body = bodies.get(place)
            if body is not None:
                take = partial(_result, actor, body, may_wait=_lacks_record(delivery, place))
            else:
                take = partial(_finish_file, delivery.uploads[place], verified[place])
            _settle_part(delivery, place, take)
    return [delivery.answers[place] for place in range(len(delivery.parts))]


def _lacks_record(delivery: Delivery, place: int) -> bool:
    """Say whether a record before a result was refused and not kept: both may come again."""
    before = [delivery.answers[one] for one in delivery.places_of(PartKind.RECORD) if one < place]
    refusals = [answer.refusal for answer in before if answer.refusal is not None]
    return any(not isinstance(refusal, Kept) for refusal in refusals)


def _settle_part(delivery: Delivery, place: int, take: Callable[[], Answer | None]) -> None:
    """Take one part, undone alone when it is refused.

    What it left of people and visits is journaled with it: an entry names no other part's visit.
    """
    try:
        with db.session.begin_nested():
            answer = take()
            states.settle()
    except Refusal as refusal:
        answer = Answer(refusal=refusal)
    if answer is not None:
        delivery.answers[place] = answer


def _record(actor: Actor, delivery: Delivery, part: Part) -> Answer:
    try:
        committed = committing.commit_capture(
            actor=actor, raw=part.body, signature=part.signature, presented=part.ticket,
            seeks_files=False,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code == "capture_differs":
            # Its files are told the same as by their own call: they are not in the known record.
            delivery.note_promises(committing.read(part.body))
        raise
    delivery.note_promises(committed.record)
    if committed.kept is not None or committed.capture is None:
        return Answer(refusal=committed.kept or Refusal("bad_record"))
    new = committed.capture if committed.is_new else None
    return Answer(201 if new else 200, index=committed.capture.commit_index, committed=new)


def _begin_file(actor: Actor, delivery: Delivery, place: int) -> Answer | None:
    """Write the upload of a file down; None when its bytes are still to be stored."""
    part = delivery.parts[place]
    capture_id = delivery.promised.get(part.sha256) or _promised_before(actor, part.sha256)
    upload = uploads.receive_whole(
        actor=actor, capture_id=capture_id, sha256=part.sha256, length=len(part.body),
        upload_id=uuid7(),
    )  # fmt: skip
    if upload.is_finished:
        return Answer(capture_id=capture_id)
    delivery.uploads[place] = upload
    return None


def _finish_file(upload: UploadSnapshot, verified: InspectionResult) -> Answer:
    kept = finishing.finish(upload, verified=verified)
    return Answer(201, refusal=kept, capture_id=upload.capture_id)


def _promised_before(actor: Actor, sha256: str) -> UUID:
    """Return the caller's newest capture that promises a file and came before this delivery."""
    query = (
        select(Capture.id)
        .join(Capture.media)
        .where(Capture.worker_id == actor.account_id, Media.sha256 == sha256)
        .order_by(Capture.committed_at.desc())
        .limit(1)
    )
    capture_id = db.session.scalar(query)
    if capture_id is None:
        raise Refusal("commit_first", 409)
    return capture_id


def _readable_results(delivery: Delivery) -> Iterator[tuple[int, ResultBody]]:
    """Give the results that can be read; those that cannot are answered."""
    for place in delivery.places_of(PartKind.RESULT):
        try:
            yield place, _body_of(delivery.parts[place])
        except Refusal as refusal:
            delivery.answers[place] = Answer(refusal=refusal)


def _result(actor: Actor, body: ResultBody, *, may_wait: bool) -> Answer:
    try:
        with db.session.begin_nested():
            recorded = reporting.record_result(actor=actor, body=body)
    except Refusal as refusal:
        waits = may_wait and refusal.code == "capture_unknown"
        if refusal.status in set_aside.KEPT_STATUSES and not waits:
            set_aside.keep_refused(
                actor=actor, kind=set_aside.RESULT, report_id=body.result_id,
                visit_id=body.visit_id, body=body, refusal=refusal,
            )  # fmt: skip
        return Answer(refusal=refusal)
    if recorded.kept is not None:
        return Answer(refusal=recorded.kept)
    status = 201 if recorded.is_new else 200
    return Answer(status, result_id=recorded.result.id, state=recorded.result.state)


def _body_of(part: Part) -> ResultBody:
    try:
        return ResultBody.model_validate(current_app.json.loads(part.body))
    except ValidationError as error:
        raise Refusal("malformed", fields=unfit_fields(error)) from None
    except ValueError:
        raise Refusal("malformed", 400) from None


def receipt_of(*, actor: Actor, answer: Answer) -> int | tuple[str, ...] | None:
    """Return the entry that vouches for a part, or which files of its capture are missing.

    To be asked after the commit: what is vouched for is read from the store.
    """
    if answer.capture_id is None or answer.refusal is not None:
        return answer.index
    found = receipts.media_receipt(actor=actor, capture_id=answer.capture_id)
    return found.missing if found.index is None else found.index
