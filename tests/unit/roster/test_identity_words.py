"""A number of somebody else among the words of a row is neither lost nor stored as it is."""

import pytest

from tests.unit.roster.town import cells, number_of, read, rules
from webapp.roster.reading.treatments import Treatment

OTHER = number_of("19500305", order=25)
OWN = number_of()
PLACE = "张店区科苑街道沁园社区7号楼"


@pytest.mark.parametrize(
    "other",
    [OTHER, OTHER.lower(), f"{OTHER[:6]} {OTHER[6:14]} {OTHER[14:]}", "370399500305025",
     "".join(chr(ord(c) + 0xFEE0) for c in OTHER), OTHER[:17] + ("1" if OTHER[17] != "1" else "2")],
)  # fmt: skip
def test_anothers_number_in_an_address_is_held_and_only_its_end_is_shown(other: str) -> None:
    said = f"{PLACE}（与妻胡兰英{other}同住）"
    reading = read(address=said)
    assert reading.treatment is Treatment.HOLD
    assert "number_unread" in reading.codes
    assert reading.address == f"{PLACE}(与妻胡兰英*{reading.address[-7:-3]}同住)"
    assert f"家庭住址：{said}" in reading.remark
    assert rules().read_plain(5, cells(address=said)) is None


def test_a_bare_number_behind_an_address_is_no_plain_row() -> None:
    assert rules().read_plain(5, cells(address=PLACE + OTHER)) is None
    assert read(address=PLACE + OTHER).treatment is Treatment.HOLD


def test_a_number_behind_the_name_leaves_the_name() -> None:
    reading = read(name=f"李木瓜{OTHER}")
    assert (reading.name, reading.treatment) == ("李木瓜", Treatment.HOLD)


def test_the_rows_own_number_is_shown_by_its_end_and_holds_nothing() -> None:
    reading = read(address=PLACE + OWN)
    assert (reading.address, reading.remark) == (f"{PLACE}*{OWN[-4:]}", "")
    assert "number_unread" not in reading.codes


@pytest.mark.parametrize("words", ["表号6222021603012345", "卡6222021603012345678", "139053000771"])
def test_other_long_numbers_are_left_alone(words: str) -> None:
    reading = read(address=PLACE + words)
    assert (reading.address, reading.treatment) == (PLACE + words, Treatment.CLEAN)
