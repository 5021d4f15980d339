"""A restore that forgot its keys does not start, and makes no new ones in their place."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.builders import City
from tests.phones import enrolled
from tests.running import running
from webapp import clock
from webapp.config import SettingError, Settings
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.serving.wrong_keys import wrong_keys

USED = ("journal", "roster-seal", "roster-index", "subject-ref")


@pytest.fixture
def restored(app: APIFlask, city: City, settings: Settings, tmp_path: Path) -> Settings:
    """The same database beside a data folder without keys."""
    device = {"device_kid": "x", "worker_id": str(city.accounts["worker1"].id)}
    journal.append(type=EntryType.DEVICE_ENROLLED, at=clock.now(), facts=device)
    db.session.commit()
    journal.store_checkpoint()
    db.session.commit()
    db.session.remove()
    return replace(settings, data_dir=tmp_path / "restored")


def start(chosen: Settings) -> None:
    """Start the program and end it again."""
    with running(chosen):
        pass


def test_it_names_what_is_missing_and_makes_nothing(restored: Settings) -> None:
    with pytest.raises(SettingError) as refused:
        start(restored)
    for name in USED:
        assert name in str(refused.value)
    assert not list(restored.data_dir.glob("keys/*"))


@pytest.mark.parametrize("name", USED)
def test_one_missing_key_is_enough(restored: Settings, settings: Settings, name: str) -> None:
    shutil.copytree(settings.data_dir / "keys", restored.data_dir / "keys")
    (restored.data_dir / "keys" / name).unlink()
    with pytest.raises(SettingError, match=name):
        start(restored)
    assert not (restored.data_dir / "keys" / name).exists()


def test_with_its_keys_it_starts(restored: Settings, settings: Settings) -> None:
    shutil.copytree(settings.data_dir / "keys", restored.data_dir / "keys")
    start(restored)


def test_keys_of_the_environment_are_there(
    restored: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in USED:
        variable = f"ANZAI_KEY_{name.upper().replace('-', '_')}"
        monkeypatch.setenv(variable, settings.key(name).hex())
    start(restored)


def test_a_key_that_is_lost_while_the_program_runs_is_not_made_anew(
    restored: Settings, settings: Settings
) -> None:
    with pytest.raises(SettingError, match="journal"):
        restored.key("journal")
    assert not list(restored.data_dir.glob("keys/*"))


def test_an_empty_database_gets_its_keys(settings: Settings) -> None:
    url = f"sqlite:///{settings.data_dir}/new.sqlite"
    made = replace(settings, data_dir=settings.data_dir / "new", database_url=url)
    start(made)
    assert len(made.key("journal")) == 32


def test_every_key_is_there_before_the_data(app: APIFlask, settings: Settings) -> None:
    """A first record can come before anything was signed; its receipt needs the journal's key."""
    assert {path.name for path in (settings.data_dir / "keys").iterdir()} >= {*USED, "ticket"}


def test_a_journal_that_nobody_has_signed_for_yet_needs_no_key(
    app: APIFlask, city: City, settings: Settings
) -> None:
    """Earlier versions made the key with the first signature, long after the first entry."""
    device = {"device_kid": "x", "worker_id": str(city.accounts["worker1"].id)}
    journal.append(type=EntryType.DEVICE_ENROLLED, at=clock.now(), facts=device)
    db.session.commit()
    db.session.remove()
    earlier = replace(settings, data_dir=settings.data_dir / "earlier")
    shutil.copytree(settings.data_dir / "keys", earlier.data_dir / "keys")
    (earlier.data_dir / "keys" / "journal").unlink()
    start(earlier)
    assert (earlier.data_dir / "keys" / "journal").exists()


@pytest.mark.parametrize("name", ["journal", "ticket", "roster-seal"])
def test_a_key_of_another_folder_is_noticed(
    restored: Settings, settings: Settings, client: FlaskClient, city: City, name: str
) -> None:
    enrolled(client, city).ticket()
    shutil.copytree(settings.data_dir / "keys", restored.data_dir / "keys")
    other = replace(settings, data_dir=settings.data_dir / "other", database_url="sqlite://")
    other.key(name)
    shutil.copy(other.data_dir / "keys" / name, restored.data_dir / "keys" / name)

    with running(restored) as made, made.app_context():
        found = wrong_keys()
        answer = made.test_client().get("/readyz")
    assert found == [name]
    assert answer.status_code == 503


def test_the_right_keys_fit(restored: Settings, client: FlaskClient, city: City) -> None:
    enrolled(client, city).ticket()
    assert wrong_keys() == []
