"""`verify-all --held-in`: every checkpoint in a folder is compared, and where it lies is said."""

import json
from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.integration.evidence.test_verification import archive as archive
from tests.integration.evidence.test_verification import sql
from webapp.config import settings
from webapp.evidence.verification import held
from webapp.extensions import db
from webapp.journal import service as journal


@pytest.mark.parametrize("is_beside", [True, False], ids=["same disk", "another disk"])
def test_11_12_what_a_folder_holds_is_compared_and_where_it_lies_is_said(
    archive: list[str], app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    is_beside: bool,
) -> None:  # fmt: skip
    folder = tmp_path / "held"
    command = ["evidence", "verify-all", "--held-in", str(folder)]
    run = app.test_cli_runner().invoke
    assert "held: none" in (ran := run(args=command)).output
    assert ran.exit_code == 0
    folder.mkdir()
    (folder / ".swp").write_text("no checkpoint")
    (folder / "monday.txt").write_text(journal.checkpoint())
    db.session.rollback()
    monkeypatch.setattr(held, "_is_beside_journal", lambda _path: is_beside)
    ran = run(args=command)
    assert ran.exit_code == 0
    assert "held monday.txt: " in ran.output
    assert ("could be rewritten" in ran.output) is is_beside
    assert json.loads(run(args=[*command, "--json"]).output)["held"][0].startswith("held monday")

    sql("DELETE FROM journal_salt")
    sql("DELETE FROM journal_node")
    sql('DELETE FROM journal_entry WHERE "index" >= 3')
    assert run(args=command).exit_code == 1


def test_a_folder_on_the_disk_of_the_data_is_known(app: APIFlask) -> None:
    beside = settings().data_dir / "held.txt"
    beside.write_text(journal.checkpoint())
    [one] = held.read_held([beside], None)
    assert one.beside_journal
    [away] = held.read_held([Path("/proc/self/status")], None)
    assert not away.beside_journal


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"a shopping list"])
def test_what_lies_in_the_folder_and_is_no_checkpoint_is_named(
    archive: list[str], app: APIFlask, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "held").mkdir()
    (tmp_path / "held" / "note").write_bytes(content)
    ran = app.test_cli_runner().invoke(
        args=["evidence", "verify-all", "--held-in", str(tmp_path / "held")]
    )
    assert (ran.exit_code, "checkpoint_not_ours" in ran.output) == (1, True)
