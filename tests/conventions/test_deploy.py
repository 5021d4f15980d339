"""What lies in deploy/ fits the program: its settings, commands, options and paths exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiflask import APIFlask
from gunicorn.config import Config

from webapp.config import Settings, read_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
KNOWN = {f"ANZAI_{name.upper()}" for name in Settings.__dataclass_fields__} | {"ANZAI_DATA"}


def lines_of(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.+)$", unit.read_text("utf-8"), re.M)


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def commands() -> Iterator[list[str]]:
    """Give every command of units, image and compose file, as words."""
    for unit in UNITS:
        for line in lines_of(unit, "ExecStart(?:Post)?"):
            yield shlex.split(line)
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    yield re.findall(r'"([^"]+)"', image[image.index("CMD [") :])
    yield from (each["command"] for each in compose()["services"].values() if "command" in each)


def test_every_command_exists(app: APIFlask) -> None:
    for words in commands():
        if "--app" in words:
            group, name = words[words.index("--app") + 2 :][:2]
            assert group == "db" or name in app.cli.commands[group].commands, words  # type: ignore[attr-defined]


def test_gunicorn_knows_every_option() -> None:
    served = [words for words in commands() if words[0].endswith("gunicorn")]
    assert len(served) == 2
    for words in served:
        read = vars(Config().parser().parse_args([w.replace("%i", "8001") for w in words[1:]]))
        assert (read["worker_class"], int(read["workers"])) == ("gthread", 1)
        assert read["args"] == ["wsgi:app"]


def test_every_setting_exists() -> None:
    text = "".join(path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.is_file())

    assert set(re.findall(r"\bANZAI_[A-Z0-9_]+", text)) <= KNOWN


def test_the_settings_can_be_read() -> None:
    pairs = re.findall(r"^(ANZAI_\w+)=(.+)$", (DEPLOY / "anzai.env").read_text("utf-8"), re.M)
    read = read_settings(dict(pairs))

    assert read.secure_cookies
    assert read.trusted_proxies == 1
    assert read.redis_url
    assert compose()["x-anzai"]["environment"].keys() <= dict(pairs).keys() | {"ANZAI_BLOBS"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_no_unit_runs_as_root_or_writes_elsewhere(unit: Path) -> None:
    assert lines_of(unit, "User") == ["anzai"]
    assert lines_of(unit, "ProtectSystem") == ["strict"]
    assert lines_of(unit, "ReadWritePaths") == ["/var/lib/anzai"]


def test_the_proxy_takes_whole_bodies_and_knows_the_ports() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text("utf-8")
    ports = {port for each in compose()["services"].values() for port in each.get("ports", [])}

    assert "proxy_request_buffering on;" in proxy
    assert re.findall(r"server 127\.0\.0\.1:\d+(.*);", proxy) == [" max_fails=0"] * 2
    assert {
        f"127.0.0.1:{port}:8000" for port in re.findall(r"server 127\.0\.0\.1:(\d+)", proxy)
    } == ports
    largest = Settings(Path(), "").import_max_bytes
    assert int(re.findall(r"client_max_body_size (\d+)m;", proxy)[0]) * 1_000_000 > largest
    # What nginx refuses itself, it refuses in words and in both languages.
    for code in (413, 502, 504):
        (name,) = re.findall(rf"error_page [\d ]*\b{code}\b[\d ]*= (@\w+);", proxy)
        block = proxy.partition(f"location {name} {{")[2].partition("\n    }")[0]
        assert re.search(r"return \d+ .*[\u4e00-\u9fff].*[a-z]{4}", block), code


def test_the_image_carries_no_data() -> None:
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    kept_out_of_git = (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()

    assert {"instance", ".data", ".venv", "node_modules", ".git"} <= set(left_out)
    assert {"instance/", ".data/"} <= set(kept_out_of_git)
