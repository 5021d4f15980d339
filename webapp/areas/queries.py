"""Reads of the tree: names, choices of a form, the areas on the way to one."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from webapp.access.decorators import maybe_actor
from webapp.areas.models import Area
from webapp.areas.rules import ids_on
from webapp.extensions import db
from webapp.refusals import Refusal


@dataclass(frozen=True)
class AreaChoice:
    """An area as a form offers it; `depth` 0 is the city."""

    id: int
    name: str
    path: str

    @property
    def label(self) -> str:
        """The name, set in by its depth in the tree."""
        return "\u3000" * (self.path.count("/") - 2) + self.name


def find_area(area_id: int) -> Area:
    """Return an area.

    Raises:
        Refusal: `not_found` (404).
    """
    found = db.session.get(Area, area_id)
    if found is None:
        raise Refusal("not_found", 404)
    return found


def areas_on(path: str) -> list[Area]:
    """Return the areas on the way to `path`, the city first."""
    ids = ids_on(path)
    found = {area.id: area for area in db.session.scalars(db.select(Area).where(Area.id.in_(ids)))}
    return [found[one] for one in ids if one in found]


def trail_names(path: str) -> list[str]:
    """Return the names of the areas on the way to `path`, the city's first."""
    return [area.name for area in areas_on(path)]


def desk_area() -> str:
    """Return the name of the area of duty of whoever makes the request; "" for none.

    A page that says that the database is away must not fail because the database is away.
    """
    actor = maybe_actor()
    try:
        ids = ids_on(actor.area_path) if actor is not None else []
        return area_name(ids[-1] if ids else None)
    except SQLAlchemyError:
        return ""


def area_name(area_id: int | None) -> str:
    """Return the name of an area, or "" for none."""
    area = db.session.get(Area, area_id) if area_id is not None else None
    return area.name if area is not None else ""


def area_choices() -> list[AreaChoice]:
    """Return every area in the order of the tree."""
    rows = db.session.execute(db.select(Area.id, Area.name, Area.path))
    return sorted((AreaChoice(*row) for row in rows), key=lambda area: ids_on(area.path))


def area_names() -> dict[int, str]:
    """Return the name of every area by its id."""
    return {area.id: area.name for area in area_choices()}


def area_named(name: str | None) -> tuple[int | None, str]:
    """Return the id and path of the area called `name`; (None, "/") for the whole city.

    A name that several areas bear is told apart by those above it: `张店区/科苑街道/沁园社区`.

    Raises:
        Refusal: `unknown_area` (404), `area_ambiguous` (409).
    """
    if name is None:
        return None, "/"
    *above, own = [part.strip() for part in name.split("/") if part.strip()] or [name]
    found = _areas_called(own)
    for part in above:
        within = tuple(area.path for area in _areas_called(part))
        found = [area for area in found if area.path.startswith(within)]
    if not found:
        raise Refusal("unknown_area", 404, name=name)
    if len(found) > 1:
        raise Refusal("area_ambiguous", 409, name=name)
    return found[0].id, found[0].path


def _areas_called(name: str) -> list[Area]:
    return list(db.session.scalars(db.select(Area).filter_by(name=name).order_by(Area.id)))
