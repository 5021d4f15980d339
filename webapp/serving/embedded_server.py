"""waitress, the embedded server, with one thing about it put right.

It ends the connection after every answer that has no body (204, 304), for want of a length that
such an answer may not have. A phone would need a new connection, and a new slow start, for each
chunk of its upload.
"""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

THREADS = 16
# The largest chunk that a phone sends is held in memory; longer bodies go to a scratch file.
# Taken in large pieces, a chunk costs a third of the processor time that waitress's own 8 kB
# pieces cost.
HELD_BYTES = (4 << 20) + (1 << 16)
PIECE_BYTES = 1 << 18
# A phone sends smaller chunks than this only where its line is often cut.
SMALL_CHUNK_BYTES = 1 << 19


class KeepingTask(WSGITask):  # type: ignore[misc]
    """Answers one request and keeps the connection wherever HTTP/1.1 lets it be kept."""

    def set_close_on_finish(self) -> None:
        """End the connection, unless the answer ends with its headers (RFC 9112 §6.3)."""
        wanted = self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.has_body or self.version != "1.1" or not wanted or self._is_small_chunk():
            super().set_close_on_finish()

    def _is_small_chunk(self) -> bool:
        """Say whether a phone on a poor line sent this.

        A browser repeats a request by itself when a kept connection is cut under it. The phone
        would not hear of the cut and would go on with chunks that are too large for its line.
        """
        length = self.request.content_length
        return bool(self.request.command == "PATCH" and length < SMALL_CHUNK_BYTES)


class KeepingChannel(HTTPChannel):  # type: ignore[misc]
    """One connection, whose requests are answered by `KeepingTask`."""

    task_class = KeepingTask


def embedded_server(app: Any, *, host: str, port: int, max_body: int) -> Any:
    """Return the server, listening but not yet running.

    What a proxy says of the asker is left in the request. The application believes it only of
    `ANZAI_TRUSTED_PROXIES`, and has to see it to know that a request was passed on.
    """
    server = create_server(
        app, host=host, port=port, threads=THREADS, ident=None, channel_timeout=120,
        max_request_body_size=max_body, clear_untrusted_proxy_headers=False,
        recv_bytes=PIECE_BYTES, inbuf_overflow=HELD_BYTES,
    )  # fmt: skip
    server.channel_class = KeepingChannel
    return server
