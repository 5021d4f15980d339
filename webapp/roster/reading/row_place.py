"""Puts a row into an area: by its own columns, by what stands over it, by its address."""

from dataclasses import dataclass

from webapp.areas.rules import path_lies_in
from webapp.roster.reading.gazetteer import Gazetteer, Place, is_elsewhere
from webapp.roster.reading.headings import NOWHERE, Heading
from webapp.roster.reading.readings import RowReading

# "/city/district/street/community/" has five strokes.
_COMMUNITY_DEPTH = 5


@dataclass(slots=True)
class RowPlacer:
    """`over` is the place that stands over the row: in a line above, the sheet's name, a title."""

    gazetteer: Gazetteer
    over: Heading = NOWHERE

    def place(self, reading: RowReading, named: tuple[str, str, str], *, has_columns: bool) -> None:
        """Give a row its area; `named` are its own district, street and community.

        `has_columns` says that the sheet has a column of streets.
        """
        district, street, community = named
        place = self.gazetteer.find(district, street, community)
        outside = is_elsewhere(reading.address) or is_elsewhere(district)
        if outside:
            reading.note("address_outside_city")
        if self._asks_heading(reading, place):
            place, street, community = self._from_heading(reading, named, place)
        for code in place.codes:
            if not (outside and code.endswith("_unknown")):
                reading.note(code)
        reading.area_id, reading.area_path = place.area_id, place.path
        if not outside and _leaves_gap(street, community, place):
            self._place_from_address(reading, community, has_columns=has_columns)
        _keep_unknown(reading, (district, street, community))

    def _asks_heading(self, reading: RowReading, place: Place) -> bool:
        """Whether what stands over the row may say more than its columns.

        A title is over everybody; an address that names a community knows better than a title
        that names none.
        """
        if not self.over or place.path.count("/") >= _COMMUNITY_DEPTH:
            return False
        if self.over.source != "title" or self.over.community:
            return True
        return self.gazetteer.find_in_text(reading.address).path.count("/") < _COMMUNITY_DEPTH

    def _from_heading(
        self, reading: RowReading, named: tuple[str, str, str], place: Place
    ) -> tuple[Place, str, str]:
        """Fill the gaps of the row's own columns with what stands over it, where that fits."""
        district, street, community = named
        over = self.over
        own = street or over.street, community or over.community
        for wider in dict.fromkeys((district or ("" if street else over.district), district)):
            found = self.gazetteer.find(wider, *own)
            fits = found.path.startswith(place.path) and "street_other_district" not in found.codes
            if fits and (found.path != place.path or (own[1] and not community)):
                reading.note(
                    f"area_from_{over.source}",
                    district=over.district, street=over.street, community=over.community,
                )  # fmt: skip
                codes = tuple(code for code in found.codes if not code.endswith("_alias"))
                return found._replace(codes=codes), *own
        return place, street, community

    def _place_from_address(
        self, reading: RowReading, community: str, *, has_columns: bool
    ) -> None:
        found = self.gazetteer.find_in_text(reading.address)
        if community and not self.gazetteer.is_named(found.area_id, community):
            is_placed = reading.area_path.count("/") >= _COMMUNITY_DEPTH
            if is_placed and not path_lies_in(reading.area_path, found.path):
                _stay_above_both(reading, found.path)
            return
        if found.path != reading.area_path and path_lies_in(found.path, reading.area_path):
            reading.area_id, reading.area_path = found.area_id, found.path
            reading.drop("community_unknown")
            reading.drop("community_ambiguous")
            if has_columns:
                reading.note("area_from_address")
        if reading.area_path.count("/") < _COMMUNITY_DEPTH:
            reading.note("community_unknown")


def _leaves_gap(street: str, community: str, place: Place) -> bool:
    """Whether the columns leave a gap that the address may close."""
    if "street_other_district" in place.codes:
        return False
    return not community or not street


def _keep_unknown(reading: RowReading, named: tuple[str, str, str]) -> None:
    """The name of a place that nobody knows is kept, so that somebody can place the person."""
    codes = {"district_unknown", "street_unknown", "community_unknown", "community_ambiguous"}
    if codes.isdisjoint(reading.codes):
        return
    said = "".join(dict.fromkeys(part for part in named if part and part not in reading.address))
    if said:
        reading.keep(said)


def _stay_above_both(reading: RowReading, other: str) -> None:
    """Place a row, whose columns and address name two places, where both of them lie."""
    shared = []
    for mine, theirs in zip(reading.area_path.split("/"), other.split("/"), strict=False):
        if mine != theirs:
            break
        shared.append(mine)
    ids = [part for part in shared if part]
    reading.area_path = "".join(f"/{part}" for part in ids) + "/"
    reading.area_id = int(ids[-1]) if ids else None
    reading.note("address_other_place")
