"""Places that stand over people instead of beside them: a sheet's name, a title, a line between."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from webapp.roster.cells.cleaning import (
    Cell,
    as_text,
    drop_spaces,
    fold_width,
    is_blank,
)
from webapp.roster.reading.gazetteer import Gazetteer
from webapp.roster.reading.headers import Field, Header
from webapp.roster.reading.treatments import Finding

_ENUMERATION = re.compile(
    r"^(?:[(\[【](?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[)\]】][、.,:]?"
    r"|(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[)、.,:])"
)
_LABEL = re.compile(
    r"^(?:所属|所在|管理|填报|报送|上报|编制|单位|制表)*(?:社区|村居|村|居委会?|单位|街道|乡镇|"
    r"镇办|名称|区县|部门|小区)+"
    r"(?:名称)?(?:\([^()]*\))?:"
)
_COUNT = re.compile(
    r"(?:[(\[【][^()\[\]【】]*[)\]】]|[:,、\-—]?(?:共计?|计|人数:?)?[0-9]+(?:人|名|户|位)?)$"
)
_ONLY_COUNT = re.compile(
    r"^[(]?(?:共计?|计|人数:?|总数:?|小组|第)?[0-9]*(?:\.0)?(?:人|名|户|位|人数:?|组)?[)]?$"
)
_OF_PEOPLE = re.compile(
    r"(?:[0-9]{4}年度?)?(?:企业|离|社会化|管理|养老|待遇|领取|居家|辖区|移交|全部|所有|在册)*"
    r"(?:退休|退职|退管|离退休|遗属|供养|养老|参保)?(?:\([^()]*\))?(?:人员|职工|老人|"
    r"居民)?(?:基本|基础)?(?:信息|情况)?"
    r"(?:花名册|名册|名单|登记表|汇总表|明细表|统计表|信息表|台账|一览表|人员表|表)?$"
)
_NO_HEADING = re.compile(
    r"盖章|公章|签字|签章|签名|负责人|经办|填表|制表|审核|复核|联系人|联系电话|合计|小计|总计|"
    r"累计|汇总|日期|以下空白|"
    r"主任|书记|网格员|电话|备注|说明|注:|[0-9]{4}年[0-9]+月"
)
_SHAPE = re.compile(
    r"[\u4e00-\u9fff]{1,14}(?:社区居委会|社区|居委会|居民委员会|村委会|村民委员会|村|居)"
)
_CERTAIN_SHAPE = re.compile(
    r"[\u4e00-\u9fff]{2,14}(?:社区|委员会|居委会|村委会)|[\u4e00-\u9fff]{3,14}村"
)
# Surnames of two characters, with which a name may have four and end as a village does.
_LONG_SURNAME = re.compile(
    r"(?:欧阳|诸葛|上官|司马|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|轩辕|端木|南宫|西门)"
    r"[\u4e00-\u9fff]{1,2}"
)
_MOST_TEXTS = 6
# Who leads a community, behind its name: "新华社区（书记：赵六，电话 0533-2181234）".
_LEADER = re.compile(
    r"[(,、;\-—]*(?:党支部|支部|党委|社区|居委会?)?(?:书记|主任|网格[员长]|楼长|联系人|联系电话|电话|手机号?)|"
    r"\((?:社区)?负责人"
)
# An address that goes on from the row above.
_DOOR = re.compile(r"号楼|单元|[0-9]室")
_PHONE = re.compile(r"\+?[0-9()\-]{7,16}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A place over the rows below it; `source` is where it stands: section, sheet or title."""

    district: str = ""
    street: str = ""
    community: str = ""
    source: str = ""

    def __bool__(self) -> bool:
        """Whether it names any place."""
        return bool(self.district or self.street or self.community)

    def over(self, wider: "Heading") -> "Heading":
        """This heading, and what a wider one says of the places above it."""
        if not self:
            return wider
        if self.district and self.street:
            return self
        if self.street:
            return replace(self, district=wider.district)
        if self.district:
            return self
        return replace(self, district=wider.district, street=wider.street)


NOWHERE = Heading()


def of_findings(findings: Iterable[Finding]) -> Heading:
    """The place that stood over a row when it was read first."""
    for each in findings:
        if each.code.startswith("area_from_") and "community" in each.facts:
            names = {name: str(each.facts[name]) for name in ("district", "street", "community")}
            return Heading(**names, source=each.code.removeprefix("area_from_"))
    return NOWHERE


