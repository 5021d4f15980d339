"""A TCP proxy between phone and server that counts, records, cuts, and acts at a chosen moment."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

PIECE = 16_384
RESET = struct.pack("ii", 1, 0)


class Moment(Enum):
    """When a trap springs: when the request has passed whole, or its answer is about to."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass
class Trap:
    """Does something once, at one moment of the first request that it is meant for."""

    moment: Moment
    wants: Callable[[bytes], bool]
    act: Callable[[], None]
    is_sprung: threading.Event = field(default_factory=threading.Event)

    def awaits(self, moment: Moment, request: bytes) -> bool:
        """Say whether this moment of the request is the one to act at."""
        return not self.is_sprung.is_set() and moment is self.moment and self.wants(request)

    def spring(self, moment: Moment, request: bytes) -> bool:
        """Act, if this is the moment; say whether it was."""
        if not self.awaits(moment, request):
            return False
        self.is_sprung.set()
        self.act()
        return True


@dataclass
class RequestReader:
    """Cuts one connection's bytes into whole HTTP/1.1 requests, by their Content-Length."""

    rest: bytes = b""
    latest: bytes = b""
    # A server that is to die after a request must not get its answer through just before.
    is_muted: bool = False

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the requests that `piece` completes."""
        self.rest += piece
        whole: list[bytes] = []
        while (head_end := self.rest.find(b"\r\n\r\n")) >= 0:
            size = head_end + 4 + _content_length(self.rest[:head_end])
            if len(self.rest) < size:
                break
            self.latest, self.rest = self.rest[:size], self.rest[size:]
            whole.append(self.latest)
        return whole


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


@dataclass
class Proxy:
    """Forwards to a port of this machine; every `cut_every` bytes upwards it cuts the line.

    `swaps` changes answers: for a request that begins with the key, words for others as long.
    """

    target_port: int
    cut_every: int | None = None
    trap: Trap | None = None
    sent_up: int = 0
    cuts: int = 0
    requests: list[bytes] = field(default_factory=list)
    swaps: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)
    port: int = 0
    _listener: socket.socket | None = None
    _sockets: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The address under which the server seems to be."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, and serve in threads of its own."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for each in list(self._sockets):
            self._close(each)

    def _accept(self) -> None:
        assert self._listener is not None
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port), timeout=5)
            except OSError:
                self._cut(near)
                continue
            far.settimeout(None)
            self._sockets |= {near, far}
            reader = RequestReader()
            for carry in (self._carry_up, self._carry_down):
                threading.Thread(target=carry, args=(near, far, reader), daemon=True).start()

    def _carry_up(self, near: socket.socket, far: socket.socket, reader: RequestReader) -> None:
        with contextlib.suppress(OSError):
            while piece := near.recv(PIECE):
                room = self._room(len(piece))
                whole = reader.feed(piece) if room == len(piece) else []
                self._hold_answers(whole, reader)
                far.sendall(self._plain(piece[:room]))
                if room < len(piece):
                    self._cut(near)
                    break
                for request in whole:
                    self.requests.append(request)
                    if self.trap is not None:
                        self.trap.spring(Moment.REQUEST, request)
        self._close(far)

    def _hold_answers(self, requests: list[bytes], reader: RequestReader) -> None:
        trap = self.trap
        if trap is not None and any(trap.awaits(Moment.REQUEST, each) for each in requests):
            reader.is_muted = True

    def _carry_down(self, near: socket.socket, far: socket.socket, reader: RequestReader) -> None:
        with contextlib.suppress(OSError):
            while piece := far.recv(PIECE):
                if reader.is_muted:
                    break
                if self.trap is not None and self.trap.spring(Moment.ANSWER, reader.latest):
                    break
                near.sendall(self._swapped(reader.latest, piece))
        self._cut(near)

    def _plain(self, piece: bytes) -> bytes:
        """Ask for an answer that is not compressed where its words are to be changed."""
        wanted = any(piece.startswith(start) for start in self.swaps)
        return piece.replace(b"Accept-Encoding:", b"X-Not-Wanted:") if wanted else piece

    def _swapped(self, request: bytes, piece: bytes) -> bytes:
        for start, (old, new) in self.swaps.items():
            if request.startswith(start):
                return piece.replace(old, new)
        return piece

    def _room(self, size: int) -> int:
        """Count what passes; return how much of `size` bytes does before the next cut."""
        with self._lock:
            left = self.cut_every - self.sent_up % self.cut_every if self.cut_every else size + 1
            room = min(size, left)
            self.sent_up += room
            self.cuts += room < size
            return room

    def _cut(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._close(near)

    def _close(self, each: socket.socket) -> None:
        self._sockets.discard(each)
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            each.close()


@contextmanager
def proxied(target_port: int, cut_every: int | None = None) -> Iterator[Proxy]:
    """Give a running proxy, which ends with the block."""
    proxy = Proxy(target_port, cut_every)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
