"""The way through the tree of areas that filters take: up by the trail, down by the children."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.access.rules import Actor
from webapp.areas.models import Area
from webapp.areas.queries import areas_on
from webapp.areas.rules import ids_on
from webapp.extensions import db
from webapp.refusals import Refusal


@dataclass(frozen=True)
class AreaSteps:
    """Where a filter stands: the areas from the actor's own down to `here`, and those below."""

    trail: Sequence[Area]
    below: Sequence[Area]
    path: str

    @property
    def here(self) -> Area | None:
        """The chosen area; None when the actor's own is meant."""
        return self.trail[-1] if len(self.trail) > 1 else None


def area_steps(*, actor: Actor, area_id: str) -> AreaSteps:
    """Return the trail to the area chosen, or to the actor's own for "".

    Raises:
        Refusal: `not_found` (404) for an area outside the actor's duty.
    """
    chosen = _chosen(actor, area_id)
    path = chosen.path if chosen is not None else actor.area_path
    ids = ids_on(path)
    trail = [area for area in areas_on(path) if actor.covers(area.path)]
    below = db.select(Area).order_by(Area.id)
    below = below.where(Area.parent_id == ids[-1]) if ids else below.where(Area.parent_id.is_(None))
    return AreaSteps(trail, db.session.scalars(below).all(), path)


def _chosen(actor: Actor, area_id: str) -> Area | None:
    if not area_id:
        return None
    is_number = area_id.isdecimal() and len(area_id) < 10
    area = db.session.get(Area, int(area_id)) if is_number else None
    if area is None or not actor.covers(area.path):
        raise Refusal("not_found", 404)
    return area
