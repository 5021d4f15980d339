"""Packs a visit's evidence for somebody who trusts nobody here (evidence §1.11).

The package holds what was captured, bit by bit, proofs of every journal entry about it against one
signed checkpoint, and the program that checks both without a network.
"""

import hashlib
import io
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from storage.keys import original_key
from storage.protocol import BlobNotFound
from storage.streams import copy_hashed
from webapp import clock
from webapp.evidence import custody, wrapping
from webapp.evidence.custody import Case
from webapp.evidence.models import ResultBodyCopy
from webapp.extensions import db
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
from webapp.roster import sealing
from webapp.visits.results import body_text
from webapp.visits.schemas import ResultBody

OUTSIDE = Path(__file__).parent / "outside"


@dataclass
class Package:
    """An archive that is being written, with the hash of every member for SHA256SUMS."""

    archive: ZipFile
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, source: bytes | BinaryIO) -> None:
        """Add one member; originals are stored as they are, since nothing makes them smaller."""
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        is_original = name.startswith("media/") and not name.endswith(wrapping.WRAPPED)
        self.archive.compression = ZIP_STORED if is_original else ZIP_DEFLATED
        with self.archive.open(name, "w", force_zip64=True) as member:
            digest = hashlib.sha256()
            copy_hashed(stream, _Both(member, digest))  # type: ignore[arg-type]
        self.sums[name] = digest.hexdigest()

    def add_json(self, name: str, value: Any) -> None:
        """Add one JSON document for people and programs."""
        self.add(name, json.dumps(value, ensure_ascii=False, indent=1).encode())


@dataclass(frozen=True)
class _Both:
    """Writes into the archive and into the hash."""

    member: Any
    digest: Any

    def write(self, piece: bytes) -> int:
        """Write one piece."""
        self.digest.update(piece)
        return int(self.member.write(piece))


def announce(*, visit_id: UUID, account_id: UUID | None = None) -> None:
    """Journal that a visit's evidence leaves the house; commit before anything is written.

    Raises:
        Refusal: `visit_unknown` (404).
    """
    custody.find_visit(visit_id)
    facts: dict[str, Any] = {"what": "evidence", "visit_id": str(visit_id)}
    if account_id is not None:
        facts["account_id"] = str(account_id)
    journal.append(type=EntryType.EXPORTED, at=clock.now(), facts=facts)


def write(*, visit_id: UUID, stream: BinaryIO) -> int:
    """Write the package of a visit and return the number of its captures.

    Raises:
        Refusal: `visit_unknown` (404).
    """
    case = custody.gather(visit_id)
    with ZipFile(stream, "w") as archive:
        package = Package(archive)
        # Ours first: readers that look for another kind of file look at an archive's beginning.
        package.add("verify.py", (OUTSIDE / "verify.py").read_bytes())
        package.add("说明.txt", (OUTSIDE / "explanation.txt").read_bytes())
        _add_captures(package, case)
        _add_results(package, case)
        _add_proofs(package, case)
        package.add_json("devices.json", custody.devices(case))
        package.add_json("states.json", case.states.to_json())
        package.add_json("custody.json", custody.describe(case))
        sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(package.sums.items()))
        archive.writestr("SHA256SUMS", sums)
    return len(case.captures)


def _add_captures(package: Package, case: Case) -> None:
    for capture in case.captures:
        package.add(f"records/{capture.id}.rec", capture.record)
        package.add(f"records/{capture.id}.sig", capture.signature)
    for ticket in case.tickets:
        package.add(f"tickets/{ticket.id}.ticket", ticket.body)
    for sha256, mime in sorted(_files(case)):
        with (
            suppress(BlobNotFound, FileNotFoundError),
            wrapping.outgoing(original_key(sha256), sha256, mime) as (name, original),
        ):
            package.add(f"media/{name}", original)


def _files(case: Case) -> set[tuple[str, str]]:
    """Return hash and type of the files that were received; two records may share one."""
    return {
        (media.sha256, media.mime)
        for capture in case.captures
        for media in capture.media
        if media.received_index is not None
    }


def _add_results(package: Package, case: Case) -> None:
    """Add the bodies in the one spelling whose hash was journaled; verify.py misses a lost one."""
    for result in case.results:
        copy = db.session.get(ResultBodyCopy, result.id)
        if copy is None:
            continue
        body = ResultBody.model_validate_json(sealing.unseal(copy.sealed))
        package.add(f"results/{result.id}.json", body_text(body).encode())


def _add_proofs(package: Package, case: Case) -> None:
    note, receipts = journal.receipts(sorted(case.indexes))
    size = note.split("\n")[1]
    package.add(f"checkpoints/{size}.note", note.encode())
    package.add("roots/journal.vkey", f"{journal.verifier_key()}\n".encode())
    for index, receipt in receipts.items():
        package.add(f"receipts/{index:09d}.tlog-proof", receipt.encode())
