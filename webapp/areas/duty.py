"""The one answer to "does it lie in this area", for rows of a query and for a path at hand.

Whoever answers for the whole city ("/" or the city's own path) answers also for what lies
nowhere yet, whose path is "/".
"""

from typing import Any

from sqlalchemy import false, select, true

from webapp.access.rules import Actor, Role, is_whole_city
from webapp.areas.models import Area
from webapp.areas.rules import ids_on
from webapp.extensions import db


def lies_in(column: Any, path: str) -> Any:
    """Return the condition that a row, by its column of a path, lies in the area of `path`."""
    return true() if is_whole_city(path) else column.startswith(path)


def in_duty(column: Any, actor: Actor) -> Any:
    """Return the condition that a row lies in the actor's area of duty, as `Actor.covers` says."""
    if actor.role is Role.ADMINISTRATOR:
        return false()
    return lies_in(column, actor.area_path)


def lies_in_indexed(column: Any, path: str) -> Any:
    """Return the same condition for large tables: an area without areas below by equality.

    Equality lets both databases use an index, which a prefix does not; it costs one query.
    """
    if is_whole_city(path):
        return true()
    below = select(Area.id).where(Area.parent_id == ids_on(path)[-1]).limit(1)
    if db.session.scalar(below) is None:
        return column == path
    return column.startswith(path)
