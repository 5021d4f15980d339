"""The register of areas as an administrator keeps it: what lies where, and under which names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select

from webapp.access.rules import Actor, Role
from webapp.areas import acts
from webapp.areas.ids import unused_id
from webapp.areas.models import Area, AreaAlias, Office
from webapp.areas.queries import areas_on, find_area
from webapp.areas.signals import area_renamed
from webapp.extensions import db
from webapp.free_text import read_words
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal

_CODE = re.compile(r"[1-9]\d{5}(\d{3}(\d{3})?)?")
# What may lie below what; a zone serves as a district without having its code.
LEVEL_BELOW = {"city": "district", "district": "street", "zone": "street", "street": "community"}
OFFICE_NAMES = {"district": ("agency", "%s社会保险经办机构"),
                "street": ("office", "%s人力资源和社会保障所")}  # fmt: skip


@dataclass(frozen=True)
class AreaPage:
    """One area with the way to it, what lies below it, its other names and who serves it."""

    area: Area
    trail: Sequence[Area]
    below: Sequence[Area]
    aliases: Mapping[int, Sequence[AreaAlias]]
    offices: Mapping[int, Sequence[str]]
    counts: Mapping[int, int]

    @property
    def level_below(self) -> str:
        """What an area added here would be; empty below a community."""
        return LEVEL_BELOW.get(self.area.level, "")


def area_page(area_id: int | None) -> AreaPage:
    """Return the page of an area, of the city for None.

    Raises:
        Refusal: `not_found` (404).
    """
    area = find_area(area_id) if area_id is not None else db.session.scalar(
        select(Area).where(Area.parent_id.is_(None)).order_by(Area.id).limit(1)
    )  # fmt: skip
    if area is None:
        raise Refusal("not_found", 404)
    below = db.session.scalars(select(Area).filter_by(parent_id=area.id).order_by(Area.id)).all()
    ids = [area.id, *(one.id for one in below)]
    return AreaPage(area, _trail(area), below, _aliases(ids), _offices(ids), _counts(ids))


def area_in_duty(*, actor: Actor, area_id: int) -> Area:
    """Return an area that the actor may change: the administrator any, others those of their duty.

    Raises:
        Refusal: `not_found` (404), also outside the actor's area.
    """
    found = find_area(area_id)
    if actor.role is not Role.ADMINISTRATOR and not actor.covers(found.path):
        raise Refusal("not_found", 404)
    return found


def _trail(area: Area) -> list[Area]:
    return areas_on(area.path)


def _aliases(ids: Sequence[int]) -> dict[int, list[AreaAlias]]:
    query = select(AreaAlias).where(AreaAlias.area_id.in_(ids)).order_by(AreaAlias.name)
    found: dict[int, list[AreaAlias]] = {}
    for alias in db.session.scalars(query):
        found.setdefault(alias.area_id, []).append(alias)
    return found


def _offices(ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(Office.area_id, Office.name).where(Office.area_id.in_(ids))
    found: dict[int, list[str]] = {}
    for area_id, name in db.session.execute(query.order_by(Office.id)):
        found.setdefault(area_id, []).append(name)
    return found


def _counts(ids: Sequence[int]) -> dict[int, int]:
    """Return how many areas lie directly below each."""
    query = select(Area.parent_id, func.count()).where(Area.parent_id.in_(ids))
    return {int(row[0] or 0): row[1] for row in db.session.execute(query.group_by(Area.parent_id))}


def add_area(*, actor: Actor, parent_id: int, name: str, gb_code: str) -> Area:
    """Add an area below another, with the office or agency that serves one of its level.

    Raises:
        Refusal: `not_found` (404), `area_lowest` below a community, `area_name_missing`,
            `words_too_long`, `area_known` for a name that lies there already, `area_code_wrong`.
    """
    parent, name = area_in_duty(actor=actor, area_id=parent_id), _plain(name)
    code = gb_code.strip()
    level = LEVEL_BELOW.get(parent.level)
    if level is None:
        raise Refusal("area_lowest")
    if code and not _CODE.fullmatch(code):
        raise Refusal("area_code_wrong")
    _check_free(select(Area.id).filter_by(parent_id=parent.id, name=name))
    area = Area(id=unused_id(), parent_id=parent.id, level=level, name=name,
                gb_code=code or None, path="?")  # fmt: skip
    db.session.add(area)
    db.session.flush()
    area.path = f"{parent.path}{area.id}/"
    if level in OFFICE_NAMES:
        kind, office_name = OFFICE_NAMES[level]
        db.session.add(Office(kind=kind, name=office_name % name, area_id=area.id))
    acts.note_area(EntryType.AREA_ADDED, area=area, by=actor.account_id)
    return area


def rename_area(*, actor: Actor, area_id: int, name: str) -> Area:
    """Give an area another name; the old one stays as an alias, so that old rosters still fit.

    The office that bears the area's name follows, and the phones hear of it.

    Raises:
        Refusal: `not_found` (404), `area_name_missing`, `words_too_long`, `area_known` for a name
            by which the area or one beside it is known already.
    """
    area, name = area_in_duty(actor=actor, area_id=area_id), _plain(name)
    old = area.name
    if name == old:
        raise Refusal("area_known")
    refuse_known_name(name, parent_id=area.parent_id, but=area.id)
    db.session.execute(delete(AreaAlias).filter_by(area_id=area.id, name=name))
    db.session.add(AreaAlias(area_id=area.id, name=old))
    area.name = name
    _rename_offices(area, old)
    db.session.flush()
    area_renamed.send(None, area_id=area.id)
    acts.note_area(EntryType.AREA_RENAMED, area=area, by=actor.account_id)
    return area


def refuse_known_name(name: str, *, parent_id: int | None, but: int) -> None:
    """Refuse a name or alias that an area of the parent has, other than the area `but`.

    Raises:
        Refusal: `area_known`.
    """
    others = select(Area.id).where(Area.parent_id == parent_id, Area.id != but)
    _check_free(others.where(Area.name == name))
    _check_free(select(AreaAlias.id).where(AreaAlias.name == name, AreaAlias.area_id.in_(others)))


def _rename_offices(area: Area, old: str) -> None:
    """Let an office follow whose name was made of the area's; any other keeps its own."""
    for office in db.session.scalars(select(Office).filter_by(area_id=area.id)):
        if office.name.startswith(old):
            office.name = area.name + office.name.removeprefix(old)


