"""The phone's screens by what they show: roles and labels, in Chinese as delivered."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Locator, Page, Response, expect

from tests.e2e.phone import WAIT_MS, Phone
from tests.e2e.server import PASSWORD

LONGEST_MS = 600_000
PACE_MS = 100

# What a card says of a visit that somebody has begun, tried or given back.
ALREADY = re.compile("退回|走访过|未填完")


def outbox_of(phone: Phone) -> list[tuple[str, ...]]:
    """What lies in the outbox, and how far each thing is."""
    names = ("item_id", "state", "sent_bytes", "tries", "next_at", "upload_url", "error")
    return [tuple(str(row[name]) for name in names) for row in phone.stores("outbox")["outbox"]]


def arrived_of(phone: Phone) -> list[tuple[str, str, str]]:
    """What the office has of each thing; tries that led nowhere change nothing here."""
    waiting = {"saved", "queued", "sending"}
    rows = phone.stores("outbox")["outbox"]
    return [
        (row["item_id"], "" if row["state"] in waiting else row["state"], str(row["sent_bytes"]))
        for row in rows
    ]


def wait_while_moving(phone: Phone, is_done: Callable[[], bool], patience_ms: int) -> None:
    """Wait for something for as long as work arrives, or the office answers to it well."""
    ended: list[str] = []
    good: list[Response] = []

    def note(answer: Response) -> None:
        if "/api/v1/" in answer.url:
            place = answer.url.split("/api/v1/")[1]
            ended.append(f"{answer.request.method} {place} {answer.status}")
            if answer.status < HTTPStatus.BAD_REQUEST:
                good.append(answer)

    phone.context.on("response", note)
    seen: tuple[object, int] = ((), -1)
    still = 0
    try:
        for _ in range(LONGEST_MS // PACE_MS):
            if is_done():
                return
            now = (arrived_of(phone), len(good))
            still = still + PACE_MS if now == seen else 0
            seen = now
            if still > patience_ms:
                break
            phone.page.wait_for_timeout(PACE_MS)
    finally:
        phone.context.remove_listener("response", note)
    raise AssertionError(f"nothing moves any more: {outbox_of(phone)}, after {ended[-12:]}")


@dataclass(frozen=True)
class Screens:
    """The app on one phone."""

    phone: Phone

    @property
    def page(self) -> Page:
        """The tab in which the app is looked at."""
        return self.phone.page

    def button(self, name: str, *, exact: bool = False) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button by its words."""
        self.button(name, exact=exact).click()

    def sign_in(self, username: str = "worker1", password: str = PASSWORD) -> None:
        """Fill in the form and wait for the list of visits."""
        self.fill_sign_in(username, password)
        expect(self.cards().first).to_be_visible()

    def enrol(self, username: str = "worker1") -> None:
        """Open the app, sign in, and have everything that days without signal need."""
        self.phone.open()
        self.sign_in(username)
        self.phone.wait_for_worker()
        self.phone.wait_for(lambda: bool(self.phone.stores("tickets")["tickets"]), "tickets")

    def fill_sign_in(self, username: str, password: str) -> None:
        """Fill in and send the form."""
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.press("登录")

    def sign_out(self) -> None:
        """Sign out in the settings."""
        self.go("settings")
        self.press("退出登录")
        dialog = self.page.get_by_role("dialog", name="要退出登录吗？")
        dialog.get_by_role("button", name="退出登录").click()
        expect(self.page.get_by_label("密码")).to_be_visible()

    def name_of(self, visit_id: str) -> str:
        """The name on a visit's screen."""
        self.go(f"visits/{visit_id}")
        expect(self.page.get_by_text("住址").first).to_be_visible()
        return self.page.get_by_role("heading", level=1).inner_text()

    # Today

    def cards(self) -> Locator:
        """The visits that the list shows."""
        return self.page.get_by_role("list", name="走访名单").get_by_role("link")

    def open_visit(self, number: int = 0) -> str:
        """Open a visit of today's list to which nobody has been yet; return its id."""
        self.cards().filter(has_not_text=ALREADY).nth(number).click()
        expect(self.page.get_by_text("住址").first).to_be_visible()
        return self.visit_id()

    def visit_id(self) -> str:
        """The id of the visit whose screen is open."""
        return self.page.url.split("/app/visits/")[1].split("/")[0]

    def go(self, path: str) -> None:
        """Go to a screen of the app by its address, loading it anew."""
        self.page.goto(f"{self.phone.base_url}/app/{path}")

    def tab(self, name: str) -> None:
        """Use the bar at the bottom."""
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()

    def begin(self) -> None:
        """Start or continue the visit and wait for its first question."""
        self.page.get_by_role("button", name=re.compile("^(开始|继续)走访$")).click()
        expect(self.question()).to_be_visible()

    def open_capture(self, number: int = 0) -> str:
        """From today's list: open a visit, say that the person is at home, and ask for a photo."""
        visit_id = self.open_visit(number)
        self.begin()
        self.answer_met_at_home()
        self.press("拍照", exact=True)
        return visit_id

    # Capture

    def shutter(self, name: str) -> Locator:
        """The large button of the viewfinder, once the camera is open."""
        return self.page.locator("button.shutter").and_(self.button(name, exact=True))

    def take_photo(self) -> None:
        """Press the shutter and wait for the stamp."""
        self.ready_shutter("拍照").click()
        if self.phone.engine == "firefox":
            # Its invented camera shows one plain colour, which the app rightly doubts.
            self.press("就用这个")
        self.expect_kept()

    def ready_shutter(self, name: str) -> Locator:
        """The shutter when a picture is in the viewfinder."""
        self.page.wait_for_function(
            "() => document.querySelector('video.finder__view')?.videoWidth > 0"
        )
        expect(self.shutter(name)).to_be_enabled()
        return self.shutter(name)

    def record_video(self, seconds: int = 6) -> None:
        """Record a video of at least so many seconds and wait for the stamp."""
        self.ready_shutter("开始录像").click()
        expect(self.page.get_by_role("timer")).to_contain_text(f"00:{seconds:02d}")
        self.shutter("停止录像").click()
        self.expect_kept()

    def expect_kept(self) -> None:
        """The picture is on this phone: the stamp says so."""
        stamp = self.page.get_by_role("status").filter(has_text="已存")
        expect(stamp.first).to_be_visible()
        expect(self.button("下一步")).to_be_visible()

    def pick_file(self, path: Path) -> None:
        """Hand over a file where the camera cannot be opened, as the phone's camera app does."""
        expect(self.page.get_by_role("button", name="重试")).to_be_visible()
        self.page.locator("input[type=file]").set_input_files(path)

    # Result

    def question(self) -> Locator:
        """The one question of the screen."""
        return self.page.locator("h2.question")

    def expect_question(self, words: str) -> None:
        """Wait for a question."""
        expect(self.question()).to_have_text(words)

    def answer_met_at_home(self) -> None:
        """Say that the person was met at home; the pictures come next."""
        self.expect_question("见到本人了吗？")
        self.press("见到了，在家")
        self.expect_question("请给本人拍照")

    def answer_identity(self) -> None:
        """Say which document was seen."""
        self.expect_question("核对了什么证件？")
        self.press("身份证")
        self.press("下一步")

    def answer_contact(self) -> None:
        """Say that address and phone still hold."""
        self.expect_question("住址和电话还对吗？")
        self.press("都对")

    def answer_note(self, words: str = "") -> None:
        """Add a few words, or none."""
        self.expect_question("还有要说的吗？")
        if words:
            self.page.get_by_label("补充说明").fill(words)
        self.press("下一步")

    def confirm(self) -> None:
        """Look once more and keep the result."""
        self.expect_question("请核对一遍")
        self.press("确认并保存")
        self.expect_today()

    def leave_visit(self) -> None:
        """Go back, screen by screen, to today's list; the visit stays begun."""
        while not self.page.url.endswith("/app/"):
            here = self.page.url
            self.press("返回")
            self.page.wait_for_url(lambda url, here=here: url != here)
        self.expect_today()

    def expect_today(self) -> None:
        """Wait for today's list."""
        expect(self.page.get_by_role("searchbox", name="搜索")).to_be_visible()

    def photo_of_person(self) -> None:
        """From the question of the pictures: take one photo, or one more, and come back."""
        self.page.get_by_role("button", name=re.compile("^(拍照|再拍一张)$")).click()
        self.take_photo()
        self.press("下一步")
        self.expect_question("请给本人拍照")

    def report_eligible(self, *, video: bool = False, note: str = "") -> None:
        """From the visit's screen to a kept result: met at home, photo, perhaps a video."""
        self.begin()
        self.answer_met_at_home()
        self.photo_of_person()
        if video:
            self.video_of_person()
        self.press("下一步")
        self.answer_identity()
        self.answer_contact()
        self.answer_note(note)
        self.confirm()

    def video_of_person(self, seconds: int = 6) -> None:
        """From the question of the pictures: record a short video and come back."""
        self.press("录短视频")
        self.record_video(seconds)
        self.press("下一步")
        self.expect_question("请给本人拍照")

    # Uploads

    def open_outbox(self) -> None:
        """Open the list of what waits and what has arrived."""
        self.go("outbox")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("上传")

    def lines(self) -> Locator:
        """The lines of the outbox, one for each thing."""
        return self.page.locator("li.line")

    def sync_now(self) -> None:
        """Ask the office now for whatever is new, as the list's own button does."""
        self.go("")
        self.expect_today()
        self.press("更新")
        self.open_outbox()

    def upload_now(self) -> None:
        """Ask for an upload, if the button is there and nothing runs already."""
        button = self.button("现在上传")
        if button.is_visible() and button.is_enabled():
            button.click()

    def expect_all_sent(self, patience_ms: int = 3 * WAIT_MS) -> None:
        """Wait until nothing is left on this phone and every receipt is verified.

        A slow machine is waited for as long as the phone moves on; a phone on which nothing has
        stirred for `patience_ms` is stuck, and then it is said what lies there.
        """
        wait_while_moving(self.phone, self.is_all_sent, patience_ms)

    def is_all_sent(self) -> bool:
        """Whether nothing is unsent and every file's receipt has been verified."""
        items = self.phone.stores("outbox")["outbox"]
        media = {row["state"] for row in items if row["type"] == "media"}
        others = {row["state"] for row in items if row["type"] != "media"}
        return media <= {"verified", "accepted", "returned"} and not others & {
            "saved", "queued", "sending", "refused",
        }  # fmt: skip
