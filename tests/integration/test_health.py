"""What the operator's probes are told."""

import pytest
from flask.testing import FlaskClient

from webapp import observability


def test_a_sound_server_is_alive_and_ready(client: FlaskClient) -> None:
    for path, said in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = client.get(path)
        assert (answer.status_code, answer.text, answer.mimetype) == (200, said, "text/plain")


@pytest.mark.parametrize("name", ["database", "storage"])
def test_a_server_that_lacks_something_is_alive_but_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail() -> None:
        raise OSError("gone")

    monkeypatch.setitem(observability.NEEDED, name, fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, f"not ready: {name}\n")
    assert client.get("/healthz").status_code == 200


def test_figures_name_routes_and_no_addresses(client: FlaskClient) -> None:
    client.get("/api/v1/captures/0198a000-0000-7000-8000-000000000001/receipt")
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    assert "anzai_requests_total" in answer.text
    assert "0198a000" not in answer.text
