"""Whatever a row says is stored, remarked or named by a finding: no word of it goes without one."""

from typing import Any

import pytest

from tests.unit.roster.town import HEAD, cells, number_of, rules
from webapp.roster.reading.readings import RowReading
from webapp.roster.reading.treatments import Treatment

# A word that no rule knows.
RARE = "石榴"
DEAD_WORKER = number_of("19430102", 35)


def read(extra: dict[str, Any], **changes: Any) -> RowReading:
    """Read a row under a header that has further columns."""
    texts = [*HEAD, *extra]
    return rules(texts).read(2, [*cells(**changes), *extra.values()])


def said_of(reading: RowReading) -> str:
    """All that is kept of a row, or said of it."""
    facts = [str(value) for finding in reading.findings for value in finding.facts.values()]
    kept = [reading.name, reading.address, reading.employer, reading.remark, *reading.phones]
    return " ".join([*kept, *map(str, reading.contact or ()), *facts])


@pytest.mark.parametrize("title", [
    "与本人关系", "死亡职工姓名", "死亡职工身份证号", "证件类型", "联系人", "联系人电话",
    "原工作单位", "联系电话2",
])  # fmt: skip
def test_a_rare_word_in_any_column_is_never_lost(title: str) -> None:
    assert RARE in said_of(read({title: f"{RARE}代接"}))


@pytest.mark.parametrize("field", ["serial", "phone", "address"])
def test_a_rare_word_in_a_column_of_the_form_is_never_lost(field: str) -> None:
    assert RARE in said_of(read({}, **{field: f"3{RARE}"}))


@pytest.mark.parametrize("title", ["与本人关系", "证件类型", "联系人电话"])
def test_a_loss_holds_the_row_in_whatever_column_it_stands(title: str) -> None:
    assert read({title: "本人已去世"}).treatment is Treatment.HOLD


@pytest.mark.parametrize("word", ["3", "3号", "第3户", "A3", "（三）", "甲"])
def test_a_number_in_the_list_says_nothing_of_the_person(word: str) -> None:
    assert read({}, serial=word).remark == ""


@pytest.mark.parametrize("word", ["居民身份证", "身份证", "二代身份证", "中华人民共和国居民身份证"])
def test_the_kind_of_a_document_says_nothing_of_the_person(word: str) -> None:
    assert read({"证件类型": word}).remark == ""


def test_who_is_listed_with_a_dead_worker_is_a_dependant() -> None:
    head = ["姓名", "公民身份号码", "死亡职工姓名", "死亡职工身份证号", "家庭住址"]
    row = ["王秀英", number_of(), "李德明", DEAD_WORKER, "张店区科苑街道沁园社区12号楼"]
    reading = rules(head).read(2, row)
    assert (reading.kind, reading.deceased_number) == ("dependant", DEAD_WORKER)
    assert "李德明" in reading.remark


def test_a_dead_workers_number_that_cannot_be_read_is_kept_as_it_stands() -> None:
    reading = read({"死亡职工身份证号": DEAD_WORKER[:17]}, category="遗属")
    assert (reading.deceased_number, DEAD_WORKER[:17] in reading.remark) == ("", True)


def test_where_somebody_lives_outside_the_city_is_kept() -> None:
    reading = read({}, district="青岛市市南区", street="八大峡街道", community="", address="")
    assert "address_outside_city" in reading.codes
    assert "青岛市市南区八大峡街道" in reading.remark


def test_a_street_with_a_telephone_is_no_place_over_others() -> None:
    sheet = rules(over=rules().standing_over)
    lonely = cells(serial="", name="", number="", sex="", birth="", category="", district="",
                   street="", community="", address="张店区马尚街道石榴路",
                   phone="13905330066")  # fmt: skip
    assert sheet.read(2, lonely).treatment is Treatment.HOLD
    assert not sheet.standing_over
