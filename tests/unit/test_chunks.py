"""Long lists fall into chunks without gap or repeat."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.chunks import chunks


@given(st.lists(st.integers(), max_size=60), st.integers(1, 20))
def test_the_chunks_are_the_list(items: list[int], size: int) -> None:
    found = [list(chunk) for chunk in chunks(items, size)]
    assert [one for chunk in found for one in chunk] == items
    assert all(len(chunk) == size for chunk in found[:-1])
    assert all(1 <= len(chunk) <= size for chunk in found)
