"""The server as `make run LAN=1` starts it: HTTPS on every interface, by gunicorn."""

import base64
import hashlib
import signal
import ssl
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.e2e.server import LiveServer
from tests.e2e.wire import WireClient
from webapp.serving.local_network import own_address


class LanServer(LiveServer):
    """Serves the local network; who talks to it trusts its root and nothing else."""

    @property
    def url(self) -> str:
        """The address that the QR code leads to, without the path."""
        return f"https://{own_address()}:{self.port}"

    @property
    def folder(self) -> Path:
        """Where root, certificate and key lie."""
        return self.data_dir / "tls" / own_address()

    def options(self) -> list[str]:
        """What `flask serve` is told besides the port."""
        return ["--lan"]

    def trust(self) -> ssl.SSLContext:
        """Trust the server's root as strictly as the strictest of phones."""
        context = ssl.create_default_context(cafile=self.folder / "root.pem")
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    def fingerprint(self) -> str:
        """The hash of the certificate's public key, in base64."""
        made = x509.load_pem_x509_certificate((self.folder / "certificate.pem").read_bytes())
        public = made.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(public).digest()).decode()

    def ask_whether_ready(self) -> None:
        """Ask the server; raises OSError until it can be asked."""
        urllib.request.urlopen(f"{self.url}/readyz", timeout=2, context=self.trust()).read()

    def wire(self) -> WireClient:
        """A client that checks the certificate against the address."""
        return WireClient(self.port, own_address(), self.trust())

    def interrupt(self) -> int:
        """Press Ctrl-C in the terminal, which all of its processes hear; return the status."""
        process = self.process
        assert process is not None
        self._end(signal.SIGINT)
        return int(process.returncode)
