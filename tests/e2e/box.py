"""A box between phone and server, as hotels and offices have them: it reads HTTP and meddles."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_S = 60
# What concerns one line only, or is counted anew by whoever sends.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Page:
    """What the box says in place of the server; status 0 breaks the line off instead."""

    status: int
    body: bytes = b"<html><h1>Wi-Fi</h1></html>"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


Meddle = Callable[[str, str], Page | None]


@dataclass
class Box:
    """Forwards to a port of this machine; `meddle` says which requests it answers itself."""

    target_port: int
    meddle: Meddle = lambda _method, _path: None
    answered: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The address under which the server seems to be."""
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"


def only_get_and_post(page: Page) -> Meddle:
    """A box that knows no other methods and answers them with `page`."""
    return lambda method, _path: None if method in {"GET", "POST"} else page


def every_call(page: Page) -> Meddle:
    """A box that answers all calls of the API, and lets the app's own files through."""
    return lambda _method, path: page if path.startswith("/api/") else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    box: Box

    def handle_any(self) -> None:
        """Answer one request, or pass it on."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        page = self.box.meddle(self.command, self.path)
        if page is None:
            self.box.passed.append(f"{self.command} {self.path}")
            self._pass_on(body)
        else:
            self.box.answered.append(f"{self.command} {self.path}")
            self._answer(page)

    def _answer(self, page: Page) -> None:
        if page.status == 0:
            self.close_connection = True
            return
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    def _pass_on(self, body: bytes) -> None:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.box.target_port, timeout=PATIENCE_S)
        ) as line:
            sent = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
            line.request(self.command, self.path, body=body or None, headers=sent)
            answer = line.getresponse()
            content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_HEAD = do_DELETE = do_OPTIONS = do_PUT = handle_any  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def boxed(target_port: int) -> Iterator[Box]:
    """Give a running box, which ends with the block."""
    box = Box(target_port)
    handler = type("Handler", (_Handler,), {"box": box})
    box.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    box.server.daemon_threads = True
    threading.Thread(target=box.server.serve_forever, daemon=True).start()
    try:
        yield box
    finally:
        box.server.shutdown()
        box.server.server_close()
