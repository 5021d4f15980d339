"""A client over real sockets with the few methods of Flask's test client that phones use."""

import http.client
import json
import ssl
from dataclasses import dataclass, field
from typing import Any

PATIENCE_S = 60


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, read whole."""

    status_code: int
    headers: http.client.HTTPMessage
    data: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode()

    def get_json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.data)


@dataclass
class WireClient:
    """Sends each request over a connection of its own; raises OSError when the line breaks."""

    port: int
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, *, body: Any = None, data: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """Send a request with a JSON `body` or with `data`."""
        sent = dict(headers or {})
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = self.connection()
        try:
            connection.request(method, path, body=data, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def connection(self) -> http.client.HTTPConnection:
        """A connection, over TLS where the server speaks nothing else."""
        if self.tls is None:
            return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        return http.client.HTTPSConnection(
            self.host, self.port, timeout=PATIENCE_S, context=self.tls
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """GET."""
        return self.send("GET", path, headers=headers)

    def head(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """HEAD."""
        return self.send("HEAD", path, headers=headers)

    def post(
        self, path: str, *, json: Any = None, data: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """POST."""
        return self.send("POST", path, body=json, data=data, headers=headers)

    def patch(
        self, path: str, *, data: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """PATCH."""
        return self.send("PATCH", path, data=data, headers=headers)


def replay(port: int, request: bytes) -> int:
    """Send a recorded request again, byte for byte; return the status of its answer."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    raw = b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.connect()
        connection.sock.sendall(raw)
        answer = http.client.HTTPResponse(connection.sock, method=head.split(b" ")[0].decode())
        answer.begin()
        answer.read()
        return answer.status
    finally:
        connection.close()
