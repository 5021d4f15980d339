"""Starts Debian's Chromium and Firefox ESR as phones; the only place that knows their flags."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.services.processes import install

FAKE_CONSENT = "--use-fake-ui-for-media-stream"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--use-fake-device-for-media-stream", FAKE_CONSENT,
]  # fmt: skip
FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True, "media.navigator.permission.disabled": True,
    "dom.storage.enabled": True,
}  # fmt: skip
END_SECONDS = 10
HOME = {"latitude": 36.805, "longitude": 118.047, "accuracy": 12}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640}, "device_scale_factor": 2, "is_mobile": True,
    "has_touch": True, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "geolocation": HOME,
}  # fmt: skip


def chromium_binary() -> str | None:
    """Return Debian's Chromium, installed when root; None means Playwright's own."""
    direct = Path("/usr/lib/chromium/chromium")
    if not direct.exists() and not shutil.which("chromium") and os.geteuid() == 0:
        install(["chromium", "fonts-noto-cjk"], "No Chromium was found")
    return str(direct) if direct.exists() else shutil.which("chromium")


def firefox_binary() -> str | None:
    """Return Firefox ESR, installed when root on Debian."""
    if not shutil.which("firefox-esr") and os.geteuid() == 0:
        install(["firefox-esr"], "No Firefox was found")
    return shutil.which("firefox-esr")


def phone(
    playwright: Playwright, profile: Path, *, refused: Collection[str] = (), **changes: Any
) -> BrowserContext:
    """Open a phone whose storage lives in `profile` and survives its death.

    `refused` names permissions that its owner does not give: camera, geolocation.
    """
    flags = [flag for flag in CHROMIUM_FLAGS if not ("camera" in refused and flag == FAKE_CONSENT)]
    flags += changes.pop("args", [])
    wanted = {"geolocation", "camera", "microphone"} - set(refused)
    return playwright.chromium.launch_persistent_context(
        str(profile), executable_path=chromium_binary(), headless=True, args=flags,
        permissions=sorted(wanted), **(PHONE | changes),
    )  # fmt: skip


def desk_browser(playwright: Playwright) -> Browser:
    """Open a Chromium for people at a desk."""
    return playwright.chromium.launch(
        executable_path=chromium_binary(), headless=True, args=CHROMIUM_FLAGS
    )


def firefox_phone(playwright: Playwright, profile: Path) -> BrowserContext:
    """Open Firefox ESR as a phone; it knows neither `is_mobile` nor camera permissions."""
    for name in ("lock", ".parentlock"):
        (profile / name).unlink(missing_ok=True)
    options = {key: PHONE[key] for key in ("viewport", "locale", "timezone_id", "geolocation")}
    return playwright.firefox.launch_persistent_context(
        str(profile), channel="moz-firefox", executable_path=firefox_binary(), headless=True,
        firefox_user_prefs=FIREFOX_PREFERENCES, permissions=["geolocation"], **options,
    )  # fmt: skip


def pids_of_profile(profile: Path) -> list[int]:
    """Return the browser processes that use `profile`, the main one first."""
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)
    return [
        int(line.split(None, 1)[0])
        for line in listing.stdout.splitlines()
        if str(profile) in line and "--type=" not in line and "playwright" not in line
    ]


def kill_browser(profile: Path) -> None:
    """Kill the browser of `profile` at once (SIGKILL), as a dying phone does."""
    for pid in pids_of_profile(profile):
        os.kill(pid, signal.SIGKILL)


def wait_for_end(profile: Path) -> None:
    """Wait until no browser uses `profile`; a second one would refuse to start beside it."""
    deadline = time.monotonic() + END_SECONDS
    while pids_of_profile(profile):
        if time.monotonic() > deadline:
            raise TimeoutError(f"a browser of {profile} does not end")
        time.sleep(0.02)
