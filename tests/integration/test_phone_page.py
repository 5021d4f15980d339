"""The phone app's page and files, as small and as early as a slow line needs them."""

from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from webapp.serving import pwa


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path) -> str:
    """No database is asked here."""
    return f"sqlite:///{tmp_path}/none.sqlite"


def test_the_script_is_asked_for_first_and_its_parts_with_it(client: FlaskClient) -> None:
    """The open connection goes to whatever is named first; parts must not wait for the script."""
    page, build = client.get("/app/").text, pwa.build_info()
    script, style = page.index(build["entry"]["js"]), page.index(build["entry"]["css"])
    assert script < style
    assert build["preload"]
    for part in build["preload"]:
        assert f'<link rel="modulepreload" href="{part}">' in page


def test_the_script_comes_packed_tightly_and_stays(client: FlaskClient) -> None:
    path = pwa.build_info()["entry"]["js"]
    with client.get(path, headers={"Accept-Encoding": "gzip, br"}) as packed:
        tight = packed.data
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Content-Type"].startswith("text/javascript")
    assert "max-age=31536000" in packed.headers["Cache-Control"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    with client.get(path, headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        assert brotli.decompress(tight) == plain.data


def test_no_other_file_is_reached_through_the_build(client: FlaskClient) -> None:
    assert client.get("/static/pwa/dist/../src/main.tsx").status_code == 404
    assert client.get("/static/pwa/dist/..%2f..%2f..%2fconfig.py").status_code == 404
