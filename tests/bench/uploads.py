"""Upload throughput beside `@tus/server`: same machine, same run, same client, turn by turn."""

import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from tests.bench.figure import Figure
from tests.bench.pictures import jpeg_of
from tests.bench.stage import prepared
from tests.bench.tus_client import TusClient
from tests.bench.tus_rival import tus_server
from tests.bench.workload import Promise, enrolled, give_visits, promise
from tests.e2e.server import LiveServer
from webapp.evidence.intake.finishing import DERIVE_JOB

FILES, SIZE, ROUNDS = 60, 3 << 20, 5
MIB = 1 << 20
PREVIEW_SECONDS = 60
WAYS = (("one at a time", 1), ("8 at a time", 8))

Sender = Callable[[Sequence[Promise], int], float]


@dataclass(frozen=True)
class Race:
    """The speeds of both servers in MiB/s, in the order of the rounds."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """The median of ours over the median of theirs."""
        return statistics.median(self.ours) / statistics.median(self.theirs)


def measure() -> list[Figure]:
    """Return one figure for each way of sending; ours waits for fsync before each answer."""
    with prepared("uploads") as server:
        give_visits(server, "worker1", 1)
        server.start()
        with tus_server(server.data_dir / "rival") as rival:
            phone = enrolled(server.url)
            work = _work(phone)
            return [
                _figure(words, _race(server, work, width, [
                    _sender(f"{server.url}/api/v1/uploads", phone.headers), _sender(rival, {}),
                ]))
                for words, width in WAYS
            ]  # fmt: skip


def _work(phone: object) -> Iterator[list[Promise]]:
    """Yield promised files that nobody has sent yet, `FILES` at a time."""
    number = 0
    while True:
        yield promise(phone, [jpeg_of(SIZE, number + step) for step in range(FILES)])  # type: ignore[arg-type]
        number += FILES


def _race(
    server: LiveServer, work: Iterator[list[Promise]], width: int, senders: Sequence[Sender]
) -> Race:
    """Let both servers take the same files, in turns, so that noise meets both alike."""
    ours, theirs = senders
    race = Race([], [])
    for number in range(ROUNDS):
        files = next(work)
        turns = [(ours, race.ours), (theirs, race.theirs)]
        for send, speeds in turns if number % 2 == 0 else reversed(turns):
            _without_previews(server)
            speeds.append(FILES * SIZE / MIB / send(files, width))
    return race


def _without_previews(server: LiveServer) -> None:
    """Strike off our own previews of the last turn: they would slow down whoever comes next.

    To wait for them takes minutes, and while files come in they give way anyhow.
    """
    strike = "UPDATE job SET state = 'done' WHERE kind = ? AND state = 'waiting'"
    running = "SELECT count(*) FROM job WHERE kind = ? AND state = 'running'"
    deadline = time.monotonic() + PREVIEW_SECONDS
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(server.data_dir / "anzai.sqlite", timeout=20)) as database:
            with database:
                database.execute(strike, (DERIVE_JOB,))
            if database.execute(running, (DERIVE_JOB,)).fetchone()[0] == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("a preview was not made in time")


def _sender(endpoint: str, headers: dict[str, str]) -> Sender:
    def send(files: Sequence[Promise], width: int) -> float:
        """Send the files over `width` connections; return the seconds that it took."""
        waiting: SimpleQueue[Promise] = SimpleQueue()
        for file in files:
            waiting.put(file)
        troubles: list[BaseException] = []
        threads = [
            threading.Thread(target=_drain, args=(waiting, TusClient(endpoint, headers), troubles))
            for _ in range(width)
        ]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if troubles:
            raise troubles[0]
        return time.perf_counter() - start

    return send


def _drain(
    waiting: "SimpleQueue[Promise]", client: TusClient, troubles: list[BaseException]
) -> None:
    try:
        while True:
            file = waiting.get_nowait()
            client.upload(file.content, {"capture_id": file.capture_id, "sha256": file.sha256})
    except Empty:
        client.close()
    except BaseException as trouble:
        troubles.append(trouble)


def _figure(words: str, race: Race) -> Figure:
    speeds = f"{_spread(race.ours)} MiB/s against {_spread(race.theirs)}"
    note = f"{FILES} files of 3 MiB, {ROUNDS} rounds in turns: {speeds} (median, slowest–fastest)"
    return Figure(
        f"uploads, {words}, against @tus/server", race.ratio, "×", 1.0, note, at_least=True
    )


def _spread(speeds: Sequence[float]) -> str:
    return f"{statistics.median(speeds):.0f} ({min(speeds):.0f}–{max(speeds):.0f})"
