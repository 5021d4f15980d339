"""A slow line between a phone and the server: a TCP relay with a rate, a delay and a byte count."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

KBIT_400 = 50_000.0
ROUND_TRIP = 0.4
PACKET = 1460
# As much as a cheap router holds back before it stops reading.
BUFFER_SECONDS = 0.25


@dataclass
class Lane:
    """One direction, shared by all connections: packets leave one after the other."""

    rate: float
    free_at: float = 0.0
    total: int = 0

    def book(self, size: int) -> float:
        """Return when a packet of `size` bytes has left; count it."""
        self.free_at = max(self.free_at, time.monotonic()) + size / self.rate
        self.total += size
        return self.free_at


@dataclass
class Line:
    """A relay to one server on this machine; `rate` is in bytes a second each way."""

    target_port: int
    rate: float = KBIT_400
    round_trip: float = ROUND_TRIP
    port: int = 0
    up: Lane = field(init=False)
    down: Lane = field(init=False)

    def __post_init__(self) -> None:
        self.up, self.down = Lane(self.rate), Lane(self.rate)

    @property
    def url(self) -> str:
        """The address at which the far end seems to be."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, ready: Callable[[asyncio.Event], None]) -> None:
        """Relay until the event given to `ready` is set."""
        ended = asyncio.Event()
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready(ended)
        await ended.wait()
        server.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Being cut off at the end of a measure is no trouble worth telling.
        with suppress(OSError, asyncio.CancelledError):
            # The handshake costs a round trip before the first byte may travel.
            await asyncio.sleep(self.round_trip)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
            await asyncio.gather(
                self._carry(reader, far_writer, self.up), self._carry(far_reader, writer, self.down)
            )

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lane: Lane
    ) -> None:
        """Carry one direction of one connection, half a round trip late."""
        under_way: deque[tuple[float, bytes]] = deque()
        arrived = asyncio.Event()
        delivery = asyncio.create_task(_deliver(under_way, arrived, writer))
        with suppress(OSError):
            while piece := await reader.read(PACKET):
                leaves = lane.book(len(piece))
                under_way.append((leaves + self.round_trip / 2, piece))
                arrived.set()
                await asyncio.sleep(max(0.0, leaves - BUFFER_SECONDS - time.monotonic()))
        under_way.append((time.monotonic() + self.round_trip / 2, b""))
        arrived.set()
        await delivery


async def _deliver(
    under_way: deque[tuple[float, bytes]], arrived: asyncio.Event, writer: asyncio.StreamWriter
) -> None:
    with suppress(OSError):
        while True:
            while not under_way:
                arrived.clear()
                await arrived.wait()
            due, piece = under_way.popleft()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _end_the_rest() -> None:
    """Cut the connections that are still open."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@contextmanager
def slow_line(target_port: int) -> Iterator[Line]:
    """Give a line of 400 kbit/s with round trips of 400 ms to a port of this machine."""
    line, ready = Line(target_port), threading.Event()
    loop = asyncio.new_event_loop()
    ends: list[asyncio.Event] = []

    def run() -> None:
        loop.run_until_complete(line.serve(lambda ended: (ends.append(ended), ready.set())[0]))
        loop.run_until_complete(_end_the_rest())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(ends[0].set)
        thread.join(10)
