"""Somebody at the desk, by user name."""

from collections.abc import Callable

import pytest
from apiflask import APIFlask

from tests.builders import PASSWORD, City
from tests.integration.desk.pages import Desk

Sit = Callable[[str], Desk]


@pytest.fixture
def visitor(app: APIFlask) -> Desk:
    """A browser without a session."""
    return Desk(app.test_client())


@pytest.fixture
def sit(app: APIFlask, city: City) -> Sit:
    """Return a browser in which the account is signed in."""

    def begin(username: str) -> Desk:
        desk = Desk(app.test_client())
        desk.sign_in(username, PASSWORD)
        return desk

    return begin
