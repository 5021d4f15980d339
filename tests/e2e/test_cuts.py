"""A line that is cut every 300 kB: a video of 5 MB goes up nearly without sending a byte twice."""

import hashlib
from pathlib import Path

import pytest

from tests.e2e.conftest import MakePhone
from tests.e2e.ledger import Ledger
from tests.e2e.pages import Screens
from tests.e2e.phone import WITHOUT_DELIVERIES
from tests.e2e.proxy import proxied
from tests.e2e.server import LiveServer
from tests.e2e.videos import noisy_video

SIZE = 5_000_000
CUT_EVERY = 300_000


def test_a_cut_every_300_kb_costs_a_tenth_at_most(
    make_phone: MakePhone, server: LiveServer, ledger: Ledger, tmp_path: Path
) -> None:
    video = noisy_video(tmp_path / "video.webm", SIZE)
    with proxied(server.port) as proxy:
        phone = make_phone(base_url=proxy.url, changes={"refused": ["camera"]})
        screens = Screens(phone)
        screens.enrol()
        phone.go_offline()
        visit_id = screens.open_visit()
        screens.begin()
        screens.answer_met_at_home()
        screens.press("录短视频")
        screens.pick_file(tmp_path / "video.webm")
        screens.expect_kept()
        proxy.sent_up, proxy.cut_every = 0, CUT_EVERY
        phone.go_online()
        screens.open_outbox()
        screens.expect_all_sent(patience_ms=180_000)

    assert proxy.cuts >= SIZE // CUT_EVERY
    assert proxy.sent_up / len(video) <= 1.1, f"{proxy.sent_up} for {len(video)}, {proxy.cuts} cuts"
    media = ledger.captures(visit_id)[0]["body"]["media"][0]
    assert (media["sha256"], media["source"]) == (hashlib.sha256(video).hexdigest(), "picker")
    assert ledger.blob(media["sha256"]) == video
    ledger.check()


@pytest.mark.parametrize("scripts", [[], [WITHOUT_DELIVERIES]], ids=["together", "each alone"])
def test_a_line_that_is_always_cut_loses_nothing_of_a_visit(
    make_phone: MakePhone, server: LiveServer, ledger: Ledger, scripts: list[str]
) -> None:
    with proxied(server.port) as proxy:
        phone = make_phone(base_url=proxy.url, init_scripts=list(scripts))
        screens = Screens(phone)
        screens.enrol()
        before = ledger.counts()
        proxy.cut_every = 60_000
        screens.open_visit()
        screens.report_eligible()
        screens.open_outbox()
        screens.expect_all_sent(patience_ms=120_000)
    assert ledger.grown(before, "capture", "media", "result") == [1, 1, 1]
    ledger.check()
