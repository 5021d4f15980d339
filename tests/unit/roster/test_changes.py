"""Whatever a row says of somebody known is a change, shown from and to; no field is forgotten."""

from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.roster.town import HEAD, cells, header, rules
from webapp.roster.imports.comparison import Known, compare
from webapp.roster.imports.row_judge import Verdict
from webapp.roster.reading.readings import RowReading

INDEXES = {"13905330001": b"1", "13905330002": b"2"}
SAID = RowReading(
    5, name="王秀英", number="E12345678", doc_type="passport", sex="F", birth_on=date(1950, 3, 5),
    kind="dependant", status="normal", area_id=3, area_path="/1/2/3/", address="12号楼",
    phones=("13905330001",), contact=("王丽", "女儿", "13905330009"), employer="齐鲁石化",
    deceased_number="370399194001010013", position=(36.8, 118.05, "WGS84"), remark="耳聋",
)  # fmt: skip
# What a field is changed to, and which change that is.
OTHERWISE: dict[str, tuple[Any, str]] = {
    "name": ("王秀英2", "name"), "doc_type": ("residence_permit", "document"), "sex": ("M", "sex"),
    "birth_on": (date(1951, 3, 5), "birth"), "kind": ("retiree", "benefit"),
    "status": ("suspended", "status"), "area_path": ("/1/2/4/", "area"),
    "address": ("13号楼", "address"), "phones": (("13905330002",), "phone"),
    "contact": (("王强", "儿子", ""), "contact"), "employer": ("新华制药", "employer"),
    "deceased_number": ("370399194001010021", "deceased"),
    "position": ((36.9051, 118.05, "WGS84"), "position"), "remark": ("敲后窗", "note"),
}  # fmt: skip
# Where the row stood, what was found in it, who it is, and what goes along with the path.
NO_FACTS = {"row", "sheet", "findings", "number", "area_id"}


def known(said: RowReading = SAID, **changes: Any) -> Known:
    one = Known(
        uuid4(), said.name, said.address, said.area_id, said.area_path, "normal", said.position,
        said.sex, said.birth_on, said.doc_type, said.remark, ["*0001"], [b"1"],
        {"dependant": "normal"}, [said.contact or ("", "", "")], {"dependant": said.employer},
        {"dependant": said.deceased_number.encode()},
    )  # fmt: skip
    return replace(one, **changes)


def verdict(reading: RowReading, person: Known) -> Verdict:
    phones = [INDEXES[number] for number in reading.phones]
    deceased = reading.deceased_number.encode() or None
    return Verdict(person, compare(reading, person, phones, deceased), phones)


def test_every_field_of_a_row_is_compared_or_is_no_fact() -> None:
    assert {each.name for each in fields(RowReading)} == NO_FACTS | OTHERWISE.keys()


def test_who_says_the_same_changes_nothing() -> None:
    assert verdict(replace(SAID, findings=[]), known()).changes == []


@pytest.mark.parametrize("name", sorted(OTHERWISE.keys() - {"name"}))
def test_a_field_that_says_otherwise_is_a_change_from_and_to(name: str) -> None:
    value, change = OTHERWISE[name]
    reading = replace(SAID, findings=[], **{name: value})
    found = verdict(reading, known())
    assert found.changes == [change]
    [[shown, before, after]] = found.details(reading)
    assert shown == change
    assert before != after != ""
    assert before != ""


def test_a_better_name_is_a_change() -> None:
    reading = replace(SAID, findings=[], name="王𫖯")
    assert verdict(reading, known(name="王?")).changes == ["name"]


@pytest.mark.parametrize("name", ["sex", "birth_on", "status", "deceased_number", "position"])
def test_what_a_row_does_not_say_changes_nothing(name: str) -> None:
    nothing: Any = {"status": "", "deceased_number": ""}.get(name)
    assert verdict(replace(SAID, findings=[], **{name: nothing}), known()).changes == []


@pytest.mark.parametrize("name", ["sex", "birth_on", "deceased", "position"])
def test_what_was_not_known_is_added(name: str) -> None:
    unknown: Any = {} if name == "deceased" else None
    found = verdict(SAID, known(**{name: unknown}))
    assert len(found.changes) == 1
    assert found.details(SAID)[0][1] == ""


@pytest.mark.parametrize(("cell", "status"), [("", ""), ("无", ""), ("正常", "normal"),
                                              ("暂停", "suspended")])  # fmt: skip
def test_an_empty_cell_says_nothing_of_the_pay(cell: str, status: str) -> None:
    texts = [*HEAD, "待遇状态"]
    assert rules(texts).read(5, [*cells(), cell]).status == status
    assert rules().read(5, cells()).status == ""
    assert header(texts)
