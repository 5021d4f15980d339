"""A client over real sockets that looks enough like Flask's for `TestPhone` to use it."""

import gzip
import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers


@dataclass(frozen=True)
class WireAnswer:
    """An answer with its body unpacked; `wire_bytes` is the body's size on the line."""

    status_code: int
    headers: Headers
    body: bytes
    wire_bytes: int

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def get_json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass
class WireClient:
    """One kept connection to one server; not for several threads at once."""

    url: str
    timeout: float = 120.0
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        host, port = str(parts.hostname), int(parts.port or 80)
        self.connection = http.client.HTTPConnection(host, port, timeout=self.timeout)

    def get(self, path: str, headers: dict[str, str] | None = None) -> WireAnswer:
        """GET `path`, offering gzip as every browser does."""
        return self.send("GET", path, None, headers or {})

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> WireAnswer:
        """POST a JSON value or raw bytes."""
        if json is None:
            return self.send("POST", path, data, headers or {})
        typed = {"Content-Type": "application/json", **(headers or {})}
        return self.send("POST", path, _dumps(json), typed)

    def patch(self, path: str, *, data: bytes, headers: dict[str, str] | None = None) -> WireAnswer:
        """PATCH raw bytes."""
        return self.send("PATCH", path, data, headers or {})

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> WireAnswer:
        """Send one request and read its whole answer."""
        asked = {"Accept-Encoding": "gzip", **headers}
        self.connection.request(method, path, body=body, headers=asked)
        answer = self.connection.getresponse()
        raw = answer.read()
        found = Headers(answer.getheaders())
        packed = found.get("content-encoding") == "gzip"
        return WireAnswer(answer.status, found, gzip.decompress(raw) if packed else raw, len(raw))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _dumps(value: Any) -> bytes:
    return json.dumps(value).encode()
