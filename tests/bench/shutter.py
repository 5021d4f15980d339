"""From the press on the shutter to the stamp "saved on this phone", at 1080p."""

import statistics

from tests.bench.camera_film import write_film
from tests.bench.figure import Figure
from tests.bench.slow_phone import SlowPhone, slow_phone
from tests.bench.stage import prepared
from tests.bench.workload import give_visits
from tests.e2e.pages import Screens

SHOTS = 9
STAMP = ".finder__stamp"

# Takes the time from the press itself to the change of the page that shows the stamp.
TIME_NEXT_SHOT = """selector => {
  window.benchShot = null;
  document.addEventListener("click", pressed => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      window.benchShot = performance.now() - pressed.timeStamp;
      watch.disconnect();
    });
    watch.observe(document, {childList: true, subtree: true});
  }, {capture: true, once: true});
}"""


def measure() -> list[Figure]:
    """Return the median milliseconds over the shots of one visit, the first one not counted."""
    with prepared("shutter", people=100) as server:
        give_visits(server, "worker1", 5)
        server.start()
        film = server.data_dir / "film.y4m"
        write_film(film)
        flags = [f"--use-file-for-fake-video-capture={film}"]
        with slow_phone(server.data_dir / "phone", server.url, flags) as phone:
            times, size = _shoot(phone)
    note = f"{size}, median of {len(times)} shots, slowest {max(times):.0f} ms"
    name = "shutter to “saved on this phone”, CPU 4×"
    return [Figure(name, statistics.median(times), "ms", 300.0, note)]


def _shoot(phone: SlowPhone) -> tuple[list[float], str]:
    screens = Screens(phone)
    screens.enrol()
    screens.open_capture()
    screens.ready_shutter("拍照")
    size = phone.page.evaluate(
        "() => { const v = document.querySelector('video'); "
        "return `${v.videoWidth} × ${v.videoHeight}`; }"
    )
    phone.slow_down()
    return [_one_shot(phone, screens) for _ in range(SHOTS + 1)][1:], str(size)


def _one_shot(phone: SlowPhone, screens: Screens) -> float:
    """Take a picture, read the time, and go back to the viewfinder."""
    screens.ready_shutter("拍照")
    phone.page.evaluate(TIME_NEXT_SHOT, STAMP)
    screens.shutter("拍照").click()
    phone.page.wait_for_function("() => window.benchShot !== null")
    taken = float(phone.page.evaluate("() => window.benchShot"))
    phone.page.locator("button.glass").click()
    return taken
