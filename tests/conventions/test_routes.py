"""Every route says who may call it, GETs never commit, addresses are kebab-case nouns."""

import ast
import inspect
import re
from pathlib import Path

from apiflask import APIFlask

ROOT = Path(__file__).parents[2]
OUTSIDE = {"static", "openapi.spec"}
VERBS = {"create", "delete", "update", "edit", "get", "set", "add", "remove", "close", "make"}
SEGMENT = re.compile(r"^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)?|<[^>]+>)$")


def routes(app: APIFlask) -> list[tuple[str, str, set[str]]]:
    return [
        (rule.rule, rule.endpoint, set(rule.methods or ()))
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in OUTSIDE and not rule.endpoint.endswith(".static")
    ]


def test_every_route_declares_who_may_call_it(app: APIFlask) -> None:
    silent = [
        rule for rule, endpoint, _ in routes(app)
        if not hasattr(app.view_functions[endpoint], "access")
        and not hasattr(inspect.unwrap(app.view_functions[endpoint]), "access")
    ]  # fmt: skip
    assert not silent


def test_addresses_are_kebab_case_nouns(app: APIFlask) -> None:
    odd = []
    for rule, _, _ in routes(app):
        segments = [part for part in rule.split("/") if part]
        if any(not SEGMENT.match(part) or part in VERBS for part in segments):
            odd.append(rule)
    assert not odd


def test_a_get_never_commits(app: APIFlask) -> None:
    guilty = []
    for rule, endpoint, methods in routes(app):
        view = inspect.unwrap(app.view_functions[endpoint])
        writes = {"POST", "PUT", "PATCH", "DELETE"} & methods
        if not writes and "commit()" in inspect.getsource(view):
            guilty.append(rule)
    assert not guilty


def test_services_never_commit() -> None:
    allowed = {
        "api.py",
        "desk.py",
        "area_desk.py",
        "cli.py",
        "upload_api.py",
        "media.py",
        "runner.py",
        "import_jobs.py",
    }
    guilty = []
    for path in (ROOT / "webapp").rglob("*.py"):
        calls = [
            node for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func) == "db.session.commit"
        ]  # fmt: skip
        if calls and path.name not in allowed:
            guilty.append(str(path.relative_to(ROOT)))
    assert not guilty
