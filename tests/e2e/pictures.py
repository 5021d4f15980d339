"""Makes the README's pictures from a running demo city: `python -m tests.e2e.pictures`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.e2e import browsers
from tests.e2e.cities import make_template, served_copy
from tests.e2e.desk import Desk
from tests.e2e.looks import Look, step_to
from tests.e2e.pages import Screens
from tests.e2e.phone import Phone
from tests.e2e.server import ROOT, LiveServer

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 200_000
COLOURS = 128


def main() -> None:
    """Serve a demo city, walk through it, and keep what a reader should see."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="anzai-pictures-") as folder, running(folder) as (
        playwright, server,
    ):  # fmt: skip
        picture_phone(playwright, server, Path(folder) / "profile")
        picture_desk(playwright, server)
    for path in sorted(PICTURES.glob("*.png")):
        print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB")


@contextmanager
def running(folder: str) -> Iterator[tuple[Playwright, LiveServer]]:
    """Give a browser driver and a served demo city."""
    template = make_template(Path(folder) / "template")
    with sync_playwright() as playwright, served_copy(template, Path(folder) / "data") as server:
        yield playwright, server


def picture_phone(playwright: Playwright, server: LiveServer, profile: Path) -> None:
    """Walk one visit on the phone and picture its screens."""
    phone = Phone(playwright, profile, server.url)
    screens = Screens(phone)
    screens.enrol()
    keep(phone.page, "phone-today")
    visit_id = screens.open_visit()
    keep(phone.page, "phone-visit")
    screens.begin()
    screens.answer_met_at_home()
    screens.press("拍照", exact=True)
    screens.ready_shutter("拍照")
    keep(phone.page, "phone-capture")
    screens.take_photo()
    keep(phone.page, "phone-kept")
    screens.press("下一步")
    screens.press("下一步")
    screens.expect_question("核对了什么证件？")
    keep(phone.page, "phone-result")
    screens.open_outbox()
    keep(phone.page, "phone-outbox")
    Look("en", "normal").put_on(phone.page, f"{server.url}/app/settings")
    for name, path in (("today", ""), ("visit", f"visits/{visit_id}"), ("outbox", "outbox")):
        step_to(phone.page, f"/app/{path}")
        keep(phone.page, f"phone-{name}-en")
    phone.close()


DESK = (("today", "today"), ("visits", "visits"), ("archive", "archive"), ("map", "map"),
        ("import", "imports"))  # fmt: skip


def picture_desk(playwright: Playwright, server: LiveServer) -> None:
    """Sit down at the desk and picture its pages."""
    browser = browsers.desk_browser(playwright)
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    desk = Desk(context.new_page(), server.url)
    desk.sign_in("office1")
    for name, path in DESK:
        desk.go(path)
        keep(desk.page, f"desk-{name}")
    desk.go("review")
    desk.page.get_by_role("link", name="从第一个开始").click()
    desk.page.wait_for_load_state("networkidle")
    keep(desk.page, "desk-review")
    browser.close()


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page, with as many colours as fit into a small file."""
    path = PICTURES / f"{name}.png"
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    colours = COLOURS
    while colours >= 16:
        with Image.open(path) as opened:
            small = opened.convert("RGB").quantize(colours)
        small.save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
        colours //= 2


if __name__ == "__main__":
    main()
