"""Addresses in forms never lead elsewhere; keys of lists survive the address bar."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.desk.page_parts import own_address
from webapp.extensions import db
from webapp.http import keyset
from webapp.http.keyset import ordered_from, pack_key, read_key
from webapp.journal.models import JournalEntry
from webapp.roster.models import Person
from webapp.visits.models import Result


@pytest.mark.parametrize("path", ["/visits", "/visits?status=open&area=3", "/people/1#result"])
def test_own_paths_are_kept(path: str) -> None:
    assert own_address(path) == path


@pytest.mark.parametrize(
    "path", [None, "", "visits", "//evil", "/\\evil", "https://evil", "/a\nb", "javascript:x"]
)
def test_others_lead_home(path: str | None) -> None:
    assert own_address(path) == "/today"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_key_comes_back(parts: list[str]) -> None:
    assert read_key(pack_key(*parts), *[str] * len(parts)) == parts


@given(st.text())
def test_a_damaged_key_is_the_first_page(word: str) -> None:
    found = read_key(word, str, UUID)
    assert found is None or len(found) == 2


@pytest.mark.parametrize("parts", [("x",), ("x", "y"), ("x", "y", "z")])
def test_a_key_of_another_kind_is_the_first_page(parts: tuple[str, ...]) -> None:
    assert read_key(pack_key(*parts), str, UUID) is None


@pytest.mark.parametrize(
    ("key", "parts"),
    [([JournalEntry.index], (str(2**63),)), ([Person.name, Person.id], ("a\0", str(UUID(int=1)))),
     ([Person.name, Person.id], ("\ud800", str(UUID(int=1)))),
     ([Person.name, Person.id], ("王", "x")), ([Result.received_at], ("yesterday",))],
)  # fmt: skip
def test_a_key_that_no_database_can_hold_is_the_first_page(
    key: list[Any], parts: tuple[str, ...]
) -> None:
    query = db.select(JournalEntry.index)
    assert ordered_from(query, key, pack_key(*parts)).whereclause is None


def test_an_instant_without_a_zone_is_read_all_the_same() -> None:
    key = pack_key("2027-01-12T01:23:44")
    query = ordered_from(db.select(Result.id), [Result.received_at], key)
    (place,) = query.compile().params.values()
    assert place.tzinfo is not None


def test_a_page_says_whether_others_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "PAGE", 3)
    assert keyset.cut([1, 2, 3], lambda row: [row]) == ([1, 2, 3], None)
    assert keyset.cut([1, 2, 3, 4], lambda row: [row]) == ([1, 2, 3], pack_key("3"))
