"""The local network's certificate and QR code, without a network."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import segno
from cryptography import x509

from webapp.serving import local_network
from webapp.serving.local_network import CertificateFiles, certificate, invitation

ADDRESS = "192.0.2.7"


def contents(files: CertificateFiles) -> list[bytes]:
    return [path.read_bytes() for path in (files.root, files.certificate, files.key)]


def test_a_good_certificate_is_used_again(tmp_path: Path) -> None:
    first = contents(certificate(tmp_path, ADDRESS))

    assert contents(certificate(tmp_path, ADDRESS)) == first


def test_it_names_the_address_and_signs_nothing(tmp_path: Path) -> None:
    made = x509.load_pem_x509_certificate(certificate(tmp_path, ADDRESS).certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    limits = made.extensions.get_extension_for_class(x509.BasicConstraints).value

    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == [ADDRESS]
    assert not limits.ca
    assert made.not_valid_after_utc - made.not_valid_before_utc < timedelta(days=825)


def test_the_roots_key_is_kept_nowhere(tmp_path: Path) -> None:
    files = certificate(tmp_path, ADDRESS)

    kept = [path for path in tmp_path.rglob("*") if b"PRIVATE KEY" in path.read_bytes()]
    assert kept == [files.key]
    root, leaf = (local_network._read(path) for path in (files.root, files.certificate))
    assert root.public_key() != leaf.public_key()


@pytest.mark.parametrize("name", ["root.pem", "certificate.pem", "key.pem"])
def test_half_a_certificate_is_made_anew(tmp_path: Path, name: str) -> None:
    """A start that was cut off leaves files missing, empty, or from two different starts."""
    other = certificate(tmp_path / "other", ADDRESS)
    files = certificate(tmp_path / "own", ADDRESS)
    broken = tmp_path / "own" / name
    for content in (b"", (other.root.parent / name).read_bytes()):
        broken.write_bytes(content)
        assert not files.are_good()
        assert certificate(tmp_path / "own", ADDRESS).are_good()


def test_one_that_runs_out_soon_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_network, "VALID_DAYS", local_network.SPARE_DAYS - 1)
    first = contents(certificate(tmp_path, ADDRESS))
    monkeypatch.undo()

    files = certificate(tmp_path, ADDRESS)
    assert contents(files) != first
    until = local_network._read(files.certificate).not_valid_after_utc
    assert until > datetime.now(UTC) + timedelta(days=300)


def test_the_qr_code_is_the_phone_apps_address_on_any_terminal() -> None:
    printed = invitation("https://192.0.2.7:8443")
    drawn = StringIO()
    segno.make("https://192.0.2.7:8443/app/", error="m").terminal(drawn, compact=True)

    for line in drawn.getvalue().splitlines():
        assert f"{local_network.QR_COLOURS}{line}{local_network.PLAIN}\n" in printed
