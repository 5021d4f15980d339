"""Freezes the page at the n-th step of its writing, so that it can be killed just there."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage

from tests.e2e.phone import Phone

SIGNAL = "anzai-frozen "

# Each write passes three points: before it is asked for, after it, and when its transaction is
# complete but nobody has been told yet. A page that stands still at one of them neither writes
# nor commits any more; what the database then holds is what a kill at that moment leaves.
TAP = """(() => {
  const tap = { count: 0, freezeAt: Infinity, log: [], saves: 0 };
  globalThis.__tap = tap;
  const pass = where => {
    tap.count += 1;
    tap.log.push(where);
    if (tap.count !== tap.freezeAt) return;
    console.log(`anzai-frozen ${tap.saves} ${where}`);
    for (;;);
  };
  for (const name of ["put", "add", "delete"]) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...given) {
      pass(`before ${this.name}.${name}`);
      const asked = real.apply(this, given);
      pass(`after ${this.name}.${name}`);
      return asked;
    };
  }
  const open = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...given) {
    const transaction = open.apply(this, given);
    if (transaction.mode === "readwrite") {
      const stores = [...transaction.objectStoreNames].join("+");
      transaction.addEventListener("complete", () => {
        tap.saves += stores.includes("captures") ? 1 : 0;
        pass(`complete ${stores}`);
      });
    }
    return transaction;
  };
})();"""

PRESS_SOON = "selector => void setTimeout(() => document.querySelector(selector).click())"
FREEZE = "step => { __tap.freezeAt = __tap.count + step; __tap.saves = 0; }"


@dataclass(frozen=True)
class Frozen:
    """Where a page stood still, and how many captures it had wholly written by then."""

    where: str
    saves: int


@dataclass
class Tap:
    """The tap of one phone; it stays in place over kills."""

    phone: Phone
    frozen: list[Frozen] = field(default_factory=list)

    def install(self) -> None:
        """Put the tap into every page that the phone opens from now on."""
        self.phone.init_scripts.append(TAP)

    def listen(self) -> None:
        """Hear when the page freezes; to be called after each start of the browser."""
        self.frozen.clear()
        self.phone.page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(SIGNAL):
            saves, _, where = message.text.removeprefix(SIGNAL).partition(" ")
            self.frozen.append(Frozen(where, int(saves)))

    def count(self) -> int:
        """How many points the page has passed."""
        return int(self.phone.page.evaluate("__tap.count"))

    def log(self) -> list[str]:
        """The points that the page has passed, in their order."""
        passed: list[str] = self.phone.page.evaluate("__tap.log")
        return passed

    def freeze_after(self, step: int, selector: str) -> None:
        """Freeze at the point that comes `step` points after a button is pressed."""
        self.freeze_at(step)
        self.phone.page.evaluate(PRESS_SOON, selector)

    def freeze_at(self, step: int) -> None:
        """Freeze at the point that comes `step` points from now, the first being 1."""
        self.phone.page.evaluate(FREEZE, step)

    def wait_and_kill(self) -> Frozen:
        """Wait until the page stands still, kill the browser, and say where that was."""
        self.phone.wait_for(lambda: bool(self.frozen), "the page to freeze")
        frozen = self.frozen[0]
        self.phone.kill()
        return frozen
