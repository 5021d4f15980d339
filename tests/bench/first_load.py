"""Compressed script and style that the browser fetches on its way to the sign-in screen."""

from typing import Any

from tests.bench.figure import Figure
from tests.bench.slow_phone import slow_phone
from tests.bench.stage import prepared

TYPES = {"Script", "Stylesheet"}
SIGN_IN = "input[type=password]"


def measure() -> list[Figure]:
    """Return the bytes on the wire, heads included, of the page's scripts and styles."""
    with (
        prepared("first-load", people=100) as server,
        slow_phone(server.data_dir / "phone", "") as phone,
    ):
        server.start()
        phone.base_url = server.url
        loads = Loads()
        loads.watch(phone.devtools)
        phone.seconds_until(SIGN_IN)
        phone.page.wait_for_load_state("networkidle")
    if any("leaflet" in name for name in loads.sizes):
        raise RuntimeError("the map was loaded before anybody signed in")
    note = ", ".join(f"{name} {size / 1e3:.1f}" for name, size in loads.sizes.items())
    return [Figure("first load, script and style", sum(loads.sizes.values()) / 1e3, "kB", 90, note)]


class Loads:
    """What the tab fetched, by name, in bytes on the wire."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.sizes: dict[str, float] = {}

    def watch(self, devtools: Any) -> None:
        """Begin to count."""
        devtools.on("Network.responseReceived", self._note)
        devtools.on("Network.loadingFinished", self._count)
        devtools.send("Network.enable")

    def _note(self, event: dict[str, Any]) -> None:
        if event["type"] in TYPES:
            self.names[event["requestId"]] = event["response"]["url"].rpartition("/")[2]

    def _count(self, event: dict[str, Any]) -> None:
        name = self.names.get(event["requestId"])
        if name:
            self.sizes[name] = event["encodedDataLength"]
