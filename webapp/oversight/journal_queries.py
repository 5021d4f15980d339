"""The journal as an auditor reads it: narrowed by type, by who did it, by object and by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, union

from webapp import calendar
from webapp.evidence.models import Capture, Media
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.journal import queries
from webapp.journal.mentions import ref_of
from webapp.journal.models import JournalEntry, JournalMention, JournalState
from webapp.people.models import Account
from webapp.visits.models import Visit


@dataclass(frozen=True)
class JournalFilter:
    """What the journal is narrowed by; days are whole days of the city, both included."""

    types: tuple[str, ...] = ()
    actor: str = ""
    objects: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Row:
    """One entry as a list shows it."""

    index: int
    at: datetime
    type: str
    facts: Mapping[str, Any]


def entries(*, chosen: JournalFilter, after: str) -> tuple[list[Row], str | None]:
    """Return one page of entries, the newest first, and the key of the next page."""
    query = select(JournalEntry).where(*_narrowed(chosen))
    found, following = page(query, [JournalEntry.index], after, newest_first=True)
    return [Row(one.index, one.at, one.type, one.facts) for one in found], following


def _narrowed(chosen: JournalFilter) -> list[Any]:
    wanted: list[Any] = []
    if chosen.types:
        wanted.append(JournalEntry.type.in_(chosen.types))
    if chosen.actor:
        refs = _refs([str(one) for one in accounts_called(chosen.actor)])
        done = select(JournalMention.index).where(
            JournalMention.ref.in_(refs), JournalMention.is_actor
        )
        wanted.append(JournalEntry.index.in_(done))
    if chosen.objects:
        wanted.append(_about(chosen.objects))
    if chosen.since is not None:
        wanted.append(JournalEntry.index >= first_index_at(_start_of(chosen.since)))
    if chosen.until is not None:
        wanted.append(JournalEntry.index < first_index_at(_start_of(chosen.until, plus=1)))
    return wanted


def _refs(names: Sequence[str]) -> list[bytes]:
    return [ref for name in names if (ref := ref_of(name)) is not None]


def _about(names: Sequence[str]) -> Any:
    """Narrow to entries about one of these, also to acts on more objects than they name."""
    ids = [UUID(name).hex for name in names if _is_uuid(name)]
    named = select(JournalMention.index).where(JournalMention.ref.in_(_refs(names)))
    left = select(JournalState.index).where(JournalState.object_id.in_([*names, *ids]))
    return JournalEntry.index.in_(union(named, left))


def _is_uuid(name: str) -> bool:
    return ref_of(name) is not None and name.count("-") == 4


def accounts_called(words: str) -> list[UUID]:
    """Return the accounts of a user name, of an exact name, or with a part of it."""
    query = select(Account.id).where(or_(
        Account.username == words, Account.name.icontains(words, autoescape=True),
        *([Account.id == UUID(words)] if _is_uuid(words) else []),
    ))  # fmt: skip
    return list(db.session.scalars(query))


def first_index_at(at: datetime) -> int:
    """Return the first entry at or after an instant, by halving: the journal grows with time."""
    low, high = 0, queries.size()
    while low < high:
        middle = (low + high) // 2
        found = db.session.scalar(select(JournalEntry.at).filter_by(index=middle))
        if found is not None and found < at:
            low = middle + 1
        else:
            high = middle
    return low


def _start_of(day: date, plus: int = 0) -> datetime:
    return calendar.start_of(day + timedelta(days=plus))


def files_of_people(person_ids: Sequence[UUID]) -> list[str]:
    """Return the hashes of every file that people's visits and their occasions brought."""
    occasions = select(Visit.occasion_id).where(
        Visit.person_id.in_(person_ids), Visit.occasion_id.is_not(None)
    )
    query = (
        select(Media.sha256)
        .join(Capture, Capture.id == Media.capture_id)
        .where(or_(Capture.person_id.in_(person_ids), Capture.occasion_id.in_(occasions)))
    )
    return list(db.session.scalars(query))


def visits_of_people(person_ids: Sequence[UUID]) -> list[str]:
    """Return the ids of people's visits."""
    query = select(Visit.id).where(Visit.person_id.in_(person_ids))
    return [str(one) for one in db.session.scalars(query)]
