"""The OpenAPI document is valid and complete, and the server keeps to it under odd requests."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.builders import City
from tests.phones import enrolled

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance,
          response_schema_conformance]  # fmt: skip
METHODS = {"GET", "POST", "PATCH", "DELETE", "HEAD"}
Json = dict[str, Any]


@schemathesis.serializer("application/offset+octet-stream", "application/vnd.anzai.delivery")
def as_it_is(_context: Any, value: Any) -> bytes:
    """Send a chunk's bytes as the chunk."""
    return getattr(value, "data", value)  # type: ignore[no-any-return]


@pytest.fixture
def document(client: FlaskClient) -> Json:
    found: Json = client.get("/api/v1/openapi.json").get_json()
    return found


def references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(inner) for inner in value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_every_route_of_the_api_is_described(app: APIFlask, document: Json) -> None:
    wanted = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi.spec":
            path = "".join(
                f"{{{text}}}" if is_variable else text for is_variable, text in rule._trace
            ).lstrip("|")
            methods = (rule.methods or set()) & METHODS
            wanted |= {(path, m.lower()) for m in methods if m != "HEAD" or "GET" not in methods}
    described = {
        (path, method) for path, methods in document["paths"].items() for method in methods
        if method != "options"
    }  # fmt: skip
    assert described == wanted


def test_the_document_is_sound(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    assert {name.rpartition("/")[2] for name in references(document)} <= set(schemas)
    for schema in schemas.values():
        jsonschema_rs.meta.validate(
            schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        )
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]


def test_odd_requests_are_answered_as_described(
    app: APIFlask, client: FlaskClient, city: City
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {enrolled(client, city).token}",
               "Accept-Encoding": "identity"}  # fmt: skip

    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=6, derandomize=True, deadline=None, database=None,
                  phases=[Phase.explicit, Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
