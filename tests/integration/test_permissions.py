"""Walks the one table of permissions: role × route, signed out, and own against foreign area."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.builders import PASSWORD, City
from tests.phones import TestPhone
from webapp.access.rules import GRANTS, Permission, Role
from webapp.extensions import csrf

USERNAMES = {
    Role.WORKER: "worker1", Role.VOLUNTEER: "volunteer1", Role.OFFICE_MANAGER: "office1",
    Role.AGENCY_HANDLER: "agency1", Role.AGENCY_CHECKER: "agency2",
    Role.AGENCY_APPROVER: "agency3", Role.CITY: "city1", Role.AUDITOR: "auditor1",
    Role.ADMINISTRATOR: "admin",
}  # fmt: skip
SAMPLES = {"uuid": str(uuid4()), "int": "999999", "default": "x" * 43, "string": "x" * 43,
           "path": "x"}  # fmt: skip


def guarded_routes(app: APIFlask, realm: str) -> list[tuple[Rule, str, Permission]]:
    """Return every rule of the realm with a method and the permission that it declares."""
    found = []
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if isinstance(access, tuple) and access[0] == realm:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) or ["HEAD"]
            found += [(rule, method, access[1]) for method in methods]
    return found


def sample_path(rule: Rule) -> str:
    """Return an address of the rule that names nothing that exists."""
    parts = []
    for is_variable, text in rule._trace:
        if not is_variable:
            parts.append(text)
            continue
        converter = type(rule._converters[text]).__name__.lower()
        kind = next((name for name in SAMPLES if converter.startswith(name)), "default")
        if converter.startswith("integer"):
            kind = "int"
        parts.append(SAMPLES[kind])
    return "".join(parts).lstrip("|")


def sign_in(client: FlaskClient, username: str) -> None:
    answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
    assert answer.status_code in {302, 303}, answer.text


@pytest.fixture
def no_csrf(app: APIFlask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert csrf is not None


def test_there_is_a_row_for_every_permission() -> None:
    assert set(GRANTS) == set(Permission)


def test_the_administrator_sees_no_case_data() -> None:
    case_data = {p for p in Permission if p.value.startswith(("see_", "review", "decide",
                                                              "dispatch", "import", "export",
                                                              "download"))}  # fmt: skip
    harmless = {Permission.SEE_DESK, Permission.SEE_JOBS}
    assert not {p for p in case_data - harmless if Role.ADMINISTRATOR in GRANTS[p]}


@pytest.mark.parametrize("realm", ["session", "device"])
def test_nothing_is_open_to_the_signed_out(
    app: APIFlask, client: FlaskClient, no_csrf: None, realm: str
) -> None:
    routes = guarded_routes(app, realm)
    assert len(routes) >= 5
    for rule, method, _ in routes:
        answer = client.open(sample_path(rule), method=method)
        assert answer.status_code in {401, 302, 303}, (rule.rule, method, answer.status_code)
        if answer.status_code != 401:
            assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("role", list(Role))
def test_the_desk_lets_in_exactly_whom_the_table_names(
    app: APIFlask, client: FlaskClient, city: City, no_csrf: None, role: Role
) -> None:
    routes = guarded_routes(app, "session")
    if role not in GRANTS[Permission.SEE_DESK]:
        form = {"username": USERNAMES[role], "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 403
        assert not [rule.rule for rule, _, permission in routes if role in GRANTS[permission]]
        return
    sign_in(client, USERNAMES[role])
    for rule, method, permission in routes:
        answer = client.open(sample_path(rule), method=method)
        refused = answer.status_code == 403
        assert refused is (role not in GRANTS[permission]), (
            rule.rule, method, role, answer.status_code
        )  # fmt: skip
        if answer.status_code == 401 or "sign-in" in answer.headers.get("Location", ""):
            sign_in(client, USERNAMES[role])


@pytest.mark.parametrize("role", [r for r in Role if r in GRANTS[Permission.USE_PHONE]])
def test_phones_are_let_in_and_desks_are_not(
    app: APIFlask, client: FlaskClient, city: City, role: Role
) -> None:
    phone = TestPhone(client, USERNAMES[role]).enrol()
    routes = guarded_routes(app, "device")
    for rule, method, permission in routes:
        if rule.endpoint == "people_api.revoke":
            continue
        answer = client.open(sample_path(rule), method=method, headers=phone.headers)
        assert (answer.status_code == 403) is (role not in GRANTS[permission]), rule.rule
        assert answer.status_code < 500, (rule.rule, method, answer.text)


def foreign_paths(city: City) -> dict[str, Callable[[], str]]:
    """Return, for routes that name a case, the address of one in the other district."""
    visit, person = city.visits[3], city.people[4]
    return {
        "/visits/<uuid:visit_id>": lambda: f"/visits/{visit.id}",
        "/people/<uuid:person_id>": lambda: f"/people/{person.id}",
    }


def test_a_foreign_case_is_not_found(
    app: APIFlask, client: FlaskClient, city: City, no_csrf: None
) -> None:
    own = {"/visits/<uuid:visit_id>": city.visits[0].id,
           "/people/<uuid:person_id>": city.people[0].id}  # fmt: skip
    for username in ("office1", "agency1"):
        sign_in(client, username)
        for rule, path in foreign_paths(city).items():
            assert client.get(path()).status_code == 404, rule
            mine = rule.split("<")[0] + str(own[rule])
            assert client.get(mine).status_code == 200, rule
