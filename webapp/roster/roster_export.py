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
from webapp.roster.cells.phones import mask
from webapp.roster.imports.comparison import Contact as Told
from webapp.roster.imports.known_areas import area_rows
from webapp.roster.models import Benefit, Contact, Person, Phone
from webapp.roster.notes import mask_numbers
from webapp.roster.reading.gazetteer import AreaRow
from webapp.roster.reading.told_contacts import CONTACT
from webapp.roster.reading.unused_words import DECEASED_NAME
from webapp.roster.workbook_writer import WrittenSheet, write_workbook
from webapp.sealing import sealer

BATCH = 2_000
HEADER = ("序号", "姓名", "公民身份号码", "性别", "出生日期", "人员类别", "区县", "街道（乡镇）",
          "社区（村居）", "家庭住址", "联系电话", "待遇状态", "原单位", "死亡职工姓名", "联系人",
          "与本人关系", "联系人电话", "备注")  # fmt: skip
_WIDTHS = (7, 12, 22, 6, 12, 10, 12, 16, 18, 44, 28, 10, 28, 14, 14, 12, 16, 36)
_SEX = {"M": "男", "F": "女"}
_KIND = {"retiree": "退休", "dependant": "遗属"}
_STATUS = {"normal": "正常", "suspended": "暂停", "stopped": "停发"}
_OF_DECEASED = f"{DECEASED_NAME}："
# Kind, status and employer of a benefit.
_Paid = tuple[str, str, str]


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
                   Person.reported_status, Person.note_sealed)  # fmt: skip
    query = query.where(lies_in(Person.area_path, path))
    if after is not None:
        query = query.where(Person.id > after)
    return query.order_by(Person.id).limit(BATCH)


def _rows(path: str, *, masked: bool, counter: list[int]) -> Iterator[Sequence[str]]:
    areas = {row.id: row for row in area_rows()[0]}
    after = None
    while batch := db.session.execute(_people(path, after)).all():
        ids = [person.id for person in batch]
        phones, benefits = _phones(ids, masked=masked), _benefits(ids)
        contacts = _contacts(ids, masked=masked)
        for person in batch:
            number = person.masked_number if masked else sealer().unseal(person.number_sealed)
            asked = contacts.get(person.id, [("", "", "")])
            deceased, note = _remarks(person.note_sealed, asked[1:], masked=masked)
            for kind, status, employer in benefits.get(person.id, [("retiree", "normal", "")]):
                counter[0] += 1
                yield [
                    str(counter[0]), person.name, number, _SEX.get(person.sex or "", ""),
                    person.birth_on.isoformat() if person.birth_on else "", _KIND.get(kind, kind),
                    *_area_names(areas, person.area_id), person.address,
                    "/".join(phones.get(person.id, [])), _status(person.reported_status, status),
                    employer,
                    deceased if kind == "dependant" else "", *asked[0], note,
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


def _benefits(ids: list[Any]) -> dict[Any, list[_Paid]]:
    found: dict[Any, list[_Paid]] = {}
    query = select(Benefit.person_id, Benefit.kind, Benefit.reported_status, Benefit.employer)
    query = query.where(Benefit.person_id.in_(ids)).order_by(Benefit.id)
    for person_id, *benefit in db.session.execute(query):
        found.setdefault(person_id, []).append((benefit[0], benefit[1], benefit[2]))
    return found


def _contacts(ids: list[Any], *, masked: bool) -> dict[Any, list[Told]]:
    found: dict[Any, list[Told]] = {}
    query = select(Contact.person_id, Contact.name, Contact.relation, Contact.phone_sealed)
    query = query.where(Contact.person_id.in_(ids)).order_by(Contact.id)
    for person_id, name, relation, sealed in db.session.execute(query):
        phone = sealer().unseal(sealed) if sealed else ""
        told = (mask_numbers(name), relation, mask(phone) if phone else "")
        found.setdefault(person_id, []).append(told if masked else (name, relation, phone))
    return found


def _status(of_person: str, of_benefit: str) -> str:
    """What is said of the pay; a pensioner who is no longer paid is so whatever the benefit."""
    worse = of_person if of_benefit == "normal" else of_benefit
    return _STATUS.get(worse, worse)


def _remarks(sealed: bytes | None, further: list[Told], *, masked: bool) -> tuple[str, str]:
    """The deceased's name, which rosters have a column for, and the other remarks.

    There is a column for one contact only: further ones stand among the remarks.
    """
    said = sealer().unseal(sealed).split("；") if sealed else []
    deceased = [part.removeprefix(_OF_DECEASED) for part in said if part.startswith(_OF_DECEASED)]
    said = [part for part in said if not part.startswith(_OF_DECEASED)]
    said += [f"{CONTACT}：{' '.join(filter(None, told))}" for told in further]
    note = "；".join(said)
    return "、".join(deceased), mask_numbers(note) if masked else note


def _area_names(areas: dict[int, AreaRow], area_id: int | None) -> list[str]:
    """District (or zone), street and community; what is not known stays empty."""
    names = {"district": "", "street": "", "community": ""}
    while area_id is not None and (area := areas.get(area_id)) is not None:
        level = "district" if area.level == "zone" else area.level
        if level in names:
            names[level] = area.name
        area_id = area.parent_id
    return list(names.values())
