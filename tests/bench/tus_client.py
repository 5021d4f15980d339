"""One small tus 1.0.0 client for every server that is compared: create, then PATCH by chunks."""

import base64
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 1 << 20
_TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class TusClient:
    """One kept connection; `endpoint` is where uploads are created."""

    endpoint: str
    headers: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        self.connection = http.client.HTTPConnection(
            str(parts.hostname), int(parts.port or 80), timeout=300
        )

    def create(self, length: int, metadata: dict[str, str]) -> str:
        """Begin an upload and return its path."""
        words = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items()
        )
        headers = {"Upload-Length": str(length), "Upload-Metadata": words}
        answer = self._send("POST", urlsplit(self.endpoint).path, b"", headers, 201)
        return urlsplit(answer["location"]).path

    def append(self, path: str, offset: int, chunk: bytes | Iterator[bytes], size: int) -> int:
        """Send one chunk of `size` bytes and return the offset that the server says."""
        headers = {"Upload-Offset": str(offset), "Content-Length": str(size),
                   "Content-Type": "application/offset+octet-stream"}  # fmt: skip
        return int(self._send("PATCH", path, chunk, headers, 204)["upload-offset"])

    def upload(self, content: bytes, metadata: dict[str, str]) -> None:
        """Upload a whole file in chunks of 1 MiB."""
        path, offset = self.create(len(content), metadata), 0
        view = memoryview(content)
        while offset < len(content):
            piece = view[offset : offset + CHUNK]
            offset = self.append(path, offset, piece, len(piece))  # type: ignore[arg-type]

    def _send(
        self, method: str, path: str, body: object, headers: dict[str, str], wanted: int
    ) -> dict[str, str]:
        self.connection.request(method, path, body=body, headers=_TUS | self.headers | headers)  # type: ignore[arg-type]
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return {key.lower(): value for key, value in answer.getheaders()}

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
