"""Exactly once: fifty equal results are one, and a road replayed request by request is no more."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.conftest import MakePhone
from tests.e2e.ledger import Ledger, bare
from tests.e2e.pages import Screens
from tests.e2e.phone import WITHOUT_DELIVERIES
from tests.e2e.proxy import proxied
from tests.e2e.server import LiveServer
from tests.e2e.wire import replay
from tests.integration.faults.fieldwork import FieldPhone, picture

MANY = 50
# A ticket is new each time by its nature, and so is the token of a repeated enrolment.
NEW_BY_NATURE = (b"POST /api/v1/tickets ",)


def test_fifty_equal_results_at_once_make_one_row(server: LiveServer, ledger: Ledger) -> None:
    phone = FieldPhone(server)
    visit, media = phone.visit(), picture(50)
    body, record = phone.new_record(media, visit)
    phone.commit(record)
    named = {"capture_id": body["capture_id"], "record_sha256": hashlib.sha256(record).hexdigest()}
    result = phone.inner.result(visit["visit_id"], "eligible", captures=[named])
    before = ledger.counts()

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda _: phone.inner.post("/results", result), range(MANY)))

    assert sorted(answer.status_code for answer in answers) == [200] * (MANY - 1) + [201]
    # The result has one entry, and what it makes of the visit has one.
    assert ledger.grown(before, "result", "journal_entry") == [1, 2]
    assert ledger.count("result", f"visit_id = '{bare(visit['visit_id'])}'") == 1
    ledger.check()


@pytest.mark.parametrize("way", ["together", "each alone"])
def test_every_recorded_request_replayed_changes_nothing(
    make_phone: MakePhone, server: LiveServer, ledger: Ledger, way: str
) -> None:
    scripts = [WITHOUT_DELIVERIES] if way == "each alone" else []
    with proxied(server.port) as proxy:
        phone = make_phone(base_url=proxy.url, init_scripts=scripts)
        screens = Screens(phone)
        screens.enrol()
        screens.open_visit()
        screens.report_eligible(video=True)
        screens.open_outbox()
        screens.expect_all_sent()
        recorded = list(proxy.requests)
    wait_for_jobs(phone.page.wait_for_timeout, ledger)

    written = {b" ".join(request.split(b" ", 2)[:2]) for request in recorded}
    if way == "together":
        assert b"POST /api/v1/deliveries" in written
    else:
        assert {b"GET", b"POST", b"PATCH"} <= {call.split(b" ")[0] for call in written}
    before = ledger.counts()
    for request in recorded:
        if not request.startswith(NEW_BY_NATURE):
            assert replay(server.port, request) < 500
    assert ledger.counts() == before
    ledger.check()


def wait_for_jobs(pause: object, ledger: Ledger) -> None:
    """Wait until the previews are made, for they write too."""
    for _ in range(1200):
        if not ledger.count("job", "state NOT IN ('done', 'dead') AND kind = 'evidence.derive'"):
            return
        pause(50)  # type: ignore[operator]
    raise AssertionError("the jobs do not end")
