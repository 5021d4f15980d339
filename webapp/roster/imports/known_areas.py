"""The gazetteer of the areas in the tables, for whoever reads a row."""

from dataclasses import replace

from sqlalchemy import select

from webapp.areas import divisions
from webapp.areas.models import Area, AreaAlias, AreaFormerPlace
from webapp.extensions import db
from webapp.roster.reading.gazetteer import AreaRow, Gazetteer

ZONES_WITHIN = {zone.name: zone.within for zone in divisions.ZONES}


def area_rows() -> tuple[list[AreaRow], list[tuple[int, str]]]:
    """All areas and their aliases (area id, name), as a gazetteer wants them."""
    areas = db.session.execute(select(Area.id, Area.parent_id, Area.level, Area.name, Area.path))
    aliases = db.session.execute(select(AreaAlias.area_id, AreaAlias.name))
    return [AreaRow(*area) for area in areas], [(area_id, name) for area_id, name in aliases]


def known_places() -> tuple[list[AreaRow], list[tuple[int, str]]]:
    """As `area_rows`, and after all areas those that lay elsewhere, once more under that parent."""
    areas, aliases = area_rows()
    by_id = {area.id: area for area in areas}
    former = db.session.execute(select(AreaFormerPlace.area_id, AreaFormerPlace.parent_id))
    places = [replace(by_id[area_id], parent_id=parent_id) for area_id, parent_id in former]
    return areas + places, aliases


def gazetteer() -> Gazetteer:
    """All areas and aliases of the database, ready to be asked."""
    return Gazetteer(*known_places(), ZONES_WITHIN)
