"""Takes records, files and results that came in one request, for one transaction (design §4).

Each part is judged by the rules of its own call and answered with what that call would have
answered. What a part wrote before it was refused is undone; what stands before it is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import current_app
from pydantic import ValidationError
from sqlalchemy import select

from webapp import clock
from webapp.access.rules import Actor
from webapp.database.base import uuid7
from webapp.database.holding import held_objects
from webapp.evidence.intake import (
    committing,
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
from webapp.evidence.records.records import MediaItem
from webapp.extensions import db
from webapp.http.errors import unfit_fields
from webapp.refusals import Kept, Refusal
from webapp.visits import set_aside
from webapp.visits.schemas import ResultBody


@dataclass(frozen=True)
class Prepared:
    """A part with what could be done for it before anybody had to wait."""

    part: Part
    upload_id: UUID = field(default_factory=uuid7)
    # Of a file that a record of the same delivery promises.
    capture_id: UUID | None = None
    verified: InspectionResult | None = None
    # Of a result: a record before it was refused and not kept, so that both may come again.
    may_wait: bool = False


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


@contextmanager
def prepared(*, actor: Actor, parts: Sequence[Part]) -> Iterator[list[Prepared]]:
    """Verify files that a record of the delivery promises and put them into the store; only reads.

    What none of its records promises waits for its turn: the store keeps nothing that no signed
    record names. Whatever is left in the spool goes with the block.
    """
    promised: dict[str, tuple[UUID, MediaItem]] = {}
    made: list[Prepared] = []
    try:
        for part in parts:
            if part.kind is PartKind.RECORD:
                promised |= _promises(actor, part)
            made.append(_prepare(actor, part, promised.get(part.sha256)))
        yield made
    finally:
        for one in made:
            if one.part.kind is PartKind.FILE:
                spool.remove(one.upload_id)


def _promises(actor: Actor, part: Part) -> dict[str, tuple[UUID, MediaItem]]:
    """Return the files that a rightly signed record promises; none of one that will be refused."""
    try:
        record = committing.read_signed(actor=actor, raw=part.body, signature=part.signature)
    except Refusal:
        return {}
    return {item.sha256: (record.capture_id, item) for item in record.media}


def _prepare(actor: Actor, part: Part, promise: tuple[UUID, MediaItem] | None) -> Prepared:
    if promise is None:
        return Prepared(part)
    capture_id, item = promise
    if item.size_bytes != len(part.body):
        return Prepared(part, capture_id=capture_id)
    upload_id = uuid7()
    upload = UploadSnapshot(
        upload_id, actor.account_id, str(actor.device_kid), None, capture_id, part.sha256,
        item.mime, item.size_bytes, clock.now(), "",
    )  # fmt: skip
    return Prepared(part, upload_id, capture_id, _verify(upload, part.body))


def _verify(upload: UploadSnapshot, body: bytes) -> InspectionResult:
    spool.write_whole(upload.upload_id, body)
    return verify(upload)


def take(*, actor: Actor, parts: Sequence[Prepared]) -> list[Answer]:
    """Take all parts in their order, each undone alone when it is refused; the caller commits.

    Only then are the files of records that came alone looked for in the store.
    """
    answers: list[Answer] = []
    lacks_record = False
    with held_objects():
        for one in parts:
            answers.append(_take(actor, replace(one, may_wait=lacks_record)))
            lacks_record |= one.part.kind is PartKind.RECORD and _is_lost(answers[-1])
    accompanied = {answer.capture_id for answer in answers}
    for answer in answers:
        if answer.committed is not None and answer.committed.id not in accompanied:
            orphans.receive_orphans(answer.committed)
    return answers


def _is_lost(answer: Answer) -> bool:
    return answer.refusal is not None and not isinstance(answer.refusal, Kept)


def _take(actor: Actor, one: Prepared) -> Answer:
    try:
        with db.session.begin_nested():
            return _HOW[one.part.kind](actor, one)
    except Refusal as refusal:
        return Answer(refusal=refusal)


def _record(actor: Actor, one: Prepared) -> Answer:
    committed = committing.commit_capture(
        actor=actor, raw=one.part.body, signature=one.part.signature, presented=one.part.ticket,
        seeks_files=False,
    )  # fmt: skip
    if committed.kept is not None or committed.capture is None:
        return Answer(refusal=committed.kept or Refusal("bad_record"))
    new = committed.capture if committed.is_new else None
    return Answer(201 if new else 200, index=committed.capture.commit_index, committed=new)


def _file(actor: Actor, one: Prepared) -> Answer:
    capture_id = one.capture_id or _promised_before(actor, one.part.sha256)
    upload = uploads.receive_whole(
        actor=actor, capture_id=capture_id, sha256=one.part.sha256, length=len(one.part.body),
        upload_id=one.upload_id,
    )  # fmt: skip
    if upload.is_finished:
        return Answer(capture_id=capture_id)
    verified = one.verified
    if verified is None or upload.aside_id is not None:
        verified = _verify(upload, one.part.body)
    kept = finishing.finish(upload, verified=verified)
    return Answer(201, refusal=kept, capture_id=capture_id)


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


def _result(actor: Actor, one: Prepared) -> Answer:
    body = _body_of(one.part)
    try:
        with db.session.begin_nested():
            recorded = reporting.record_result(actor=actor, body=body)
    except Refusal as refusal:
        waits = one.may_wait and refusal.code == "capture_unknown"
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


_HOW: dict[PartKind, Callable[[Actor, Prepared], Answer]] = {
    PartKind.RECORD: _record, PartKind.FILE: _file, PartKind.RESULT: _result,
}  # fmt: skip


def receipt_of(*, actor: Actor, answer: Answer) -> int | tuple[str, ...] | None:
    """Return the entry that vouches for a part, or which files of its capture are missing.

    To be asked after the commit: what is vouched for is read from the store.
    """
    if answer.capture_id is None or answer.refusal is not None:
        return answer.index
    found = receipts.media_receipt(actor=actor, capture_id=answer.capture_id)
    return found.missing if found.index is None else found.index
