"""The archive: results found by name, number, area, worker, time, outcome and flag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import calendar
from webapp.areas.duty import lies_in
from webapp.evidence.flags import gaps
from webapp.evidence.flags.flags import WEIGHTS
from webapp.evidence.models import Capture, RaisedFlag
from webapp.evidence.records.rules import CaptureState
from webapp.http.keyset import page
from webapp.roster.people_search import is_of
from webapp.visits.models import Result, ResultCapture
from webapp.visits.result_rows import with_people


@dataclass(frozen=True)
class ArchiveFilter:
    """What the archive is narrowed by; the days are whole days of the city, both included."""

    area_path: str
    search: str = ""
    worker_id: UUID | None = None
    outcome: str = ""
    state: str = ""
    flag: str = ""
    unsent: bool = False
    since: date | None = None
    until: date | None = None


def archive(*, chosen: ArchiveFilter, after: str) -> tuple[Sequence[Result], str | None]:
    """Return one page of results, newest first, and the key of the next page."""
    query = select(Result.id).where(*_narrowed(chosen))
    ids, following = page(query, (Result.received_at, Result.id), after, newest_first=True)
    return with_people(ids), following


def _narrowed(chosen: ArchiveFilter) -> list[Any]:
    wanted: list[Any] = [lies_in(Result.area_path, chosen.area_path)]
    if chosen.worker_id is not None:
        wanted.append(Result.worker_id == chosen.worker_id)
    if chosen.outcome:
        wanted.append(Result.outcome == chosen.outcome)
    if chosen.state:
        wanted.append(Result.state == chosen.state)
    if chosen.since is not None:
        wanted.append(Result.received_at >= calendar.start_of(chosen.since))
    if chosen.until is not None:
        wanted.append(Result.received_at < calendar.start_of(chosen.until + timedelta(days=1)))
    if chosen.search:
        wanted.append(is_of(Result.person_id, chosen.search))
    if chosen.flag in WEIGHTS:
        wanted.append(_with_flag(chosen.flag))
    if chosen.unsent:
        wanted.append(_with_unsent_capture())
    return wanted


def _with_flag(code: str) -> Any:
    """Narrow to results that bear this flag themselves or name a capture that does."""
    if code == gaps.CODE:
        broken = select(ResultCapture.result_id).join(
            Capture, Capture.id == ResultCapture.capture_id
        )
        return Result.id.in_(broken.where(gaps.is_gap()))
    on_files = select(ResultCapture.result_id).join(
        RaisedFlag, RaisedFlag.capture_id == ResultCapture.capture_id
    )
    own = select(RaisedFlag.result_id).where(RaisedFlag.result_id.is_not(None))
    return Result.id.in_(on_files.where(RaisedFlag.code == code).union_all(
        own.where(RaisedFlag.code == code)
    ))  # fmt: skip


def _with_unsent_capture() -> Any:
    """Narrow to results that name a capture whose files have not come yet; such are few."""
    unsent = select(ResultCapture.result_id).join(Capture, Capture.id == ResultCapture.capture_id)
    return Result.id.in_(unsent.where(Capture.state == CaptureState.COMMITTED.value))
