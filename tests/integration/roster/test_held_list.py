"""A held row waits in one list until somebody decides on it, however many workbooks come since."""

from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.integration.desk.pages import Desk
from tests.integration.roster.desk_road import applied, checked, seated
from tests.integration.roster.workbooks import person, xlsx
from tests.unit.roster.town import HEAD
from webapp.access.rules import Role
from webapp.http import keyset

LIST = "/roster/held-rows"


def test_all_held_rows_are_listed_the_oldest_first_page_by_page(
    desk: Desk, app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "PAGE", 2)
    addresses = []
    for order in (1, 3, 5):
        rows = [HEAD, person(order, number=""), person(order + 1, number="")]
        path = xlsx(tmp_path / f"{order}.xlsx", {"名单": rows})
        addresses.append(applied(desk, path))
    checked(desk, xlsx(tmp_path / "试.xlsx", {"名单": [HEAD, person(9, number="")]}))

    assert LIST in desk.get("/roster/imports").links()
    assert LIST in desk.get("/today").links()
    shown, address = [], LIST
    while address:
        page = desk.get(address)
        assert "共 6 行" in page.text
        actions = [form.get("action", "") for form in page.all("form")]
        shown += [each for each in actions if "/rows/" in each]
        address = next((e.get("href") for e in page.all("a") if e.get("rel") == "next"), "") or ""
    assert shown == [f"{each}/rows/{position}" for each in addresses for position in (0, 1)]

    desk.post(f"{addresses[0]}/rows/0/decision", {"decision": "discard"})
    assert "共 5 行" in desk.get(LIST).text
    office = seated(app, "keyuan", Role.OFFICE_MANAGER, "科苑街道")
    assert "没有要决定的行" in office.get(LIST).text


def test_every_import_can_be_reached_page_by_page_the_newest_first(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "PAGE", 2)
    addresses = []
    for order in range(1, 6):
        path = xlsx(tmp_path / f"{order}.xlsx", {"名单": [HEAD, person(order)]})
        addresses.append(checked(desk, path))
    shown, address = [], "/roster/imports"
    while address:
        page = desk.get(address)
        shown += [each for each in page.links() if each in addresses]
        address = next((e.get("href") for e in page.all("a") if e.get("rel") == "next"), "") or ""
    assert shown == addresses[::-1]
