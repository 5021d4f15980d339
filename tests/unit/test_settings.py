"""Settings that cannot be used are named in one line, and nothing is made of them."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from apiflask import APIFlask
from flask import request
from sqlalchemy import text

from tests.conftest import settings_for
from tests.running import running
from webapp.config import SettingError, keep_private, read_settings
from webapp.extensions import db
from webapp.serving.observability import write_log


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TICKET_HOURS", "three"), ("TICKET_COUNT", "-1"), ("SECURE_COOKIES", "maybe"),
        ("BLOBS", "s3:bucket"), ("BLOBS", "s3://"), ("TILE_SOURCE", "google"),
        ("LOG_LEVEL", "loud"), ("METRICS_FROM", "everybody"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"ANZAI_{name}={value}"):
        read_settings({f"ANZAI_{name}": value})


def test_every_form_that_is_described_is_read() -> None:
    read = read_settings({
        "ANZAI_BLOBS": "s3://bucket/prefix", "ANZAI_SECURE_COOKIES": "1",
        "ANZAI_TICKET_HOURS": "24",
        "ANZAI_TILE_SOURCE": "amap", "ANZAI_TRUSTED_PROXIES": "1", "ANZAI_LOG_LEVEL": "info",
    })  # fmt: skip

    assert (read.blobs, read.secure_cookies, read.ticket_hours) == ("s3://bucket/prefix", True, 24)
    assert (read.tile_source, read.trusted_proxies, read.log_level) == ("amap", 1, "info")


@pytest.mark.parametrize("given", ["00ff", "no hex"])
def test_a_key_of_another_length_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("ANZAI_KEY_SESSION", given)
    with pytest.raises(SettingError, match="ANZAI_KEY_SESSION"):
        settings_for(tmp_path, "sqlite://").key("session")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    refused = pytest.raises(SettingError, match=f"{tmp_path}/file/data")
    with refused, running(settings_for(tmp_path / "file" / "data", "sqlite://")):
        pass


def test_a_data_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)

    refused = pytest.raises(SettingError, match="cannot be written")
    with refused, running(settings_for(tmp_path, "sqlite://")):
        pass


def address_seen(made: APIFlask) -> tuple[str, str]:
    """Return the caller's address and the scheme as a route sees them behind a proxy."""
    headers = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https"}
    with made.test_client() as client:
        client.get("/healthz", headers=headers)
        return str(request.remote_addr), request.scheme


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, ("127.0.0.1", "http")), (1, ("203.0.113.5", "https"))]
)
def test_a_proxy_is_believed_only_when_it_is_named(
    tmp_path: Path, proxies: int, seen: tuple[str, str]
) -> None:
    settings = replace(settings_for(tmp_path, "sqlite://"), trusted_proxies=proxies)

    with running(settings) as made:
        assert address_seen(made) == seen


def test_the_log_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_log("info")
    log = structlog.get_logger("anzai.requests")
    log.debug("unheard")
    log.info("answered", route="people.desk.today", status=200)
    write_log("warning")
    log.info("unheard")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["level"], line["status"]) for line in lines] == [
        ("answered", "info", 200)
    ]


def test_the_embedded_server_closes_folder_and_database(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        folder = tmp_path / "old"
        folder.mkdir()
        for name in ("anzai.sqlite", "anzai.sqlite-wal"):
            (folder / name).touch()
        keep_private(settings_for(folder, f"sqlite:///{folder}/anzai.sqlite"))
        (folder / "made-later").touch()
        found = {each.name: oct(each.stat().st_mode & 0o777) for each in folder.iterdir()}
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
        assert found == dict.fromkeys(("anzai.sqlite", "anzai.sqlite-wal", "made-later"), "0o600")
    finally:
        os.umask(before)


def test_a_new_folder_and_database_are_closed_from_the_first(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        folder = tmp_path / "new"
        chosen = settings_for(folder, f"sqlite:///{folder}/anzai.sqlite")
        with running(chosen) as made, made.app_context():
            db.session.execute(text("CREATE TABLE x (y INTEGER)"))
            modes = {each.name: each.stat().st_mode & 0o777 for each in folder.glob("anzai*")}
            db.session.rollback()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert set(modes.values()) == {0o600}
        assert "anzai.sqlite-wal" in modes
    finally:
        os.umask(before)
