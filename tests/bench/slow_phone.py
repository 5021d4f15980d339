"""A cheap phone: the tests' browser with its processor slowed four times."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import CDPSession, Page, Playwright, sync_playwright

from tests.e2e import browsers
from tests.e2e.phone import WAIT_MS, Phone

CPU_SLOWDOWN = 4
PATIENCE_MS = 3 * WAIT_MS

# Notes the milliseconds since the start of the navigation at which a first match is in the page.
WATCH = """selector => {
  const look = () => {
    if (window.benchSeenAt || !document.querySelector(selector)) return;
    window.benchSeenAt = performance.now();
  };
  new MutationObserver(look).observe(document, {childList: true, subtree: true, attributes: true});
}"""


@dataclass
class SlowPhone(Phone):
    """A phone that starts with further flags and can be slowed down."""

    flags: Sequence[str] = ()
    session: CDPSession | None = field(default=None, init=False)

    def launch(self) -> Page:
        """Start the browser, without going anywhere."""
        self.profile.mkdir(parents=True, exist_ok=True)
        self.held = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=browsers.chromium_binary(), headless=True,
            args=[*browsers.CHROMIUM_FLAGS, *self.flags],
            permissions=["geolocation", "camera", "microphone"], **browsers.PHONE,
        )  # fmt: skip
        self.held.set_default_timeout(PATIENCE_MS)
        page = self.held.pages[0] if self.held.pages else self.held.new_page()
        self.session = self.held.new_cdp_session(page)
        return page

    @property
    def devtools(self) -> CDPSession:
        """The first tab's session with the browser's own tools."""
        assert self.session is not None
        return self.session

    def slow_down(self) -> None:
        """Let the tab's thread run at a quarter of its speed from now on."""
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})

    def seconds_until(self, selector: str, path: str = "/app/") -> float:
        """Open `path` and return the seconds from the navigation until `selector` matches."""
        self.page.add_init_script(f"({WATCH})({selector!r})")
        self.page.goto(self.base_url + path, wait_until="commit")
        self.page.wait_for_function("() => window.benchSeenAt > 0")
        return float(self.page.evaluate("() => window.benchSeenAt")) / 1e3


@contextmanager
def slow_phone(profile: Path, url: str, flags: Sequence[str] = ()) -> Iterator[SlowPhone]:
    """Give a phone with the browser started, not slowed yet; its storage lies in `profile`."""
    with sync_playwright() as playwright:
        phone = _phone(playwright, profile, url, flags)
        try:
            phone.launch()
            yield phone
        finally:
            phone.close()


def _phone(playwright: Playwright, profile: Path, url: str, flags: Sequence[str]) -> SlowPhone:
    return SlowPhone(playwright, profile, url, flags=flags)
