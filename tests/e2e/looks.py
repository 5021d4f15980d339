"""What every screen must keep to, whatever it shows: axe, no overflow, targets for a thumb."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.server import ROOT

RESULTS = ROOT / "test-results"
GRAVE = {"serious", "critical"}

# Everything that can be pressed and is seen, smaller than the wanted side; a text field may be
# as narrow as its words, and a link inside a sentence as low as its line.
SMALL_TARGETS = """side => {
  const pressed = "button, a[href], input:not([type=hidden]):not([type=file]), textarea, select";
  return [...document.querySelectorAll(pressed)].filter(each => {
    const box = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    if (box.width < 2 || box.height < 2 || style.visibility === "hidden") return false;
    return box.height < side - 0.5 || box.width < side - 0.5;
  }).map(each => {
    const box = each.getBoundingClientRect();
    const words = (each.getAttribute("aria-label") || each.textContent || each.name).trim();
    return `${words.slice(0, 24)} ${Math.round(box.width)}x${Math.round(box.height)}`;
  });
}"""

# How far the page is wider than the screen, and what sticks out.
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return [];
  const out = [...document.body.querySelectorAll("*")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => `${each.tagName}.${each.className}`.slice(0, 60));
  return [`${wide} px too wide`, ...out.slice(0, 5)];
}"""

STEP = "to => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }"


@dataclass(frozen=True)
class Look:
    """A language, a size of the text and a theme, as the settings keep them."""

    language: str
    text: str
    theme: str = "light"

    def put_on(self, page: Page, url: str) -> None:
        """Open the app with this look."""
        page.goto(url)
        page.evaluate(
            """([language, text, theme]) => {
              localStorage.setItem("anzai.language", language);
              localStorage.setItem("anzai.look", JSON.stringify({ text, theme }));
            }""",
            [self.language, self.text, self.theme],
        )
        page.reload()

    def __str__(self) -> str:
        return f"{self.language}-{self.text}" + ("-dark" if self.theme == "dark" else "")


def step_to(page: Page, path: str) -> None:
    """Go to a screen of the app without loading it anew, and wait until it shows something."""
    page.evaluate(STEP, path)
    page.wait_for_function(
        "() => document.querySelector('h1')?.textContent && !document.querySelector('.loading')"
    )


def grave_findings(page: Page) -> list[str]:
    """Run axe and return what is serious or critical, each with its first place."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]} {each['nodes'][0]['any'][:1]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]


def small_targets(page: Page, side: int) -> list[str]:
    """Return what is too small for a thumb."""
    found: list[str] = page.evaluate(SMALL_TARGETS, side)
    return found


def overflow(page: Page) -> list[str]:
    """Return what makes the page wider than the screen; empty when nothing does."""
    found: list[str] = page.evaluate(OVERFLOW)
    return found


def keep_picture(page: Page, group: str, name: str) -> None:
    """Keep a picture of the screen for people to look at."""
    folder: Path = RESULTS / group
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
