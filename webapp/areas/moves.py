"""Moves an area under another one; whatever copies its path follows in the same transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal, select, update

from webapp import clock
from webapp.access.rules import Actor, Role
from webapp.areas import acts
from webapp.areas.models import Area, AreaFormerPlace
from webapp.areas.register import LEVEL_BELOW, area_in_duty, refuse_known_name
from webapp.areas.signals import area_about_to_move, area_moved
from webapp.extensions import db
from webapp.jobs import service as jobs
from webapp.jobs.registry import JobContext, handler
from webapp.journal.rules import EntryType
from webapp.journal.state_kinds import KEEPS_STATES
from webapp.refusals import Refusal

FOLLOW = "area_follow"
# Work that had read the old path before the move may still write it; the longest is an import.
LOOK_AGAIN = (timedelta(minutes=1), timedelta(minutes=30))
_IN_BULK = {"synchronize_session": False, KEEPS_STATES: True}


def places_for(*, actor: Actor, area: Area) -> Sequence[tuple[int, str]]:
    """Return the actor's areas under which `area` may lie, with the name of what is above."""
    fitting = [level for level, below in LEVEL_BELOW.items() if below == area.level]
    query = select(Area).where(Area.level.in_(fitting), Area.id != area.parent_id)
    found = db.session.scalars(query.order_by(Area.parent_id, Area.id)).all()
    names = {one.id: one.name for one in db.session.scalars(
        select(Area).where(Area.id.in_({one.parent_id for one in found}))
    )}  # fmt: skip
    return [(one.id, f"{names.get(one.parent_id or 0, '')} {one.name}".strip()) for one in found
            if actor.role is Role.ADMINISTRATOR or actor.covers(one.path)]  # fmt: skip


def move_area(*, actor: Actor, area_id: int, parent_id: int) -> Area:
    """Let an area lie under another one, with all that is below it.

    Accounts, people, imports, visits and results follow by their paths. A roster that names the
    former place still means this area.

    Raises:
        Refusal: `not_found` (404), `area_place_unfit` for a place of the wrong level or the same
            one, `area_known` when that name lies there already, `area_import_running`.
    """
    area = area_in_duty(actor=actor, area_id=area_id)
    parent = area_in_duty(actor=actor, area_id=parent_id)
    if LEVEL_BELOW.get(parent.level) != area.level or area.parent_id in {None, parent.id}:
        raise Refusal("area_place_unfit")
    refuse_known_name(area.name, parent_id=parent.id, but=area.id)
    area_about_to_move.send(area)
    _remember_place(area, parent)
    old, former_id, area.parent_id = area.path, area.parent_id, parent.id
    db.session.flush()
    _carry_all(old, f"{parent.path}{area.id}/")
    # After all that follows is locked: phones lock their captures first and the journal last.
    acts.note_area(EntryType.AREA_MOVED, area=area, by=actor.account_id, parent_id=former_id,
                   new_parent_id=parent.id)  # fmt: skip
    for wait in LOOK_AGAIN:
        jobs.enqueue(kind=FOLLOW, payload={"area_id": area.id, "old": old},
                     run_at=clock.now() + wait)  # fmt: skip
    return area


def _remember_place(area: Area, parent: Area) -> None:
    """Keep where the area lay; a place to which it comes back is no former one any more."""
    known = {place.parent_id: place for place in db.session.scalars(
        select(AreaFormerPlace).filter_by(area_id=area.id)
    )}  # fmt: skip
    if parent.id in known:
        db.session.delete(known[parent.id])
    if area.parent_id is not None and area.parent_id not in known:
        db.session.add(AreaFormerPlace(area_id=area.id, parent_id=area.parent_id))


def _carry_all(old: str, new: str) -> None:
    carry_path(Area.path, old, new)
    area_moved.send(None, old=old, new=new)
    db.session.expire_all()


def carry_path(column: Any, old: str, new: str) -> None:
    """Let every path in the column that begins with `old` begin with `new` instead.

    States name the area itself, so that no state changes by its lying elsewhere.
    """
    moved = literal(new) + func.substr(column, len(old) + 1)
    statement = update(column.class_).where(column.startswith(old)).values({column: moved})
    db.session.execute(statement, execution_options=_IN_BULK)


@handler(FOLLOW)
def follow(_context: JobContext, payload: dict[str, Any]) -> None:
    """Carry along what was written under the old path while the area was moved."""
    area = db.session.get(Area, payload["area_id"])
    if area is not None and not area.path.startswith(payload["old"]):
        _carry_all(payload["old"], area.path)
