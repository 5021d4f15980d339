"""Reads for the desk's roster pages: the list of pensioners, imports and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from webapp.access.rules import Actor
from webapp.areas.duty import in_duty, lies_in
from webapp.areas.models import Area
from webapp.extensions import db
from webapp.http.keyset import page
from webapp.refusals import Refusal
from webapp.roster.imports.import_models import RosterImport, RosterImportRow
from webapp.roster.models import Benefit, Person
from webapp.roster.people_search import means


@dataclass(frozen=True)
class RosterFilter:
    """What the list is narrowed by; `area_path` lies within the actor's duty."""

    area_path: str
    search: str = ""
    status: str = ""
    kind: str = ""
    unplaced: bool = False


def people(*, chosen: RosterFilter, after: str) -> tuple[Sequence[Person], str | None]:
    """One page of pensioners by name, and the key of the next page."""
    query = select(Person).where(*_conditions(chosen))
    query = query.options(
        selectinload(Person.area), selectinload(Person.benefits), selectinload(Person.phones)
    )
    return page(query, (Person.name, Person.id), after)


def _conditions(chosen: RosterFilter) -> list[Any]:
    wanted: list[Any] = []
    wanted.append(lies_in(Person.area_path, chosen.area_path))
    if chosen.status:
        paid = Benefit.person_id == Person.id, Benefit.reported_status == chosen.status
        wanted.append(exists().where(*paid))
    if chosen.kind:
        wanted.append(exists().where(Benefit.person_id == Person.id, Benefit.kind == chosen.kind))
    if chosen.unplaced:
        home = exists().where(Area.id == Person.area_id, Area.level == "community")
        wanted.append(~home)
    if chosen.search:
        wanted.append(means(chosen.search))
    return wanted


def count_people(*, chosen: RosterFilter) -> int:
    """How many pensioners the filter leaves."""
    query = select(func.count()).select_from(Person).where(*_conditions(chosen))
    return db.session.scalar(query) or 0


def count_areas() -> int:
    """How many areas there are, of every level."""
    return db.session.scalar(select(func.count()).select_from(Area)) or 0


def imports(*, actor: Actor, after: str) -> tuple[Sequence[RosterImport], str | None]:
    """One page of the imports of the actor's duty, the newest first, and the next page's key."""
    query = select(RosterImport).where(in_duty(RosterImport.area_path, actor))
    return page(query, (RosterImport.created_at, RosterImport.id), after, newest_first=True)


def import_row(*, import_id: UUID, position: int) -> RosterImportRow:
    """One row.

    Raises:
        Refusal: row_not_found (404).
    """
    found = db.session.get(RosterImportRow, (import_id, position))
    if found is None:
        raise Refusal("row_not_found", 404)
    return found
