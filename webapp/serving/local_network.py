"""What a real phone needs to try the program: an address, a certificate and a QR code.

A page whose certificate warning was clicked away has camera and position, but browsers run no
service worker for it. So the certificate is signed by a root made for it alone, which the phone
can fetch and trust. The root's key is never written anywhere: it can sign nothing else.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import segno
from apiflask import APIBlueprint
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Response, send_file

from webapp.access.decorators import open_to_all
from webapp.config import settings
from webapp.refusals import Refusal

# Phones refuse certificates that are valid for more than 825 days.
VALID_DAYS = 365
# One that runs out soon is replaced at the next start.
SPARE_DAYS = 30
# White on black whatever the terminal's own colours are: readers want the light margin.
QR_COLOURS, PLAIN = "\033[97;40m", "\033[0m"

ADVICE = (
    "",
    "手机与电脑连同一个 Wi-Fi，扫码打开；浏览器提示证书不受信任时选择继续，相机和定位即可用。",
    "没有信号时也要能打开：先在手机上打开上面的证书并设为信任，再扫码。",
    "Phone and computer on one Wi-Fi: scan and continue past the warning; the camera works.",
    "To open it out of signal too, first open the certificate on the phone and trust it.",
)

blueprint = APIBlueprint("local_network", __name__, enable_openapi=False)


@dataclass(frozen=True)
class CertificateFiles:
    """Where root, certificate and the certificate's key lie, all PEM."""

    root: Path
    certificate: Path
    key: Path

    def are_good(self) -> bool:
        """Say whether all three are there, belong together and do not run out soon."""
        try:
            root, leaf = (_read(path) for path in (self.root, self.certificate))
            leaf.verify_directly_issued_by(root)
            key = serialization.load_pem_private_key(self.key.read_bytes(), None)
        except (OSError, ValueError, InvalidSignature):
            return False
        lasts = leaf.not_valid_after_utc > datetime.now(UTC) + timedelta(days=SPARE_DAYS)
        return lasts and key.public_key() == leaf.public_key()


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


@blueprint.get("/local-root.crt")
@open_to_all
def local_root() -> Response:
    """Return the root of this address's certificate, for a phone that is to trust it."""
    root = folder_of(own_address()) / "root.pem"
    if not root.exists():
        raise Refusal("not_found", 404)
    return send_file(root, mimetype="application/x-x509-ca-cert")


def own_address() -> str:
    """Return this machine's address on the local network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def folder_of(address: str) -> Path:
    """Return where the certificate for `address` lies; each address keeps its own."""
    return settings().data_dir / "tls" / address


def certificate(folder: Path, address: str) -> CertificateFiles:
    """Return a certificate for `address`, made on the spot unless a good one lies there."""
    files = CertificateFiles(folder / "root.pem", folder / "certificate.pem", folder / "key.pem")
    if files.are_good():
        return files
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _root(root_key, address)
    leaf = _leaf(root_key, key.public_key(), address)
    _write_key(files.key, key)
    files.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    return files


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write the key where only its owner can read it."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ))  # fmt: skip


def _begin(
    name: str, issuer: str, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    """Return what root and certificate have in common: names, times and key identifiers."""
    at = datetime.now(UTC)
    subject, signed_by = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)
    )
    signer_identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer)
    return (
        x509.CertificateBuilder(signed_by, subject, key, x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(signer_identifier, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _root(key: ec.EllipticCurvePrivateKey, address: str) -> x509.Certificate:
    public, name = key.public_key(), f"Anzai {address}"
    return (
        _begin(name, name, public, public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    root_key: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePublicKey, address: str
) -> x509.Certificate:
    names = x509.SubjectAlternativeName([
        x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("localhost"),
    ])  # fmt: skip
    return (
        _begin(address, f"Anzai {address}", key, root_key.public_key())
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def addresses(origin: str) -> str:
    """Return where phone app and desk are, a line each."""
    return f"  手机应用 phone app    {origin}/app/\n  工作台 desk           {origin}/"


def invitation(origin: str) -> str:
    """Return the QR code of the phone app at `origin`, and what to expect on the phone."""
    drawn = StringIO()
    segno.make(f"{origin}/app/", error="m").terminal(drawn, compact=True)
    coloured = (f"{QR_COLOURS}{line}{PLAIN}" for line in drawn.getvalue().splitlines())
    certificate_line = f"  证书 certificate      {origin}/local-root.crt"
    return "\n".join(("", *coloured, addresses(origin), certificate_line, *ADVICE, ""))
