"""What the operator's probes are told."""

from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.running import running
from webapp.config import Settings
from webapp.serving import observability


def test_a_sound_server_is_alive_and_ready(client: FlaskClient) -> None:
    for path, said in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = client.get(path)
        assert (answer.status_code, answer.text, answer.mimetype) == (200, said, "text/plain")


@pytest.mark.parametrize("name", ["database", "schema", "keys", "storage", "disk", "limits"])
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


@pytest.mark.parametrize(
    ("asking", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("192.168.1.20", 404),
     ("10.0.0.1", 404), ("fe80::1%eth0", 404)],
)  # fmt: skip
def test_figures_are_for_this_machine(client: FlaskClient, asking: str, status: int) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": asking})
    assert answer.status_code == status


def test_figures_are_not_for_whom_a_proxy_speaks_for(client: FlaskClient) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_the_operator_may_name_other_networks(app: APIFlask, settings: Settings) -> None:
    with running(replace(settings, metrics_from="10.1.0.0/16")) as made:
        asking = made.test_client()
        for address, status in (("10.1.2.3", 200), ("10.2.0.1", 404), ("127.0.0.1", 404)):
            answer = asking.get("/metrics", environ_base={"REMOTE_ADDR": address})
            assert answer.status_code == status
