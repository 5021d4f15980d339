"""Finds the district, street and community that a row means, by name, short name or alias."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from webapp.roster.cells.cleaning import drop_spaces, fold_width

_STREET_END = re.compile(r"(?:街道办事处|街道办|办事处|街道|街办|镇政府|镇|乡|办)$")
_COMMUNITY_END = re.compile(
    r"(?:社区居民委员会|社区居委会|社区居委|居民委员会|居委会|村民委员会|村委会|社区村|社区|村)$"
)
_DISTRICT_END = re.compile(r"(?:区|县|市)$")
_PLACE_END = re.compile(r"(?:街道|办事处|镇|乡|区|县|市|办)$")
_CITY = re.compile(r"^(?:山东省?)?(?:淄博市?)?")
_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
    "|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|北京|上海|天津|重庆"
)
_SHANDONG = "济南|青岛|枣庄|东营|烟台|潍坊|济宁|泰安|威海|日照|莱芜|临沂|德州|聊城|滨州|菏泽"
_SHANDONG_COUNTIES = (
    "青州|寿光|诸城|安丘|高密|昌邑|邹平|章丘|新泰|肥城|莱州|龙口|招远|胶州|平度|莱西|滕州|曲阜|邹城"
    "|荣成|乳山|乐陵|禹城|临清"
)
_CAPITALS = (
    "石家庄|唐山|太原|沈阳|大连|长春|哈尔滨|大庆|南京|无锡|苏州|徐州|杭州|宁波|温州|合肥|福州|厦门|南昌|郑州|洛阳|武汉"
    "|长沙|广州|深圳|珠海|东莞|佛山|南宁|海口|三亚|成都|贵阳|昆明|西安|兰州|西宁|银川|乌鲁木齐"
)
_ABROAD = (
    "美国|加拿大|英国|法国|德国|意大利|西班牙|日本|韩国|朝鲜|新加坡|马来西亚|泰国|越南|澳大利亚|澳洲"
    "|新西兰|俄罗斯|巴西|南非|国外|境外|海外|外省|外地|异地"
)
# A short name is also the name of a road or a block of flats ("北京路", "上海花园小区"), so it
# counts only where a district, county or city of its own comes close behind it.
_DISTRICT_BEHIND = "(?=[^路街道号楼社小园城苑院村]{1,8}[市区县州盟旗])"
_FAR = re.compile(
    r"(?:中国)?(?:"
    rf"(?:{_PROVINCES})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区|{_DISTRICT_BEHIND})"
    rf"|(?:{_PROVINCES})(?:{_CAPITALS})(?![路街道])"
    rf"|(?:山东省?)?(?:{_SHANDONG})(?:市|{_DISTRICT_BEHIND})"
    rf"|(?:山东省?)?(?:{_SHANDONG})?(?:{_SHANDONG_COUNTIES})市"
    rf"|(?:{_CAPITALS})(?:市|{_DISTRICT_BEHIND})"
    rf"|[(（]?(?:{_ABROAD})(?![路街道])"
    r")"
)
_FAR_BEGINS = frozenset(
    word[0] for words in (_PROVINCES, _SHANDONG, _SHANDONG_COUNTIES, _CAPITALS, _ABROAD)
    for word in words.split("|")
) | frozenset("中山(（")  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area as the database holds it; `level` is city, district, zone, street or community."""

    id: int
    parent_id: int | None
    level: str
    name: str
    path: str


class Place(NamedTuple):
    """Where a row belongs, as far as it could be told, and what was found on the way."""

    area_id: int | None
    path: str
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Node:
    row: AreaRow
    names: set[str] = field(default_factory=set)
    exact: dict[str, "_Node"] = field(default_factory=dict)
    # The whole names, former ones too, of what lies below, as an address may say them.
    spoken: dict[str, "_Node"] = field(default_factory=dict)
    loose: dict[str, "_Node"] = field(default_factory=dict)


def short_street(name: str) -> str:
    """`科苑街道办事处` → `科苑`; a name of one character keeps its ending."""
    short = _STREET_END.sub("", name)
    return short if len(short) > 1 else name


def short_community(name: str) -> str:
    """`沁园社区居委会` → `沁园`."""
    short = _COMMUNITY_END.sub("", name)
    return short if len(short) > 1 else name


def _short_district(name: str) -> str:
    bare = _CITY.sub("", name)
    short = _DISTRICT_END.sub("", bare)
    return short if len(short) > 1 else bare


def is_elsewhere(address: str) -> bool:
    """Whether the address begins with a country, province or city other than ours."""
    if address[:1].strip() and address[0] not in _FAR_BEGINS:
        return False
    return _FAR.match(drop_spaces(address)) is not None


_SHORTEN = {
    "district": _short_district,
    "zone": _short_district,
    "street": short_street,
    "community": short_community,
}


