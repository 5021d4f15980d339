"""`make run` on a data folder that holds the demo city already."""

from pathlib import Path

from tests.e2e.server import LiveServer
from tests.integration.faults.fieldwork import enrol


class DemoServer(LiveServer):
    """Started as `make run` starts it."""

    def options(self) -> list[str]:
        """What `flask serve` is told besides the port."""
        return ["--demo"]


def test_whoever_runs_it_again_can_work_in_it(tmp_path: Path) -> None:
    server = DemoServer(tmp_path, people=30)
    server.prepare()
    server.start()
    try:
        # To enrol, a phone needs the one place that SQLite has for writers.
        assert enrol(server).inner.get("/pack").status_code == 200
    finally:
        server.stop()
