"""Fixtures of the browser's tests: one Playwright, one demo city, phones for each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e import browsers
from tests.e2e.cities import make_template, served_copy
from tests.e2e.desk import Desk
from tests.e2e.ledger import Ledger
from tests.e2e.phone import Phone
from tests.e2e.server import LiveServer

MakePhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of the session."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def city_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo city, loaded once and copied for each server."""
    return make_template(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def server(city_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server of the module's own, on a copy of the demo city."""
    folder = tmp_path_factory.mktemp("served") / "data"
    with served_copy(city_template, folder) as served:
        yield served


@pytest.fixture
def ledger(server: LiveServer) -> Ledger:
    """What the module's server holds."""
    return Ledger(server.data_dir)


@contextmanager
def phones(playwright: Playwright, server: LiveServer, folder: Path) -> Iterator[MakePhone]:
    """Make phones with their profiles in `folder`; all end with the block."""
    made: list[Phone] = []

    def make(**options: Any) -> Phone:
        options.setdefault("base_url", server.url)
        options.setdefault("profile", folder / f"profile-{len(made)}")
        made.append(Phone(playwright, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def make_phone(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[MakePhone]:
    """Make phones of the module's server; all end with the test."""
    with phones(playwright, server, tmp_path) as make:
        yield make


@pytest.fixture(scope="module")
def make_module_phone(
    playwright: Playwright, server: LiveServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakePhone]:
    """Make phones that end with the module."""
    with phones(playwright, server, tmp_path_factory.mktemp("phones")) as make:
        yield make


@pytest.fixture(scope="session")
def desk_browser(playwright: Playwright) -> Iterator[Browser]:
    """The browser in which everybody at the desk works."""
    browser = browsers.desk_browser(playwright)
    yield browser
    browser.close()


@pytest.fixture
def desk(desk_browser: Browser, server: LiveServer) -> Iterator[Desk]:
    """Somebody who sits down at the desk; nobody is signed in yet."""
    context = desk_browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    yield Desk(context.new_page(), server.url)
    context.close()


@pytest.fixture
def phone(make_phone: MakePhone) -> Phone:
    """A phone that nobody has used yet."""
    return make_phone()
