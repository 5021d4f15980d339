"""Addresses in forms never lead elsewhere; keys of lists survive the address bar."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.desk.page_parts import own_address
from webapp.http.keyset import pack_key, read_key


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
