"""Writes the roster into a workbook that an office can read, and that can be imported again."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import Select, select

from webapp import clock
from webapp.areas.duty import lies_in
from webapp.areas.models import Area
from webapp.extensions import begin_snapshot, begin_writing, db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.refusals import Refusal
from webapp.roster.acts import area_id_of
from webapp.roster.imports.known_areas import area_rows
from webapp.roster.models import Benefit, Person, Phone
from webapp.roster.notes import mask_numbers
from webapp.roster.reading.gazetteer import AreaRow
from webapp.roster.workbook_writer import WrittenSheet, write_workbook
from webapp.sealing import sealer

BATCH = 2_000
HEADER = ("序号", "姓名", "公民身份号码", "性别", "出生日期", "人员类别", "区县", "街道（乡镇）",
          "社区（村居）", "家庭住址", "联系电话", "备注")  # fmt: skip
_WIDTHS = (7, 12, 22, 6, 12, 10, 12, 16, 18, 44, 28, 36)
_SEX = {"M": "男", "F": "女"}
_KIND = {"retiree": "退休", "dependant": "遗属"}


def export(
    *, stream: BinaryIO, area_name: str | None = None, area_path: str = "/", masked: bool = False,
    actor_id: str | None = None,
) -> int:  # fmt: skip
    """Write everybody of an area and return how many; it leaves a trace in the journal.

    The workbook's words are Chinese in every language, since offices import it again. A city
    takes half a minute to write: that is done in a transaction that only reads, which ends what
    the caller's session did before.

    Raises:
        Refusal: area_not_found.
    """
    begin_snapshot()
    path = _path_of(area_name, area_path)
    counter = [0]
    rows = _rows(path, masked=masked, counter=counter)
    write_workbook(stream, [WrittenSheet(_("花名册"), HEADER, rows, _WIDTHS)])
    begin_writing()
    facts: dict[str, Any] = {
        "what": "roster", "people": counter[0], "masked": masked, "area_id": area_id_of(path),
    }  # fmt: skip
    journal.append(
        type=EntryType.EXPORTED, at=clock.now(),
        facts=facts | ({"account_id": actor_id} if actor_id else {}),
    )  # fmt: skip
    return counter[0]


def _path_of(area_name: str | None, area_path: str) -> str:
    if area_name is None:
        return area_path
    query = select(Area.path).where(Area.name == area_name, lies_in(Area.path, area_path))
    found = db.session.scalar(query.order_by(Area.path).limit(1))
    if found is None:
        raise Refusal("area_not_found", area=area_name)
    return found


def _people(path: str, after: Any) -> Select[*tuple[Any, ...]]:
    query = select(Person.id, Person.name, Person.number_sealed, Person.masked_number, Person.sex,
                   Person.birth_on, Person.area_id, Person.address, Person.area_path,
                   Person.note_sealed)  # fmt: skip
    query = query.where(lies_in(Person.area_path, path))
    if after is not None:
        query = query.where(Person.id > after)
    return query.order_by(Person.id).limit(BATCH)


def _rows(path: str, *, masked: bool, counter: list[int]) -> Iterator[Sequence[str]]:
    areas = {row.id: row for row in area_rows()[0]}
    after = None
    while batch := db.session.execute(_people(path, after)).all():
        phones, kinds = _phones([p.id for p in batch], masked=masked), _kinds([p.id for p in batch])
        for person in batch:
            note = sealer().unseal(person.note_sealed) if person.note_sealed else ""
            number = person.masked_number if masked else sealer().unseal(person.number_sealed)
            for kind in kinds.get(person.id, ["retiree"]):
                counter[0] += 1
                yield [
                    str(counter[0]), person.name, number, _SEX.get(person.sex or "", ""),
                    person.birth_on.isoformat() if person.birth_on else "", _KIND.get(kind, kind),
                    *_area_names(areas, person.area_id), person.address,
                    "/".join(phones.get(person.id, [])), mask_numbers(note) if masked else note,
                ]  # fmt: skip
        after = batch[-1].id


def _phones(ids: list[Any], *, masked: bool) -> dict[Any, list[str]]:
    query = select(Phone.person_id, Phone.number_sealed, Phone.masked)
    found: dict[Any, list[str]] = {}
    for row in db.session.execute(
        query.where(Phone.person_id.in_(ids)).order_by(Phone.position, Phone.id)
    ):
        number = row.masked if masked else sealer().unseal(row.number_sealed)
        found.setdefault(row.person_id, []).append(number)
    return found


def _kinds(ids: list[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    query = select(Benefit.person_id, Benefit.kind).where(Benefit.person_id.in_(ids))
    for person_id, kind in db.session.execute(query.order_by(Benefit.id)):
        found.setdefault(person_id, []).append(kind)
    return found


def _area_names(areas: dict[int, AreaRow], area_id: int | None) -> list[str]:
    """District (or zone), street and community; what is not known stays empty."""
    names = {"district": "", "street": "", "community": ""}
    while area_id is not None and (area := areas.get(area_id)) is not None:
        level = "district" if area.level == "zone" else area.level
        if level in names:
            names[level] = area.name
        area_id = area.parent_id
    return list(names.values())
