"""A phone of the tests: a browser with storage of its own, to be closed, killed and opened."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.e2e import browsers

WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)
Open = Callable[[Playwright, Path], BrowserContext]

# Reads whole stores of the app's own database, which the page has open anyway.
READ_STORES = """names => new Promise((resolve, reject) => {
  const asked = indexedDB.open("anzai");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const database = asked.result;
    const found = {};
    if (names.some(name => !database.objectStoreNames.contains(name))) {
      database.close();
      return resolve(Object.fromEntries(names.map(name => [name, []])));
    }
    const transaction = database.transaction(names);
    for (const name of names) {
      const asked = transaction.objectStore(name).getAll();
      asked.onsuccess = () => (found[name] = asked.result);
    }
    transaction.oncomplete = () => { database.close(); resolve(found); };
  };
})"""

# For this phone the office is one of before, without deliveries: each thing goes by its own call.
WITHOUT_DELIVERIES = """(() => {
  const real = globalThis.fetch;
  const unknown = { status: 404, headers: { "Content-Type": "application/problem+json" } };
  globalThis.fetch = (path, ...more) => path === "/api/v1/deliveries"
    ? Promise.resolve(new Response('{"code": "not_found"}', unknown)) : real(path, ...more);
})();"""


@dataclass
class Phone:
    """One phone; `base_url` is where it believes the office to be."""

    playwright: Playwright
    profile: Path
    base_url: str
    changes: dict[str, Any] = field(default_factory=dict)
    engine: str = "chromium"
    init_scripts: list[str] = field(default_factory=list)
    offline: bool = False
    held: BrowserContext | None = None
    complaints: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        """The browser; it must be open."""
        assert self.held is not None
        return self.held

    @property
    def page(self) -> Page:
        """The first tab."""
        return self.context.pages[0]

    def launch(self) -> Page:
        """Start the browser, without going anywhere."""
        self.profile.mkdir(parents=True, exist_ok=True)
        if self.engine == "firefox":
            self.held = browsers.firefox_phone(self.playwright, self.profile)
        else:
            self.held = browsers.phone(self.playwright, self.profile, **self.changes)
        self.context.set_default_timeout(WAIT_MS)
        for script in self.init_scripts:
            self.context.add_init_script(script)
        if self.offline:
            self.context.set_offline(True)
        page = self.page if self.context.pages else self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def open(self, path: str = "/app/") -> Page:
        """Start the browser if need be and open the app."""
        page = self.page if self.held is not None else self.launch()
        page.goto(self.base_url + path)
        return page

    def go_offline(self) -> None:
        """Walk out of signal."""
        self.offline = True
        self.context.set_offline(True)

    def go_online(self) -> None:
        """Walk back into signal."""
        self.offline = False
        self.context.set_offline(False)

    def kill(self) -> None:
        """Kill the browser at once, as a dying phone does; its storage stays."""
        context = self.context
        browsers.kill_browser(self.profile)
        self.forget(context)

    def forget(self, context: BrowserContext) -> None:
        """Let go of a browser that is dead already, and wait until its processes are gone."""
        self.held = None
        with contextlib.suppress(Error):
            context.close()
        browsers.wait_for_end(self.profile)

    def close(self) -> None:
        """Close the browser politely."""
        if self.held is not None:
            self.forget(self.held)

    def stores(self, *names: str) -> dict[str, list[dict[str, Any]]]:
        """Return whole stores of the phone's database; bytes arrive as empty objects."""
        found: dict[str, list[dict[str, Any]]] = self.page.evaluate(READ_STORES, list(names))
        return found

    def states(self) -> dict[str, str]:
        """Return the state of sending of every item of the outbox."""
        return {row["item_id"]: row["state"] for row in self.stores("outbox")["outbox"]}

    def wait_for(
        self, condition: Callable[[], bool], what: str, patience_ms: int = WAIT_MS
    ) -> None:
        """Wait until something holds on the phone or at the server, looking again and again."""
        for _ in range(patience_ms // 50):
            if condition():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"waited in vain: {what}")

    def wait_for_worker(self) -> None:
        """Wait until the service worker holds the app's files and answers for this page."""
        self.page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
