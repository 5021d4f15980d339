"""Loads the divisions as delivered into the tables, once or again."""

from sqlalchemy import select

from webapp.areas import divisions
from webapp.areas.ids import unused_id
from webapp.areas.models import Area, AreaAlias, AreaFormerPlace, Office
from webapp.extensions import db

Wanted = tuple[Area | None, str, str, str | None]


def load_city() -> None:
    """Write the city, its districts, zones, streets, communities, offices; safe to repeat."""
    loader = _Loader()
    city = loader.areas([(None, "city", divisions.CITY, divisions.CITY_CODE)])[0]
    loader.office("agency", "淄博市社会保险事业中心", city)
    districts = loader.areas([(city, "district", d.name, d.code) for d in divisions.DISTRICTS])
    zones = loader.areas([(city, "zone", zone.name, None) for zone in divisions.ZONES])
    for area in districts + zones:
        loader.office("agency", f"{area.name}社会保险经办机构", area)
    delivered = [
        (area, name)
        for area, district in zip(districts, divisions.DISTRICTS, strict=True)
        for name in district.street_names()
    ]
    streets = loader.areas([(area, "street", name, None) for area, name in delivered])
    for street in streets:
        loader.office("office", f"{street.name}人力资源和社会保障所", street)
    loader.areas([
        (street, "community", name, None)
        for street, (_area, delivered_name) in zip(streets, delivered, strict=True)
        for name in divisions.communities_of(delivered_name)
    ])  # fmt: skip
    _load_aliases(loader, zones)
    db.session.flush()


def load_city_if_empty() -> bool:
    """Write the divisions as delivered when there is no area at all, so that rows find a place.

    Returns whether there was none.
    """
    is_empty = db.session.scalar(select(Area.id).limit(1)) is None
    if is_empty:
        load_city()
    return is_empty


def _load_aliases(loader: "_Loader", zones: list[Area]) -> None:
    for area, zone in zip(zones, divisions.ZONES, strict=True):
        for alias in zone.aliases:
            loader.alias(area, alias)
    for alias, district_name, street_name in divisions.STREET_ALIASES:
        loader.alias(loader.named(district_name, street_name), alias)


class _Loader:
    """Adds what is missing and finds what is there, by parent and name."""

    def __init__(self) -> None:
        self._areas = {(a.parent_id, a.name): a for a in db.session.scalars(select(Area))}
        aliases = db.session.execute(select(AreaAlias.area_id, AreaAlias.name)).all()
        # An area that was given another name is still the one as delivered.
        parents = {area.id: area for area in self._areas.values()}
        for area_id, name in aliases:
            self._areas.setdefault((parents[area_id].parent_id, name), parents[area_id])
        # Or was moved.
        for place in db.session.scalars(select(AreaFormerPlace)):
            area = parents[place.area_id]
            names = {area.name, *(name for area_id, name in aliases if area_id == area.id)}
            for name in names:
                self._areas.setdefault((place.parent_id, name), area)
        offices = db.session.execute(select(Office.area_id, Office.name))
        self._aliases = {(row.area_id, row.name) for row in aliases}
        self._offices = {(row.area_id, row.name) for row in offices}

    def areas(self, wanted: list[Wanted]) -> list[Area]:
        """The areas of one level, in the order asked for; a path needs the id, hence two steps."""
        made: list[tuple[Area, Area | None]] = []
        first = unused_id()
        for parent, level, name, gb_code in wanted:
            key = (parent.id if parent else None, name)
            if key not in self._areas:
                area = Area(parent_id=key[0], level=level, name=name, gb_code=gb_code)
                area.path = f"?{key[0]}/{name}"
                if first is not None:
                    area.id = first + len(made)
                self._areas[key] = area
                made.append((area, parent))
        db.session.add_all([area for area, _parent in made])
        db.session.flush()
        for area, parent in made:
            area.path = f"{parent.path if parent else '/'}{area.id}/"
        db.session.flush()
        return [self._areas[parent.id if parent else None, name] for parent, _, name, _ in wanted]

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
