"""Every route says who may call it, GETs never commit, addresses are kebab-case nouns."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

from apiflask import APIFlask
from werkzeug.local import LocalProxy

ROOT = Path(__file__).parents[2]
OUTSIDE = {"static", "openapi.spec"}
VERBS = {"create", "delete", "update", "edit", "get", "set", "add", "remove", "close", "make"}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
# Who looked at a face is written down before the face is sent; and a lost preview, which nobody
# notices but who misses it, is ordered again: neither changes what is asked for.
LOGGING = {"log_look", "ask_from_page"}
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
    """Neither itself nor by what it calls, save to log a look or to order what is lost."""
    assert commits_of(inspect.unwrap(app.view_functions["people_desk.sign_in"]))
    guilty = []
    for rule, endpoint, methods in routes(app):
        view = inspect.unwrap(app.view_functions[endpoint])
        if not WRITING & methods and view.__module__.startswith("webapp.") and commits_of(view):
            guilty.append(f"{rule} by {commits_of(view)}")
    assert not guilty


def test_a_route_commits_once_and_is_short(app: APIFlask) -> None:
    """At most one commit on any way through it, at most 15 lines below its docstring."""
    guilty = []
    for rule, endpoint, _ in routes(app):
        view = inspect.unwrap(app.view_functions[endpoint])
        if view.__module__.startswith("webapp."):
            body = function_of(view).body
            first = body[1] if ast.get_docstring(function_of(view)) and body[1:] else body[0]
            length = (body[-1].end_lineno or 0) - first.lineno + 1
            if length > 15 or len(calls_of(function_of(view), "db.session.commit")) > 1:
                guilty.append(f"{rule} {length}")
    assert not guilty


def function_of(view: Callable[..., object]) -> ast.FunctionDef:
    """Return the syntax of a function."""
    found = ast.parse(textwrap.dedent(inspect.getsource(view))).body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def calls_of(function: ast.AST, name: str | None = None) -> list[str]:
    """Return what a function calls, in full; or only the calls of `name`."""
    found = [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
    return [each for each in found if name in (None, each)]


def commits_of(view: Callable[..., object]) -> str:
    """Return the function by which a view commits, however deep; empty when it does not."""
    seen: set[Callable[..., object]] = set()
    waiting = [view]
    while waiting:
        function = waiting.pop()
        if function in seen or function.__name__ in LOGGING:
            continue
        seen.add(function)
        names = calls_of(function_of(function))
        if "db.session.commit" in names:
            return f"{function.__module__}.{function.__name__}"
        waiting += [found for name in names if (found := called_by(function, name)) is not None]
    return ""


def called_by(caller: Callable[..., object], name: str) -> Callable[..., object] | None:
    """Return the function of ours that `name` is in the caller's module."""
    found: object = inspect.getmodule(caller)
    for part in name.split("."):
        found = None if isinstance(found, LocalProxy) else getattr(found, part, None)
    found = inspect.unwrap(found) if inspect.isfunction(found) else None
    return found if found is not None and found.__module__.startswith("webapp.") else None


def test_services_never_commit() -> None:
    allowed = {
        "api.py",
        "desk.py",
        "area_desk.py",
        "cli.py",
        "upload_api.py",
        "delivery_api.py",
        "media.py",
        "runner.py",
        "schedules.py",
        "import_jobs.py",
        "short_writes.py",
        "keeping.py",
        "remaking.py",
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
