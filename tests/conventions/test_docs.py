"""The documents stay true: every setting and every API path is described."""

import re
from pathlib import Path

from apiflask import APIFlask

from webapp.config import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_described() -> None:
    described = (ROOT / "docs/operations.md").read_text("utf-8")
    names = {"DATA", *(n.upper() for n in Settings.__dataclass_fields__ if n != "data_dir")}
    assert not [name for name in names if f"`ANZAI_{name}`" not in described]


def test_every_dependency_is_argued_for() -> None:
    argued = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    asked = re.findall(r'^    "([A-Za-z0-9_.-]+)', (ROOT / "pyproject.toml").read_text(), re.M)
    aliases = {"argon2-cffi": "argon2", "flask-sqlalchemy": "flask-sqlalchemy"}
    missing = [n for n in asked if aliases.get(n.lower(), n.lower()) not in argued]
    assert not [name for name in missing if "." not in name]


def test_every_api_path_is_described(app: APIFlask) -> None:
    described = (ROOT / "docs/api.md").read_text("utf-8")
    paths = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert not sorted(path for path in paths if f"`{path}`" not in described)
