"""What a real phone needs to try the program: an address, a certificate and a QR code."""

import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Phones refuse certificates that are valid for more than 825 days.
VALID_DAYS = 365


@dataclass(frozen=True)
class CertificateFiles:
    """Where the certificate and its key lie, both PEM."""

    certificate: Path
    key: Path


def own_address() -> str:
    """Return this machine's address on the local network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def certificate(folder: Path, address: str) -> CertificateFiles:
    """Return a self-signed certificate for `address`, made on the spot when there is none."""
    files = CertificateFiles(folder / f"{address}.pem", folder / f"{address}.key")
    if files.certificate.exists() and files.key.exists():
        return files
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    files.key.touch(mode=0o600)
    files.key.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ))  # fmt: skip
    signed = _self_signed(key, address)
    files.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return files


def _self_signed(key: ec.EllipticCurvePrivateKey, address: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Anzai {address}")])
    names = x509.SubjectAlternativeName([
        x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("localhost"),
    ])  # fmt: skip
    at = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    return (
        builder.not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=VALID_DAYS))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def invitation(url: str) -> str:
    """Return the QR code of `url` in terminal characters, with what to expect on the phone."""
    drawn = StringIO()
    segno.make(url, error="m").terminal(drawn, compact=True)
    return (
        f"{drawn.getvalue()}\n{url}\n"
        "手机与电脑连同一个 Wi-Fi，扫码打开；浏览器提示证书不受信任时，选择继续。\n"
        "Phone and computer on one Wi-Fi; the browser warns of the certificate once: continue.\n"
    )