def of_sheet(name: str, gazetteer: Gazetteer) -> Heading:
    """The place that a sheet is named for; short names count, since nothing else is meant."""
    return _read(name, gazetteer, "sheet", short=True, shaped=True)


def of_sheets(names: Sequence[str], gazetteer: Gazetteer) -> dict[str, Heading]:
    """The places that the sheets of one workbook are named for.

    Where all sheets whose street is known lie in one street, a community of a name that there is
    more than once in the city is taken for that street's own, if it has one.
    """
    found = {name: of_sheet(name, gazetteer) for name in names}
    streets = {(each.district, each.street) for each in found.values() if each.street}
    if len(streets) != 1:
        return found
    (district, street) = streets.pop()
    for name, heading in found.items():
        if not heading.community or heading.street:
            continue
        place = gazetteer.find(district, street, heading.community)
        if not {"community_unknown", "street_unknown"} & set(place.codes):
            found[name] = replace(heading, district=district, street=street)
    return found


def of_titles(texts: Iterable[str], gazetteer: Gazetteer) -> Heading:
    """The place that the lines above a header name; none when they name several."""
    found = {
        heading for text in texts
        if (heading := _read(text, gazetteer, "title", short=False, shaped=False))
    }  # fmt: skip
    for level in ("community", "street", "district"):
        named = {getattr(heading, level) for heading in found} - {""}
        if named:
            best = [heading for heading in found if getattr(heading, level)]
            if len(named) > 1:
                return NOWHERE
            return max(best, key=lambda each: (bool(each.street), bool(each.district)))
    return NOWHERE


def of_row(cells: list[Cell], header: Header, gazetteer: Gazetteer) -> Heading:
    """The place of a line that names nothing but a place, and perhaps how many people it has."""
    filled = [at for at, cell in enumerate(cells) if not is_blank(cell)]
    if not filled or len(filled) > _MOST_TEXTS:
        return NOWHERE
    name_at = header.columns.get(Field.NAME)
    found, has_phone = NOWHERE, False
    for at in filled:
        text = _bare(as_text(cells[at]))
        if _PHONE.fullmatch(text):
            has_phone = True
            continue
        if not text or _ONLY_COUNT.match(text) or _LABEL.fullmatch(f"{text.rstrip(':')}:"):
            continue
        if _DOOR.search(text):
            return NOWHERE
        text = _without_leader(text)
        if not text or _PHONE.fullmatch(text):
            continue
        if _NO_HEADING.search(text):
            return NOWHERE
        is_name = at == name_at
        heading = _read(text, gazetteer, "section", short=not is_name, shaped=True)
        if not heading or (is_name and not _is_certain(text, heading)):
            return NOWHERE
        found = heading.over(found)
    # A community has a leader who can be called; a street with a telephone is somebody's address.
    return NOWHERE if has_phone and not found.community else found


def _without_leader(text: str) -> str:
    """The text before who leads the place, "" if it says nothing else."""
    found = _LEADER.search(text)
    return text[: found.start()] if found else text


def _is_certain(text: str, heading: Heading) -> bool:
    """Whether a text in the column of names is no name of a person ("李新村")."""
    if _LONG_SURNAME.fullmatch(text):
        return False
    return bool(heading.street or heading.district or _CERTAIN_SHAPE.match(_stripped(text)))


def _bare(text: str) -> str:
    return drop_spaces(fold_width(text))


_YEAR = re.compile(r"^(?:[0-9]{4}年?度?|[0-9]{1,3})[-_—.、,]*(?=[\u4e00-\u9fff])")


def _stripped(text: str) -> str:
    """The text without what is said beside the place: numbering, labels, counts, who is listed."""
    text = _LABEL.sub("", _YEAR.sub("", _ENUMERATION.sub("", text)))
    before = ""
    while text != before:
        before, text = text, _COUNT.sub("", text)
    return _OF_PEOPLE.sub("", text).rstrip("-_—、,:") or before


def _read(
    text: str, gazetteer: Gazetteer, source: str, *, short: bool, shaped: bool
) -> Heading:  # fmt: skip
    """`short`: short names count; `shaped`: so does a community that nobody knows."""
    bare = _stripped(_bare(text))
    if not bare:
        return NOWHERE
    district, street, community = gazetteer.names_in(bare, short=short)
    if shaped and not community:
        rest = bare
        for name in (district, street):
            rest = rest.split(name, maxsplit=1)[-1] if name else rest
        if _SHAPE.fullmatch(rest):
            community = rest
        elif rest and not (street or district):
            return NOWHERE
    return Heading(district, street, community, source)
