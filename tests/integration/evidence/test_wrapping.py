"""Nothing in an exported package opens as another kind, and every hash still verifies."""

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.integration.evidence.fieldwork import Fieldwork, jpeg, media_item
from tests.integration.evidence.polyglots import POLYGLOTS
from tests.integration.evidence.test_hostile_files import KIND_OF
from tests.integration.evidence.test_packaging import packed
from webapp.evidence.export.outside import verify
from webapp.evidence.records.second_files import second_files
from webapp.journal import service as journal


@pytest.fixture
def package(app: APIFlask, field: Fieldwork, tmp_path: Path) -> Path:
    """A package with one honest photo and a polyglot of every kind."""
    field.received(jpeg(9))
    for data, mime, _ in POLYGLOTS.values():
        item = media_item(data, mime=mime)
        field.received(data, kind=KIND_OF[mime.partition("/")[0]], media=[item])
    return packed(app, field.visit_id, tmp_path / "case.zip")


def test_57_a_stranger_unpacks_nothing_but_text_and_plain_media(
    package: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    files = {path.name: path.read_bytes() for path in (folder / "media").iterdir()}
    wrapped = {name: raw for name, raw in files.items() if name.endswith(".base64.txt")}
    assert len(wrapped) == len({data for data, _, _ in POLYGLOTS.values()})
    assert files.keys() - wrapped.keys() == {f"{hashlib.sha256(jpeg(9)).hexdigest()}.jpg"}
    for raw in files.values():
        assert second_files(raw, "") == ()
        assert not zipfile.is_zipfile(io.BytesIO(raw))
        assert not tarfile.is_tarfile(io.BytesIO(raw))
    originals = {hashlib.sha256(data).hexdigest(): data for data, _, _ in POLYGLOTS.values()}
    for name, raw in wrapped.items():
        assert base64.b64decode(raw) == originals[name.partition(".")[0]]


def test_the_package_itself_is_nothing_else(package: Path) -> None:
    raw = package.read_bytes()
    assert b"%PDF-" not in raw[:2048]
    with zipfile.ZipFile(package) as archive:
        inner = sum(raw.count(mark) for mark in (b"PK\x05\x06",))
        assert inner == 1
        assert raw.count(b"PK\x03\x04") == len(archive.namelist())


def test_its_hashes_verify_and_a_changed_one_is_named(package: Path, tmp_path: Path) -> None:
    found = verify.check(package, journal.verifier_key()).findings
    assert {finding.code for finding in found} <= {"media_not_received"}
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    sums = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False
    )
    assert sums.returncode == 0
    victim = next((folder / "media").glob("*.base64.txt"))
    plain = subprocess.run(
        [sys.executable, "-m", "base64", "-d", str(victim)], capture_output=True, check=True
    )
    assert hashlib.sha256(plain.stdout).hexdigest() == victim.name.partition(".")[0]
    victim.write_bytes(base64.encodebytes(plain.stdout + b"!"))
    codes = {finding.code for finding in verify.check(folder, journal.verifier_key()).findings}
    assert "media_changed" in codes
