"""The office's database is put back to a backup from before the phone's tickets: all arrives."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Route

from tests.e2e.ledger import Ledger, bare
from tests.e2e.pages import Screens, wait_while_moving
from tests.e2e.phone import Phone
from tests.e2e.server import LiveServer

PATIENCE_MS = 60_000
TICKETS = "**/api/v1/tickets"


def no_ticket(route: Route) -> None:
    """Answer as an office whose tickets are used up for an hour."""
    problem = {"status": 429, "code": "quota_tickets", "detail": "later"}
    route.fulfill(
        status=429, content_type="application/problem+json", body=json.dumps(problem)
    )  # fmt: skip


def back_up(server: LiveServer, target: Path) -> None:
    """Copy the database of the running server, as operations.md says."""
    source = sqlite3.connect(server.data_dir / "anzai.sqlite")
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def restore(server: LiveServer, backup: Path) -> None:
    """Put the backup in the place of the database; keys and blobs stay where they are."""
    for ending in ("-wal", "-shm"):
        (server.data_dir / f"anzai.sqlite{ending}").unlink(missing_ok=True)
    (server.data_dir / "anzai.sqlite").write_bytes(backup.read_bytes())


def test_a_visit_under_a_ticket_that_the_office_lost_arrives_whole(
    phone: Phone, ledger: Ledger, server: LiveServer, tmp_path: Path
) -> None:
    screens = Screens(phone)
    phone.launch()
    phone.context.route(TICKETS, no_ticket)
    phone.open()
    screens.sign_in()
    phone.wait_for_worker()
    before = ledger.count("ticket")
    back_up(server, tmp_path / "backup.sqlite")
    phone.context.unroute(TICKETS)
    screens.sync_now()
    phone.wait_for(lambda: bool(phone.stores("tickets")["tickets"]), "tickets")
    assert ledger.count("ticket") > before
    screens.go("")
    screens.expect_today()

    phone.go_offline()
    visit_id = screens.open_visit()
    screens.report_eligible()
    server.stop()
    restore(server, tmp_path / "backup.sqlite")
    server.start()
    assert ledger.count("ticket") == before
    phone.go_online()
    screens.open_outbox()
    waiting = {"saved", "queued", "sending"}
    wait_while_moving(
        phone, lambda: not waiting & set(phone.states().values()), PATIENCE_MS
    )  # fmt: skip

    assert not {"refused", "aside"} & set(phone.states().values())
    [capture] = ledger.captures(visit_id)
    assert capture["state"] == "received"
    flags = ledger.rows("SELECT code FROM flag WHERE capture_id = ?", [capture["id"]])
    assert "ticket_presented" in {row["code"] for row in flags}
    results = ledger.rows("SELECT state FROM result WHERE visit_id = ?", [bare(visit_id)])
    assert [row["state"] for row in results] == ["submitted"]
    assert "sound" in server.flask("evidence", "verify-all")
