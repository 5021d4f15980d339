"""The embedded server keeps a phone's connection from one chunk to the next."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from apiflask import APIFlask
from waitress import wasyncore

from tests.running import running
from webapp.config import Settings
from webapp.serving.embedded_server import SMALL_CHUNK_BYTES, embedded_server

CHUNK = bytes(SMALL_CHUNK_BYTES)
StartResponse = Callable[[str, list[tuple[str, str]]], object]


def bodiless(environ: dict[str, object], start_response: StartResponse) -> list[bytes]:
    """Answer as an accepted chunk is answered."""
    environ["wsgi.input"].read()  # type: ignore[attr-defined]
    start_response("204 No Content", [])
    return []


@contextmanager
def connected(app: object) -> Iterator[http.client.HTTPConnection]:
    """Open a connection to the embedded server that serves `app`."""
    server = embedded_server(app, host="127.0.0.1", port=0, max_body=1_000_000)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    made = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
    yield made
    made.close()
    # Its sockets are closed by its own thread, which ends when none is left.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(10)
    server.task_dispatcher.shutdown()


@pytest.fixture
def connection() -> Iterator[http.client.HTTPConnection]:
    """A connection to the embedded server, which answers everything without a body."""
    with connected(bodiless) as made:
        yield made


def asked(connection: http.client.HTTPConnection, path: str, **headers: str) -> int:
    """Return the status of an answer."""
    spelled = {name.replace("_", "-"): said for name, said in headers.items()}
    connection.request("GET", path, headers=spelled)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_chunks_share_one_connection(connection: http.client.HTTPConnection) -> None:
    used = []
    for _ in range(3):
        connection.request("PATCH", "/", body=CHUNK)
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.headers["Connection"]) == (204, None)
        used.append(connection.sock)
    assert used[0] is used[1] is used[2] is not None


def test_a_client_may_still_ask_for_the_end(connection: http.client.HTTPConnection) -> None:
    connection.request("PATCH", "/", body=CHUNK, headers={"Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    assert answer.headers["Connection"] == "close"


def test_a_phone_on_a_poor_line_hears_of_every_cut(connection: http.client.HTTPConnection) -> None:
    """Over a kept connection its browser would repeat the chunk, and tell it nothing."""
    connection.request("PATCH", "/", body=CHUNK[1:])
    answer = connection.getresponse()
    answer.read()
    assert answer.headers["Connection"] == "close"


def test_figures_are_kept_from_whom_an_untold_proxy_speaks_for(app: APIFlask) -> None:
    with connected(app) as asking:
        assert asked(asking, "/metrics") == 200
        for name in ("X_Forwarded_For", "X_Forwarded_Host", "X_Real_IP", "Via", "Forwarded"):
            assert asked(asking, "/metrics", **{name: "127.0.0.1"}) == 404, name
            assert asked(asking, "/healthz", **{name: "127.0.0.1"}) == 200, name


def test_the_embedded_server_believes_the_proxy_that_it_was_told_of(
    app: APIFlask, settings: Settings
) -> None:
    """As behind nginx, only the address that the last proxy added counts."""
    with running(replace(settings, trusted_proxies=1)) as made, connected(made) as asking:
        for forwarded, status in (
            ("127.0.0.1", 200), ("203.0.113.9", 404), ("127.0.0.1, 203.0.113.9", 404),
            ("unknown", 404), ("203.0.113.9:4711", 404), ("", 200),
        ):  # fmt: skip
            assert asked(asking, "/metrics", X_Forwarded_For=forwarded) == status, forwarded
