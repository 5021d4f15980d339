"""The spool's lock: an upload that was finished meanwhile is never written to again."""

import fcntl
import os
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask

from webapp.evidence.intake import spool
from webapp.refusals import Refusal

UPLOAD = UUID(int=7)


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path) -> str:
    """No database is asked here."""
    return f"sqlite:///{tmp_path}/none.sqlite"


def test_a_file_that_became_the_original_meanwhile_is_not_opened_for_writing(
    app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another request finishes the upload between this one's opening and its locking."""
    spool.create(UPLOAD)
    spool.path_of(UPLOAD).write_bytes(b"original")
    stored, lock = tmp_path / "original", fcntl.flock

    def finish_first(file: object, how: int) -> None:
        os.link(spool.path_of(UPLOAD), stored)
        spool.remove(UPLOAD)
        lock(file, how)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", finish_first)
    with pytest.raises(Refusal) as refused, spool.locked(UPLOAD) as file:
        file.truncate(0)

    assert (refused.value.code, refused.value.status) == ("upload_ended", 410)
    assert stored.read_bytes() == b"original"
