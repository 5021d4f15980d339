"""How long another request waits while 64 phones upload at 150 kB/s each."""

import random
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.figure import Figure
from tests.bench.pictures import jpeg_of
from tests.bench.stage import prepared
from tests.bench.tus_client import CHUNK, TusClient
from tests.bench.wire import WireClient
from tests.bench.workload import Promise, enrolled, give_visits, promise
from tests.phones import TestPhone

PHONES, RATE, SIZE = 64, 150_000, 3 << 20
PIECE = 15_000
ASK_EVERY = 0.05
BUDGET_MS = 100.0


@dataclass
class Load:
    """The uploading phones: who is still at it, and what went wrong."""

    left: int = PHONES
    troubles: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def measure() -> list[Figure]:
    """Return p99 and maximum of the answers to two other requests, in milliseconds."""
    with prepared("slow-phones") as server:
        give_visits(server, "worker1", 200)
        server.start()
        phone = enrolled(server.url)
        files = promise(phone, [jpeg_of(SIZE, number) for number in range(PHONES)])
        cursor = phone.get("/pack").get_json()["cursor"]
        load = _start(f"{server.url}/api/v1/uploads", phone, files)
        asked = _ask(server.url, phone, [("/healthz"), f"/api/v1/pack?cursor={cursor}"], load)
    if load.troubles:
        raise load.troubles[0]
    return [figure for path, times in asked.items() for figure in _figures(path, times)]


def _start(endpoint: str, phone: TestPhone, files: Sequence[Promise]) -> Load:
    """Start one thread for each phone, spread over the time that a chunk takes."""
    load, rng = Load(), random.Random(1)
    for file in files:
        client = TusClient(endpoint, phone.headers)
        delay = rng.uniform(0, CHUNK / RATE)
        threading.Thread(target=_upload, args=(client, file, delay, load), daemon=True).start()
    return load


def _upload(client: TusClient, file: Promise, delay: float, load: Load) -> None:
    try:
        time.sleep(delay)
        metadata = {"capture_id": file.capture_id, "sha256": file.sha256}
        path, offset = client.create(len(file.content), metadata), 0
        while offset < len(file.content):
            piece = file.content[offset : offset + CHUNK]
            offset = client.append(path, offset, _trickle(piece), len(piece))
        client.close()
    except BaseException as trouble:
        load.troubles.append(trouble)
    finally:
        with load.lock:
            load.left -= 1


def _trickle(chunk: bytes) -> Iterator[bytes]:
    """Yield a chunk no faster than the phone's line takes it."""
    start = time.perf_counter()
    for at in range(0, len(chunk), PIECE):
        yield chunk[at : at + PIECE]
        due = start + (at + PIECE) / RATE
        time.sleep(max(0.0, due - time.perf_counter()))


def _ask(url: str, phone: TestPhone, paths: Sequence[str], load: Load) -> dict[str, list[float]]:
    """Ask each path in turn until the last phone is done; return the milliseconds."""
    client, times = WireClient(url), {path.partition("?")[0]: list[float]() for path in paths}
    while load.left:
        for path in paths:
            start = time.perf_counter()
            answer = client.get(path, phone.headers)
            times[path.partition("?")[0]].append((time.perf_counter() - start) * 1e3)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
        time.sleep(ASK_EVERY)
    return times


def _figures(path: str, times: Sequence[float]) -> list[Figure]:
    p99 = statistics.quantiles(times, n=100)[98]
    name = f"{path} beside 64 uploads at 150 kB/s"
    note = f"{len(times)} requests, median {statistics.median(times):.1f} ms"
    return [
        Figure(f"{name}, p99", p99, "ms", BUDGET_MS, note),
        Figure(f"{name}, slowest", max(times), "ms", BUDGET_MS),
    ]
