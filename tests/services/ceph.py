"""A throw-away Ceph with one monitor, one in-memory disk and the S3 gateway, all on free ports."""

import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.services.processes import (
    free_port,
    install,
    run,
    scratch_folder,
    stop_processes,
    wait_until,
)

PACKAGES = ("radosgw", "ceph-mon", "ceph-osd", "ceph-common")
ACCESS_KEY = "testkey"
SECRET_KEY = "testsecret"
TEMPLATE = Path(__file__).with_name("ceph.conf")


@dataclass(frozen=True)
class ObjectStore:
    """A running S3 endpoint; every caller takes a bucket of its own."""

    folder: Path
    endpoint_url: str

    def client(self, *, secret_key: str = SECRET_KEY) -> Any:
        """Return a client of the store, configured as the application configures its own."""
        from storage.s3 import make_client

        return make_client(
            endpoint_url=self.endpoint_url, access_key=ACCESS_KEY, secret_key=secret_key
        )

    def create_bucket(self, **options: Any) -> str:
        """Make an empty bucket and return its name."""
        name = f"test-{uuid4().hex[:16]}"
        self.client().create_bucket(Bucket=name, **options)
        return name

    def stop(self) -> None:
        """Stop the three servers and remove their folder."""
        stop_processes(sorted((self.folder / "run").glob("*.pid")))
        shutil.rmtree(self.folder, ignore_errors=True)


def find_programs() -> None:
    """Install Ceph if need be; raises `ServiceMissingError` where that cannot be."""
    if not all(map(shutil.which, ("radosgw", "ceph-mon", "ceph-osd", "ceph"))):
        install(PACKAGES, "The tests need a real S3-compatible server, and Ceph is not installed")


def start_ceph() -> ObjectStore:
    """Start a fresh store, in about twelve seconds, most of which is radosgw making its pools.

    Raises:
        ServiceMissingError: Ceph is not installed, and this is not root on Debian.
        ServiceFailedError: it would not start; the message holds its log.
    """
    find_programs()
    folder = scratch_folder("ceph")
    store = ObjectStore(folder, f"http://127.0.0.1:{free_port()}")
    try:
        _configure(store)
        _start_monitor(folder)
        _start_disk(folder)
        _start_gateway(store)
    except BaseException:
        store.stop()
        raise
    return store


def _configure(store: ObjectStore) -> None:
    """Write the configuration and the keys; cephx stays on, without it radosgw hangs."""
    folder = store.folder
    for name in ("mon", "osd", "rgw", "log", "run"):
        (folder / name).mkdir()
    (folder / "ceph.conf").write_text(
        TEMPLATE.read_text().format(
            folder=folder,
            fsid=uuid4(),
            monitors=_monitors(free_port(), free_port()),
            gateway_port=store.endpoint_url.rpartition(":")[2],
        )
    )
    everything = ["--cap", "mon", "allow *", "--cap", "osd", "allow *"]
    _make_key(folder, "mon.", ["--cap", "mon", "allow *"])
    _make_key(folder, "client.admin", everything)
    _make_key(folder, "client.rgw", ["--cap", "mon", "allow rw", "--cap", "osd", "allow rwx"])
    _make_key(folder, "osd.0", ["--cap", "mon", "allow profile osd", "--cap", "osd", "allow *"])


def _monitors(port_v2: int, port_v1: int) -> str:
    return f"[v2:127.0.0.1:{port_v2},v1:127.0.0.1:{port_v1}]"


def _make_key(folder: Path, name: str, caps: list[str]) -> None:
    keyring = folder / "keyring"
    create = [] if keyring.exists() else ["--create-keyring"]
    run(["ceph-authtool", keyring, *create, "--gen-key", "-n", name, *caps])


def _start_monitor(folder: Path) -> None:
    settings = dict(
        line.split(" = ", 1)
        for line in (folder / "ceph.conf").read_text().splitlines()
        if " = " in line
    )
    monmap = folder / "monmap"
    run(["monmaptool", "--create", "--clobber", "--fsid", settings["fsid"],
         "--addv", "a", settings["mon host"], monmap])  # fmt: skip
    monitor = ["ceph-mon", "-c", folder / "ceph.conf", "-i", "a"]
    run([*monitor, "--mkfs", "--monmap", monmap, "--mon-data", folder / "mon",
         "--keyring", folder / "keyring"])  # fmt: skip
    run(monitor)


def _start_disk(folder: Path) -> None:
    configuration = ["-c", folder / "ceph.conf"]
    run(["ceph", *configuration, "--connect-timeout", "30", "osd", "create"])
    run(["ceph-osd", *configuration, "-i", "0", "--mkfs", "--osd-data", folder / "osd"])
    run(["ceph-osd", *configuration, "-i", "0"])


def _start_gateway(store: ObjectStore) -> None:
    configuration = ["-c", store.folder / "ceph.conf"]
    run(["radosgw", *configuration, "-n", "client.rgw"])
    log = store.folder / "log" / "client.rgw.log"
    wait_until(lambda: _answers(store.endpoint_url), "The S3 gateway", log)
    run(["radosgw-admin", *configuration, "user", "create", "--uid", "test",
         "--display-name", "test", "--access-key", ACCESS_KEY,
         "--secret-key", SECRET_KEY])  # fmt: skip


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
