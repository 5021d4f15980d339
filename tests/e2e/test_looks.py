"""Every screen of the phone in both languages and all sizes of text; every page of the desk."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import MakePhone
from tests.e2e.desk import Desk, result_of
from tests.e2e.ledger import Ledger, bare
from tests.e2e.looks import (
    Look,
    grave_findings,
    keep_picture,
    overflow,
    small_targets,
    step_to,
)
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone

ZH, EN = "zh-Hans", "en"
LOOKS = [Look(ZH, "normal"), Look(ZH, "large"), Look(ZH, "double"), Look(EN, "normal"),
         Look(EN, "double"), Look(ZH, "normal", "dark")]  # fmt: skip
GONE = "00000000-0000-7000-8000-000000000000"
ELIGIBLE = ("met", "pictures", "identity", "contact", "note", "review")
SIDES = {"normal": 44, "large": 60, "double": 60}


def screens_of(done: str, begun: str, fresh: str) -> dict[str, str]:
    """Return the screens worth looking at, by name."""
    paths = {"today": "", "outbox": "outbox", "settings": "settings", "visit": f"visits/{fresh}",
             "visit-begun": f"visits/{begun}", "visit-done": f"visits/{done}",
             "gone": f"visits/{GONE}", "attempt": f"visits/{fresh}/attempt",
             "capture": f"visits/{begun}/capture/photo",
             "video": f"visits/{begun}/capture/video"}  # fmt: skip
    return paths | {f"result-{step}": f"visits/{begun}/result/{step}" for step in ELIGIBLE}


@pytest.fixture(scope="module")
def worked(make_module_phone: MakePhone) -> tuple[Phone, dict[str, str]]:
    """A phone in the middle of a day: one visit done, one begun, the rest to do."""
    phone = make_module_phone()
    screens = Screens(phone)
    screens.enrol()
    done = screens.open_visit()
    screens.report_eligible()
    begun = screens.open_visit()
    screens.begin()
    screens.answer_met_at_home()
    screens.photo_of_person()
    screens.leave_visit()
    fresh = screens.open_visit(1)
    return phone, screens_of(done, begun, fresh)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_screen_of_the_phone(worked: tuple[Phone, dict[str, str]], look: Look) -> None:
    phone, paths = worked
    look.put_on(phone.page, f"{phone.base_url}/app/settings")
    faults: dict[str, list[str]] = {}
    for name, path in paths.items():
        step_to(phone.page, f"/app/{path}")
        keep_picture(phone.page, f"phone-{look}", name)
        faults[name] = judge(phone.page, look)
    assert {name: found for name, found in faults.items() if found} == {}


def judge(page: Page, look: Look) -> list[str]:
    """Return everything that is wrong with the screen in this look."""
    found = [*overflow(page), *small_targets(page, SIDES[look.text])]
    if look.language == ZH and look.text != "double":
        found += grave_findings(page)
    return found


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_sign_in_screen(phone: Phone, look: Look) -> None:
    phone.open()
    look.put_on(phone.page, f"{phone.base_url}/app/")
    expect(phone.page.locator("input[type=password]")).to_be_visible()
    keep_picture(phone.page, f"phone-{look}", "sign-in")
    assert judge(phone.page, look) == []


DESK = {
    "office1": (
        "today",
        "visits",
        "visits/new",
        "review",
        "archive",
        "map",
        "password",
        "roster",
        "roster/imports",
    ),
    "admin": ("today", "accounts", "accounts/new", "areas"),
    "city1": ("today", "visits", "archive", "map"),
}


@pytest.mark.parametrize("username", DESK)
def test_every_page_of_the_desk(desk: Desk, username: str) -> None:
    desk.go("sign-in")
    faults = {"sign-in": grave_findings(desk.page)}
    desk.sign_in(username)
    for path in DESK[username]:
        desk.go(path)
        expect(desk.page.get_by_role("main")).to_be_visible()
        keep_picture(desk.page, f"desk-{username}", path.replace("/", "-"))
        faults[path] = [*grave_findings(desk.page), *overflow(desk.page)]
    assert {path: found for path, found in faults.items() if found} == {}


def test_the_pages_of_one_case(
    worked: tuple[Phone, dict[str, str]], desk: Desk, ledger: Ledger
) -> None:
    phone, paths = worked
    visit_id = paths["visit-done"].split("/")[1]
    where = f"visit_id = '{bare(visit_id)}'"
    phone.wait_for(lambda: ledger.count("result", where) == 1, "the result at the office")
    desk.sign_in("office1")
    desk.open_case(ledger, visit_id)
    result_id = result_of(ledger, visit_id)
    person = desk.page.get_by_role("link", name="个人档案").get_attribute("href") or ""
    faults = {}
    for language in ("中文", "English"):
        desk.page.get_by_role("button", name=language).click()
        for name, path in (
            ("review", f"review/{result_id}"),
            ("archived", f"archive/{result_id}"),
            ("person", person[1:]),
            ("visit", f"visits/{visit_id}"),
        ):
            desk.go(path)
            keep_picture(desk.page, "desk-office1", f"one-{name}-{language}")
            faults[name, language] = [*grave_findings(desk.page), *overflow(desk.page)]
    assert {name: found for name, found in faults.items() if found} == {}
