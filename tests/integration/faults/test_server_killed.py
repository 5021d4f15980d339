"""The server is killed during PATCH, commit, finalisation and result: nothing lost or doubled."""

import contextlib
import hashlib
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from tests.e2e.ledger import Ledger
from tests.e2e.proxy import Moment, Proxy, proxied
from tests.e2e.server import LiveServer
from tests.integration.faults.fieldwork import CHUNK, FieldPhone, kill_during, picture

Condition = Callable[[Ledger, str], bool]


@pytest.fixture
def proxy(server: LiveServer) -> Iterator[Proxy]:
    with proxied(server.port) as running:
        yield running


@pytest.fixture(autouse=True)
def everything_stays_true(phone: FieldPhone, ledger: Ledger) -> Iterator[None]:
    """After each kill: nothing lost, nothing doubled, and every receipt still proves its entry."""
    yield
    ledger.check()
    phone.check_receipts(ledger)


def asks(method: str, path: str) -> Callable[[bytes], bool]:
    return lambda request: request.startswith(f"{method} {path}".encode())


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_during_a_commit(
    phone: FieldPhone, proxy: Proxy, ledger: Ledger, moment: Moment
) -> None:
    media = picture(1)
    body, record = phone.new_record(media, phone.visit())

    kill_during(phone, proxy, moment, asks("POST", "/api/v1/captures"),
                lambda: phone.commit(record))  # fmt: skip

    kept = ledger.count("capture", f"record_sha256 = '{hashlib.sha256(record).hexdigest()}'")
    again = phone.commit(record)
    assert again.status_code == (200 if kept else 201)
    if moment is Moment.ANSWER:
        assert kept == 1, "an answer was under way for a record that is not there"
    phone.send_rest(phone.begin(body["capture_id"], media), media)
    assert phone.receipt(body["capture_id"])["media_sha256"] == hashlib.sha256(media).hexdigest()


def test_killed_while_a_chunk_comes_in(phone: FieldPhone, server: LiveServer) -> None:
    media = picture(2)
    body, record = phone.new_record(media, phone.visit())
    phone.commit(record)
    place = phone.begin(body["capture_id"], media)
    phone.send_rest(place, media, until=CHUNK)

    part = media[CHUNK : 2 * CHUNK]
    headers = phone.chunk_headers(CHUNK, part) | {"Content-Length": str(len(part))}
    lines = [f"PATCH {place} HTTP/1.1", "Host: phone"] + [f"{k}: {v}" for k, v in headers.items()]
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + part[: CHUNK // 2])
        server.kill()
    server.start()

    assert CHUNK <= phone.offset(place) <= CHUNK + len(part) // 2
    phone.send_rest(place, media)
    assert phone.receipt(body["capture_id"])["media_sha256"] == hashlib.sha256(media).hexdigest()


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_between_two_chunks(phone: FieldPhone, proxy: Proxy, moment: Moment) -> None:
    media = picture(3)
    body, record = phone.new_record(media, phone.visit())
    phone.commit(record)
    place = phone.begin(body["capture_id"], media)

    kill_during(phone, proxy, moment, asks("PATCH", place),
                lambda: phone.send_rest(place, media, until=CHUNK))  # fmt: skip

    if moment is Moment.ANSWER:
        assert phone.offset(place) == CHUNK, "an answer was under way for bytes that are lost"
    phone.send_rest(place, media)
    assert phone.receipt(body["capture_id"])["type"] == "media_received"


def spool_is_whole(ledger: Ledger, sha256: str) -> bool:
    """The last byte has come, and nothing has been examined yet."""
    row = ledger.rows("SELECT id, length FROM upload WHERE sha256 = ?", [sha256])[0]
    part = ledger.data_dir / "spool" / f"{row['id'].replace('-', '')}.part"
    return part.exists() and part.stat().st_size >= row["length"]


def blob_is_there(ledger: Ledger, sha256: str) -> bool:
    """The file lies in the archive; the journal may not know it yet."""
    return bool(ledger.blob(sha256))


def entry_is_there(ledger: Ledger, sha256: str) -> bool:
    """The journal knows the file; the phone does not know that."""
    return ledger.count("media", f"sha256 = '{sha256}' AND state = 'received'") > 0


def kill_when(
    server: LiveServer, condition: Callable[[], bool], answered: threading.Event
) -> threading.Thread:
    """Kill the server as soon as a condition holds, seen by a thread that does nothing else.

    What holds for a moment only may pass unseen; then the server is killed behind its answer.
    """

    def watch() -> None:
        while not condition() and not answered.is_set():
            os.sched_yield()
        server.kill()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher


@pytest.mark.parametrize("condition", [spool_is_whole, blob_is_there, entry_is_there])
def test_killed_during_finalisation(
    phone: FieldPhone, server: LiveServer, ledger: Ledger, condition: Condition
) -> None:
    media = picture(random.Random(condition.__name__).randrange(10**6))
    sha256 = hashlib.sha256(media).hexdigest()
    body, record = phone.new_record(media, phone.visit())
    phone.commit(record)
    place = phone.begin(body["capture_id"], media)
    phone.send_rest(place, media, until=len(media) - 10)

    answered = threading.Event()
    watcher = kill_when(server, lambda: condition(ledger, sha256), answered)
    # The answer is lost with the server, or was quicker; both are fine.
    with contextlib.suppress(OSError):
        phone.send_rest(place, media)
    answered.set()
    watcher.join()
    server.start()

    phone.send_rest(place, media)
    assert phone.receipt(body["capture_id"])["media_sha256"] == sha256
    assert ledger.count("media", f"sha256 = '{sha256}'") == 1


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_before_the_answer_to_the_last_byte(
    phone: FieldPhone, proxy: Proxy, moment: Moment
) -> None:
    media = picture(5 if moment is Moment.ANSWER else 6)
    body, record = phone.new_record(media, phone.visit())
    phone.commit(record)
    place = phone.begin(body["capture_id"], media)
    phone.send_rest(place, media, until=len(media) - 10)

    kill_during(phone, proxy, moment, asks("PATCH", place),
                lambda: phone.send_rest(place, media))  # fmt: skip

    phone.send_rest(place, media)
    entry = phone.receipt(body["capture_id"])
    assert entry["media_sha256"] == hashlib.sha256(media).hexdigest()


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_while_a_result_comes_in(
    phone: FieldPhone, proxy: Proxy, ledger: Ledger, moment: Moment
) -> None:
    visit = phone.visit()
    media = picture(7)
    body, record = phone.new_record(media, visit)
    phone.commit(record)
    result = phone.inner.result(visit["visit_id"], "eligible", result_id=str(uuid4()), captures=[
        {"capture_id": body["capture_id"], "record_sha256": hashlib.sha256(record).hexdigest()},
    ])  # fmt: skip

    kill_during(phone, proxy, moment, asks("POST", "/api/v1/results"),
                lambda: phone.inner.post("/results", result))  # fmt: skip

    statuses = {200} if moment is Moment.ANSWER else {200, 201}
    assert phone.inner.post("/results", result).status_code in statuses
    assert ledger.count("result", f"body_sha256 != '' AND visit_id = '{_hex(visit)}'") == 1


def _hex(visit: dict[str, str]) -> str:
    return visit["visit_id"].replace("-", "")


def test_the_archive_is_sound_after_all_that(server: LiveServer) -> None:
    assert "sound" in server.flask("evidence", "verify-all")
