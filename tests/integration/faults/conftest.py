"""A served demo city of its own, and a phone in Python that talks to it over real sockets."""

from collections.abc import Iterator

import pytest

from tests.e2e.cities import make_template, served_copy
from tests.e2e.ledger import Ledger
from tests.e2e.server import LiveServer
from tests.integration.faults.fieldwork import FieldPhone, enrol


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all faults; each test leaves it running and sound."""
    folder = tmp_path_factory.mktemp("faults")
    template = make_template(folder / "template")
    with served_copy(template, folder / "data") as served:
        yield served


@pytest.fixture
def ledger(server: LiveServer) -> Ledger:
    """What the server holds."""
    return Ledger(server.data_dir)


@pytest.fixture
def phone(server: LiveServer) -> FieldPhone:
    """A freshly enrolled phone of worker1."""
    return enrol(server)
