"""One cursor counts the changes of every section, whichever of them has more to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest

from webapp.access.rules import Actor, Holder, Role
from webapp.packs import paging, sections
from webapp.packs.changes import Numbered
from webapp.packs.paging import read_page
from webapp.packs.sections import Asked, ChangingSection

ACTOR = Actor(Holder.account(UUID(int=1)), Role.WORKER, "", "/1/2/")


@dataclass
class Row:
    change_no: int


def section_of(name: str, numbers: Sequence[int], removed: Sequence[int] = ()) -> ChangingSection:
    def changed(asked: Asked) -> Sequence[Numbered]:
        found = [number for number in numbers if number > asked.after]
        whole = [n for n in found if n <= found[: paging.PAGE][-1]] if found else []
        return [Row(number) for number in whole]

    def dropped(asked: Asked, until: int | None) -> Sequence[Numbered]:
        return [Row(n) for n in removed if n > asked.after and (until is None or n <= until)]

    def show(
        _asked: Asked, held: Sequence[Row], gone: Sequence[Row]
    ) -> dict[str, list[int]]:  # fmt: skip
        return {name: [row.change_no for row in held], f"no_{name}": [r.change_no for r in gone]}

    return ChangingSection(changed, dropped, show)


def walk(*told: ChangingSection) -> list[dict[str, list[int]]]:
    pages, after = [], 0
    for _ in range(20):
        page = read_page(Asked(ACTOR, after), told)
        pages.append(page.members)
        after = page.newest
        if not page.is_cut:
            return pages
    raise AssertionError("the pages never end")


def test_a_section_with_more_to_tell_holds_the_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    pages = walk(section_of("visits", [1, 2, 3, 5]), section_of("pairings", [2, 4, 6], [3, 6]))
    assert [page["visits"] for page in pages] == [[1, 2], [3, 5], []]
    assert [page["pairings"] for page in pages] == [[2], [4], [6]]
    assert [page["no_pairings"] for page in pages] == [[], [3], [6]]


def test_one_change_is_never_cut_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    pages = walk(section_of("visits", [1, 7, 7, 7, 8]), section_of("events", [7, 7]))
    assert [page["visits"] for page in pages] == [[1, 7, 7, 7], [8]]
    assert [page["events"] for page in pages] == [[7, 7], []]


def test_what_was_removed_moves_the_cursor_too() -> None:
    page = read_page(Asked(ACTOR, 4), [section_of("visits", [], [9])])
    assert (page.newest, page.is_cut) == (9, False)
    assert read_page(Asked(ACTOR, 9), [section_of("visits", [9], [9])]).newest == 9


def test_two_sections_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "changing", {})
    first = section_of("visits", [])
    sections.add_changing("visits", first)
    sections.add_changing("visits", first)
    with pytest.raises(ValueError, match="two sections"):
        sections.add_changing("visits", section_of("visits", []))