def add_alias(*, actor: Actor, area_id: int, name: str) -> AreaAlias:
    """Let imports know an area under another name too.

    Raises:
        Refusal: `not_found` (404), `area_name_missing`, `words_too_long`, `area_known`.
    """
    area, name = area_in_duty(actor=actor, area_id=area_id), _plain(name)
    _check_free(select(AreaAlias.id).filter_by(area_id=area.id, name=name))
    alias = AreaAlias(area_id=area.id, name=name)
    db.session.add(alias)
    db.session.flush()
    acts.note_area(EntryType.AREA_ALIAS_ADDED, area=area, by=actor.account_id, alias_id=alias.id)
    return alias


def remove_alias(*, actor: Actor, area_id: int, alias_id: int) -> None:
    """Take another name away; people who were imported under it stay where they are.

    Raises:
        Refusal: `not_found` (404).
    """
    area, alias = (
        area_in_duty(actor=actor, area_id=area_id),
        db.session.get(AreaAlias, alias_id),
    )
    if alias is None or alias.area_id != area_id:
        raise Refusal("not_found", 404)
    db.session.delete(alias)
    acts.note_area(EntryType.AREA_ALIAS_REMOVED, area=area, by=actor.account_id,
                   alias_id=alias_id)  # fmt: skip


LONGEST_NAME = 100


def _plain(name: str) -> str:
    plain = read_words(" ".join(name.split()), most=LONGEST_NAME)
    if not plain:
        raise Refusal("area_name_missing")
    return plain


def _check_free(query: Select[Any]) -> None:
    if db.session.scalar(query) is not None:
        raise Refusal("area_known")
