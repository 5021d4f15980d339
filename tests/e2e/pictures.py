"""Makes the README's pictures from a running demo city: `python -m tests.e2e.pictures`.

Every picture is taken in both languages. In front of the camera stands an invented person who
holds up the very digits that the phone asks for.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.e2e import browsers
from tests.e2e.cities import make_template, served_copy
from tests.e2e.desk import Desk
from tests.e2e.film import write_portrait
from tests.e2e.looks import Look, step_to
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import PASSWORD, ROOT, LiveServer

PICTURES = ROOT / "docs" / "pictures"
ROSTER = ROOT / "tests/integration/roster/data/roster-sample.xlsx"
LARGEST, ALL_TOGETHER = 300_000, 1_000_000
COLOURS = (256, 128, 64, 32)
LANGUAGES = {"zh": "", "en": "-en"}
AT_REST = """() => document.fonts.status === 'loaded' && document.querySelector('h1')
  && ![...document.images].some(each => !each.complete)"""
# The phone neither fetches nor sends, and has nothing left to send.
QUIET = """() => !/更新中|Refreshing|正在上传|Uploading|等待上传|Waiting/
  .test(document.body.innerText)"""


def main() -> None:
    """Serve a demo city, walk through it, and keep what a reader should see."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="anzai-pictures-") as folder, running(folder) as (
        playwright, server,
    ):  # fmt: skip
        picture_phone(playwright, server, Path(folder))
        picture_desk(playwright, server)
    sizes = {path: path.stat().st_size for path in sorted(PICTURES.glob("*.png"))}
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)} {size // 1000} kB")
    assert sum(sizes.values()) < ALL_TOGETHER, "the pictures are too large together"


@contextmanager
def running(folder: str) -> Iterator[tuple[Playwright, LiveServer]]:
    """Give a browser driver and a served demo city."""
    template = make_template(Path(folder) / "template")
    with sync_playwright() as playwright, served_copy(template, Path(folder) / "data") as server:
        yield playwright, server


def picture_phone(playwright: Playwright, server: LiveServer, folder: Path) -> None:
    """Walk one visit on the phone and picture its screens."""
    profile = folder / "profile"
    capture, code = first_look(Phone(playwright, profile, server.url))
    film = folder / "film.y4m"
    write_portrait(film, code)
    flags = [f"--use-file-for-fake-video-capture={film}"]
    phone = Phone(playwright, profile, server.url, changes={"args": flags})
    phone.open(capture)
    screens = Screens(phone)
    keep_both(phone, "phone-capture", partial(step_to_finder, phone.page, capture))
    screens.take_photo()
    screens.press("下一步")
    screens.press("下一步")
    screens.expect_question("核对了什么证件？")
    question = urlsplit(phone.page.url).path
    screens.open_outbox()
    phone.wait_for(lambda: "verified" in set(phone.states().values()), "the receipt")
    visit_id = another_visit(screens)
    for name, path in (
        ("result", question), ("outbox", "/app/outbox"), ("today", "/app/"),
        ("visit", f"/app/visits/{visit_id}"),
    ):  # fmt: skip
        keep_both(phone, f"phone-{name}", partial(step_to, phone.page, path))
    phone.close()


def first_look(phone: Phone) -> tuple[str, str]:
    """Enrol, go to the first visit's viewfinder; return its address and the digits there."""
    screens = Screens(phone)
    screens.enrol()
    screens.open_capture()
    screens.ready_shutter("拍照")
    code = phone.page.locator(".challenge__code").inner_text()
    address = urlsplit(phone.page.url).path
    phone.close()
    return address, code.replace(" ", "")


def another_visit(screens: Screens) -> str:
    """Open a visit that nobody has begun; return its id."""
    screens.go("")
    return screens.open_visit(2)


def step_to_finder(page: Page, path: str) -> None:
    """Open the viewfinder and wait for its picture and for the place."""
    page.goto(urlsplit(page.url)._replace(path=path).geturl())
    page.wait_for_function("() => document.querySelector('video.finder__view')?.videoWidth > 0")
    expect(page.locator(".finder__place")).to_contain_text("12")


def keep_both(phone: Phone, name: str, go: Callable[[], object]) -> None:
    """Keep a screen in English and in Chinese; the phone stays Chinese."""
    for language, ending in reversed(LANGUAGES.items()):
        spoken = "en" if language == "en" else "zh-Hans"
        Look(spoken, "normal").put_on(phone.page, f"{phone.base_url}/app/settings")
        go()
        phone.page.wait_for_function(QUIET)
        keep(phone.page, f"{name}{ending}")


def picture_desk(playwright: Playwright, server: LiveServer) -> None:
    """Sit down at the desk and picture its pages."""
    browser = browsers.desk_browser(playwright)
    for language, ending in LANGUAGES.items():
        context = browser.new_context(locale="zh-CN" if language == "zh" else "en-GB",
                                      viewport={"width": 1280, "height": 800})  # fmt: skip
        context.add_cookies([{"name": "anzai_lang", "value": language, "url": server.url}])
        desk = Desk(context.new_page(), server.url)
        sign_in(desk, "office1")
        desk.go("review?outcome=eligible&flagged=1")
        desk.page.locator("th a.main").first.click()
        expect(desk.picture()).to_be_visible()
        keep(desk.page, f"desk-review{ending}")
        desk.go("map")
        expect(desk.page.locator(".map-good, .map-far").first).to_be_visible()
        keep(desk.page, f"desk-map{ending}")
        desk.go("visits")
        keep(desk.page, f"desk-visits{ending}")
        context.clear_cookies(name="session")
        sign_in(desk, "city1")
        keep_import(desk, f"desk-import{ending}")
        context.close()
    browser.close()


def sign_in(desk: Desk, username: str) -> None:
    """Sign in by the fields' names, which are the same in both languages."""
    desk.go("sign-in")
    desk.page.locator("input[name=username]").fill(username)
    desk.page.locator("input[name=password]").fill(PASSWORD)
    desk.page.locator("form button.button-main").click()
    desk.page.wait_for_url("**/today")


def keep_import(desk: Desk, name: str) -> None:
    """Try the sample workbook, keep the report, and let it be."""
    desk.go("roster/imports")
    desk.page.locator("input[type=file]").set_input_files(ROSTER)
    desk.page.locator("form.upload button.button-main").click()
    confirmation = desk.page.locator("form[action$='/confirmation']")
    expect(confirmation).to_be_visible(timeout=60_000)
    keep(desk.page, name)
    desk.page.locator("form[action$='/withdrawal'] button").click()
    desk.page.wait_for_load_state("networkidle")


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page, with as many colours as fit into a small file."""
    path = PICTURES / f"{name}.png"
    page.wait_for_function(AT_REST)
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as opened:
        full = opened.convert("RGB")
    for colours in COLOURS:
        full.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise AssertionError(f"{name} is too large")


if __name__ == "__main__":
    main()
