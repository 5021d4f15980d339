"""The desk by what it shows, in a browser of its own."""

from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from tests.e2e.ledger import Ledger, bare
from tests.e2e.server import PASSWORD


@dataclass(frozen=True)
class Desk:
    """One person at the desk."""

    page: Page
    base_url: str

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(f"{self.base_url}/{path}")

    def sign_in(self, username: str = "office1") -> None:
        """Sign in and wait for the day's work."""
        self.go("sign-in")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url("**/today")

    def confirm_phones(self) -> None:
        """Say of every new phone that its holder confirmed it, so that one reviewer is enough."""
        self.go("today")
        waiting = self.page.get_by_role("button", name="本人已确认")
        for left in range(waiting.count(), 0, -1):
            waiting.first.click()
            expect(waiting).to_have_count(left - 1)

    def open_case(self, ledger: Ledger, visit_id: str) -> None:
        """Open the review of the newest result of a visit, with its picture prepared."""
        self.go(f"review/{result_of(ledger, visit_id)}")
        expect(self.picture()).to_be_visible()

    def picture(self) -> Locator:
        """The large picture or video of the case."""
        shown = ".case-picture .frame:not([hidden])"
        return self.page.locator(f"{shown} img, {shown} video").first

    def look(self) -> None:
        """Wait until the case has been on the screen long enough to be decided."""
        expect(self.page.locator(".review[data-seen='1']")).to_be_visible()

    def accept(self) -> None:
        """Say that the code was seen, and accept."""
        self.look()
        self.page.get_by_label("看到或听到了").check()
        self.page.get_by_role("button", name="通过").click()
        expect(self.page.get_by_text("已通过。")).to_be_visible()

    def give_back(self, words: str) -> None:
        """Return the case to the worker with words."""
        self.look()
        self.page.locator("input[name=code_seen][value='0']").check()
        self.page.get_by_text("给走访人员的话").click()
        self.page.get_by_role("textbox", name="其他要说的话").fill(words)
        self.page.get_by_role("button", name="退回").click()
        expect(self.page.get_by_text("已退回")).to_be_visible()

    def ask_again(self) -> None:
        """Ask for another visit by one key, without a word."""
        self.look()
        expect(self.page.get_by_label("键盘快捷键")).to_be_visible()
        self.page.keyboard.press("v")
        expect(self.page.get_by_text("已要求再访一次")).to_be_visible()


def result_of(ledger: Ledger, visit_id: str) -> UUID:
    """Return the id of the newest result of a visit."""
    query = "SELECT id FROM result WHERE visit_id = ? ORDER BY received_at DESC"
    return UUID(ledger.rows(query, [bare(visit_id)])[0]["id"])
