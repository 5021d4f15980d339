"""The city's areas: loading the divisions as delivered, and the gazetteer built from the tables."""

from sqlalchemy import select

from webapp.extensions import db
from webapp.roster import divisions
from webapp.roster.gazetteer import AreaRow, Gazetteer
from webapp.roster.models import Area, AreaAlias, Office

ZONES_WITHIN = {zone.name: zone.within for zone in divisions.ZONES}


def load_city() -> None:
    """Write the city, its districts, zones, streets, communities, offices; safe to repeat."""
    loader = _Loader()
    city = loader.area(None, "city", divisions.CITY, divisions.CITY_CODE)
    loader.office("agency", "淄博市社会保险事业中心", city)
    for district in divisions.DISTRICTS:
        _load_district(
            loader, loader.area(city, "district", district.name, district.code), district
        )
    for zone in divisions.ZONES:
        area = loader.area(city, "zone", zone.name, None)
        loader.office("agency", f"{zone.name}社会保险经办机构", area)
        for alias in zone.aliases:
            loader.alias(area, alias)
    for alias, district_name, street_name in divisions.STREET_ALIASES:
        loader.alias(loader.named(district_name, street_name), alias)
    db.session.flush()


def _load_district(loader: "_Loader", area: Area, district: divisions.District) -> None:
    loader.office("agency", f"{district.name}社会保险经办机构", area)
    for street_name in district.street_names():
        street = loader.area(area, "street", street_name, None)
        loader.office("office", f"{street_name}人力资源和社会保障所", street)
        for name in divisions.communities_of(street_name):
            loader.area(street, "community", name, None)


class _Loader:
    """Adds what is missing and finds what is there, by parent and name."""

    def __init__(self) -> None:
        self._areas = {(a.parent_id, a.name): a for a in db.session.scalars(select(Area))}
        self._aliases = set(db.session.execute(select(AreaAlias.area_id, AreaAlias.name)).tuples())
        self._offices = set(db.session.execute(select(Office.area_id, Office.name)).tuples())

    def area(self, parent: Area | None, level: str, name: str, gb_code: str | None) -> Area:
        key = (parent.id if parent else None, name)
        if key not in self._areas:
            made = Area(parent_id=key[0], level=level, name=name, gb_code=gb_code, path=f"?{key}")
            db.session.add(made)
            db.session.flush()
            made.path = f"{parent.path if parent else '/'}{made.id}/"
            self._areas[key] = made
        return self._areas[key]

    def named(self, district_name: str, street_name: str) -> Area:
        for district in self._areas.values():
            if district.name == district_name and (district.id, street_name) in self._areas:
                return self._areas[district.id, street_name]
        raise LookupError(f"{district_name}{street_name}")

    def alias(self, area: Area, name: str) -> None:
        if (area.id, name) not in self._aliases:
            self._aliases.add((area.id, name))
            db.session.add(AreaAlias(area_id=area.id, name=name))

    def office(self, kind: str, name: str, area: Area) -> None:
        if (area.id, name) not in self._offices:
            self._offices.add((area.id, name))
            db.session.add(Office(kind=kind, name=name, area_id=area.id))


def area_rows() -> tuple[list[AreaRow], list[tuple[int, str]]]:
    """All areas and their aliases (area id, name), as a gazetteer wants them."""
    areas = db.session.execute(select(Area.id, Area.parent_id, Area.level, Area.name, Area.path))
    aliases = db.session.execute(select(AreaAlias.area_id, AreaAlias.name))
    return [AreaRow(*area) for area in areas], [(area_id, name) for area_id, name in aliases]


def gazetteer() -> Gazetteer:
    """All areas and aliases of the database, ready to be asked."""
    return Gazetteer(*area_rows(), ZONES_WITHIN)