class Gazetteer:
    """All areas of the city, ready to be asked; immutable once built, answers are remembered."""

    def __init__(
        self,
        areas: Iterable[AreaRow],
        aliases: Iterable[tuple[int, str]] = (),
        zones_within: dict[str, tuple[str, ...]] | None = None,
        duty: str = "/",
    ) -> None:
        """`duty` is the path of the area that whoever asks answers for."""
        self._nodes: dict[int, _Node] = {}
        former = []
        for row in areas:
            if row.id in self._nodes:
                former.append(row)
            else:
                self._nodes[row.id] = _Node(row)
        self._districts = _Node(AreaRow(0, None, "root", "", "/"))
        self._streets: dict[str, list[_Node]] = {}
        self._communities: dict[str, list[_Node]] = {}
        self._duty = duty
        self._zones_within = zones_within or {}
        self._known: dict[tuple[str, str, str], Place] = {}
        for node in self._nodes.values():
            self._enter(node, node.row.name, alias=False)
        for area_id, name in aliases:
            if area_id in self._nodes:
                self._enter(self._nodes[area_id], name, alias=True)
        # An area that comes a second time lay under that parent before it was moved.
        for row in former:
            for name in sorted(self._nodes[row.id].names):
                self._enter(self._nodes[row.id], name, alias=True, parent_id=row.parent_id)

    def _enter(self, node: _Node, name: str, *, alias: bool, parent_id: int | None = None) -> None:
        level = node.row.level
        if level not in _SHORTEN:
            return
        node.names.add(name)
        parent = self._nodes.get(parent_id or node.row.parent_id or 0, self._districts)
        if level in {"district", "zone"}:
            parent = self._districts
        if not alias:
            parent.exact[name] = node
        # A short alias is also the name of a road or a block of flats, so an address needs more.
        if not alias or (level != "zone" and _SHORTEN[level](name) != name):
            parent.spoken.setdefault(name, node)
        for form in (name, _SHORTEN[level](name)):
            parent.loose.setdefault(form, node)
            if level in {"street", "community"}:
                everywhere = self._streets if level == "street" else self._communities
                homes = everywhere.setdefault(form, [])
                if node not in homes:
                    homes.append(node)

    def find(self, district: str, street: str, community: str) -> Place:
        """Where a row with these three cells belongs; blank cells are simply not asked.

        Codes: district_alias, street_alias, community_alias and area_zone (FIX);
        district_unknown, street_unknown, community_unknown, community_ambiguous (WARN: the
        person stays at the smallest area that is certain, or at none); street_other_district
        (HOLD). A community without a street is found where its name is the only one of its kind.
        """
        key = (district, street, community)
        if key not in self._known:
            self._known[key] = self._search(*(drop_spaces(fold_width(part)) for part in key))
        return self._known[key]

    def _search(self, district: str, street: str, community: str) -> Place:
        codes: list[str] = []
        home = self._district(district, codes)
        spot = self._street(home, district, street, codes)
        if spot is not None and community:
            spot = self._community(spot, community, codes)
        elif community and not street:
            spot = self._community_alone(home, community, codes)
        elif community and "street_other_district" not in codes:
            codes.append("community_unknown")
        best = spot or home
        if best is None or "street_other_district" in codes:
            return Place(None, "/", tuple(codes))
        return Place(best.row.id, best.row.path, tuple(codes))

    def _district(self, text: str, codes: list[str]) -> _Node | None:
        if not text:
            return None
        exact = self._districts.exact.get(text)
        if exact is not None:
            return exact
        loose = self._districts.loose.get(text) or self._districts.loose.get(_short_district(text))
        codes.append("district_unknown" if loose is None else "district_alias")
        return loose

    def _street(
        self, home: _Node | None, district: str, text: str, codes: list[str]
    ) -> _Node | None:
        if not text:
            return None
        bare = self._without_district(text, home)
        if home is not None and (exact := home.exact.get(bare)):
            codes += [] if bare == text else ["street_alias"]
            return exact
        text = bare
        short = short_street(text)
        if home is not None and (loose := home.loose.get(text) or home.loose.get(short)):
            codes.append("street_alias")
            return loose
        elsewhere = self._streets.get(text) or self._streets.get(short) or []
        return self._street_elsewhere(home, district, text, elsewhere, codes)

    def _street_elsewhere(
        self, home: _Node | None, district: str, text: str, found: list[_Node], codes: list[str]
    ) -> _Node | None:
        if not found:
            codes.append("street_unknown")
            return None
        if home is not None and home.row.level == "zone":
            for node in found:
                if self._lies_in_zone(node, home):
                    codes.append("area_zone")
                    return node
        if home is None and not district and len(found) == 1:
            codes += [] if found[0].row.name == text else ["street_alias"]
            return found[0]
        codes.append("street_other_district" if district else "street_unknown")
        return None

    def _lies_in_zone(self, street: _Node, zone: _Node) -> bool:
        """Whether a street belongs to one of the districts over which a zone was laid."""
        within = {name for own in zone.names for name in self._zones_within.get(own, ())}
        return bool(self._nodes[street.row.parent_id or 0].names & within)

    def _community_alone(self, home: _Node | None, text: str, codes: list[str]) -> _Node | None:
        """A community that no street is named for, within the duty and the district, if one is."""
        found = self._communities.get(text) or self._communities.get(short_community(text)) or []
        found = [node for node in found if node.row.path.startswith(self._duty)]
        if home is not None:
            found = [node for node in found if self._lies_in(node, home)]
        if len(found) != 1:
            codes.append("community_ambiguous" if found else "community_unknown")
            return None
        codes += [] if found[0].row.name == text else ["community_alias"]
        return found[0]

    def _lies_in(self, community: _Node, home: _Node) -> bool:
        if community.row.path.startswith(home.row.path):
            return True
        street = self._nodes[community.row.parent_id or 0]
        return home.row.level == "zone" and self._lies_in_zone(street, home)

    def _without_district(self, text: str, home: _Node | None) -> str:
        """A street cell that repeats the district (`张店区科苑街道`) is read without it."""
        if home is not None and text in home.loose:
            return text
        bare = _CITY.sub("", text)
        if home is not None and bare.startswith(home.row.name) and len(bare) > len(home.row.name):
            return bare[len(home.row.name) :]
        return bare or text

    def _community(self, street: _Node, text: str, codes: list[str]) -> _Node:
        if text in street.exact:
            return street.exact[text]
        bare = text.removeprefix(street.row.name)
        found = street.loose.get(bare) or street.loose.get(short_community(bare))
        codes.append("community_unknown" if found is None else "community_alias")
        return found or street

    def find_in_text(self, address: str) -> Place:
        """The smallest area that an address names in words, or none; nothing is guessed."""
        text = _CITY.sub("", drop_spaces(fold_width(address)))
        home = self._longest(self._districts, text)
        streets = [home] if home is not None else list(self._districts.exact.values())
        hits = [spot for node in streets if (spot := self._longest(node, text))]
        spot = max(hits, key=lambda node: len(node.row.name)) if hits else None
        if spot is not None:
            spot = self._longest(spot, text) or spot
        best = spot or home
        return Place(best.row.id, best.row.path) if best else Place(None, "/")

    def names_in(self, text: str, *, short: bool) -> tuple[str, str, str]:
        """District, street and community that a heading names, each "" where it names none.

        Whole names count wherever they stand, short ones only if nothing else is said. Of a
        community whose name is not the only one of its kind only the name is returned.
        """
        bare = _CITY.sub("", text)
        known = self.find_in_text(text)
        spot = self._nodes.get(known.area_id or 0)
        if spot is not None and spot.row.level == "community":
            return self._trail(spot)
        within = spot.row.path if spot is not None else "/"
        names = [name for name in self._communities if self._begins_with_place(bare, name)]
        if not names and short and spot is None:
            for homes in (self._communities, self._streets, self._districts.loose):
                if bare in homes:
                    names = [bare]
                    break
        if not names:
            return self._trail(spot) if spot is not None else ("", "", "")
        name = max(names, key=len)
        if name not in self._communities:
            return self._trail_of_name(name)
        found = [
            node for node in self._communities[name]
            if node.row.path.startswith(within) and node.row.path.startswith(self._duty)
        ]  # fmt: skip
        if len(found) == 1:
            return self._trail(found[0])
        above = self._trail(spot) if spot is not None else ("", "", "")
        return above[0], above[1], name

    def _begins_with_place(self, text: str, name: str) -> bool:
        """Whether a community's whole name stands in a text, at its start or behind a place."""
        before, found, _ = text.partition(name)
        if not found or all(node.row.name != name for node in self._communities[name]):
            return False
        return not before or _PLACE_END.search(before) is not None

    def _trail_of_name(self, name: str) -> tuple[str, str, str]:
        """The trail to a street or a district that bears a short name."""
        streets = self._streets.get(name, [])
        if len(streets) == 1:
            return self._trail(streets[0])
        return ("", name, "") if streets else self._trail(self._districts.loose[name])

    def _trail(self, node: _Node) -> tuple[str, str, str]:
        """The names of the areas down to a node: district (or zone), street, community."""
        names = {"district": "", "street": "", "community": ""}
        at: _Node | None = node
        while at is not None:
            level = "district" if at.row.level == "zone" else at.row.level
            if level in names:
                names[level] = at.row.name
            at = self._nodes.get(at.row.parent_id or 0)
        return names["district"], names["street"], names["community"]

    def is_named(self, area_id: int | None, text: str) -> bool:
        """Whether the text is a name, a short name or an alias of the area."""
        node = self._nodes.get(area_id or 0)
        parent = self._nodes.get(node.row.parent_id or 0) if node is not None else None
        if node is None or parent is None:
            return False
        bare = drop_spaces(fold_width(text))
        return node in (parent.loose.get(bare), parent.loose.get(short_community(bare)))

    def _longest(self, parent: _Node, text: str) -> _Node | None:
        hits = [name for name in parent.spoken if name in text]
        return parent.spoken[max(hits, key=len)] if hits else None
