"""`make run LAN=1`, talked to over TLS: certificate, cookies, uploads, previews, its end."""

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.e2e.lan_server import LanServer
from tests.e2e.ledger import Ledger
from tests.e2e.server import PASSWORD
from tests.integration.faults.fieldwork import FieldPhone, picture

PATIENCE_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanServer]:
    """A small demo city, served on the local network."""
    served = LanServer(tmp_path_factory.mktemp("lan"), people=100)
    served.prepare()
    served.start()
    yield served
    served.kill()


def test_the_certificate_convinces_whoever_trusts_its_root(server: LanServer) -> None:
    root = server.wire().get("/local-root.crt")

    assert root.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert root.data == (server.folder / "root.pem").read_bytes()
    assert stat.S_IMODE((server.folder / "key.pem").stat().st_mode) == 0o600
    assert b"PRIVATE KEY" not in root.data


def test_the_invitation_names_every_address(server: LanServer) -> None:
    printed = (server.data_dir / "server.log").read_text("utf-8")

    for path in ("/app/", "/", "/local-root.crt"):
        assert f"{server.url}{path}\n" in printed
    assert "█▀" in printed


def test_signing_in_takes_a_cookie_that_only_https_carries(server: LanServer) -> None:
    wire = server.wire()
    form = wire.get("/sign-in")
    token = form.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "username": "office1", "password": PASSWORD}
    answer = wire.post("/sign-in", data=urlencode(fields).encode(), headers={
        "Content-Type": "application/x-www-form-urlencoded", "Referer": f"{server.url}/sign-in",
        "Cookie": form.headers["Set-Cookie"].split(";")[0],
    })  # fmt: skip

    assert answer.status_code == 303, answer.text
    # The session's cookie, and the one by which this browser is known when strangers guess.
    cookies = answer.headers.get_all("Set-Cookie")
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    today = wire.get("/today", {"Cookie": "; ".join(each.split(";")[0] for each in cookies)})
    assert today.status_code == 200


def test_an_upload_arrives_and_its_preview_is_made(server: LanServer) -> None:
    phone, media = FieldPhone(server), picture(7)
    body, record = phone.new_record(media, phone.visit())
    phone.commit(record)
    phone.send_rest(phone.begin(body["capture_id"], media), media)

    sha256 = hashlib.sha256(media).hexdigest()
    assert phone.receipt(body["capture_id"])["media_sha256"] == sha256
    ledger = Ledger(server.data_dir)
    wait_for_preview(ledger, sha256)
    ledger.check()


def test_ctrl_c_ends_everything_and_the_next_start_keeps_the_certificate(
    server: LanServer,
) -> None:
    before = [path.read_bytes() for path in sorted(server.folder.iterdir())]
    assert server.process is not None
    group = server.process.pid

    assert server.interrupt() == 0
    assert not processes_of(group)
    server.start()
    assert [path.read_bytes() for path in sorted(server.folder.iterdir())] == before


def test_a_taken_port_is_named_before_anything_is_loaded(server: LanServer, tmp_path: Path) -> None:
    other = LanServer(tmp_path / "data", port=server.port)

    with pytest.raises(RuntimeError, match=f"port {server.port} is taken"):
        other.flask("serve", "--demo", "--port", str(server.port))
    assert not (tmp_path / "data" / "anzai.sqlite").exists()


def wait_for_preview(ledger: Ledger, sha256: str) -> None:
    """Wait until the job worker beside the server has made a file's preview."""
    deadline = time.monotonic() + PATIENCE_S
    while not ledger.count("derivation", f"source_sha256 = '{sha256}'"):
        assert time.monotonic() < deadline, ledger.rows("SELECT kind, state, last_error FROM job")
        time.sleep(0.1)


def processes_of(group: int) -> list[str]:
    """Return the commands of the processes of a group that still run."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                found.append((folder / "cmdline").read_text())
    return found
