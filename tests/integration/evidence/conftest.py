"""Fixtures of the evidence tests: an enrolled phone, its visit, and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from tests.builders import City
from tests.integration.evidence.fieldwork import Fieldwork
from tests.phones import enrolled
from webapp import clock

# Ten in the morning in Zibo.
MORNING = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


@pytest.fixture
def field(client: FlaskClient, city: City) -> Fieldwork:
    """Worker 1 with a phone, at the first visit of the city."""
    phone = enrolled(client, city)
    visit = city.visits[0]
    return Fieldwork(client, city, phone, visit.id, visit.subject_ref)


@pytest.fixture
def other_field(client: FlaskClient, city: City) -> Fieldwork:
    """Worker 9 of the other district, at the visit there."""
    phone = enrolled(client, city, "worker9")
    visit = city.visits[-1]
    return Fieldwork(client, city, phone, visit.id, visit.subject_ref)
