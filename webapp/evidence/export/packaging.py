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
from webapp import clock, sealing
from webapp.evidence.export import custody, wrapping
from webapp.evidence.export.custody import Case
from webapp.evidence.models import Capture, ResultBodyCopy, Ticket
from webapp.extensions import db
from webapp.journal import queries as journal_queries
from webapp.journal import service as journal
from webapp.journal.rules import EntryType
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


@dataclass(frozen=True)
class _Both:
    """Writes into the archive and into the hash."""

    member: Any
    digest: Any

    def write(self, piece: bytes) -> int:
        """Write one piece."""
        self.digest.update(piece)
        return int(self.member.write(piece))


@dataclass(frozen=True)
class Prepared:
    """What a package will hold, as the rows stood at one moment: its documents, the rest by id."""

    visit_id: UUID
    documents: dict[str, bytes]
    captures: tuple[UUID, ...]
    tickets: tuple[UUID, ...]
    results: tuple[UUID, ...]
    files: tuple[tuple[str, str], ...]
    indexes: frozenset[int]

    @property
    def sha256(self) -> str:
        """The hash over all documents, by which the entry binds what they say."""
        sums = (f"{hashlib.sha256(raw).hexdigest()}  {name}\n"
                for name, raw in sorted(self.documents.items()))  # fmt: skip
        return hashlib.sha256("".join(sums).encode()).hexdigest()


def prepare(*, visit_id: UUID) -> Prepared:
    """Read everything that a visit's package will say; best within one snapshot.

    Raises:
        Refusal: `visit_unknown` (404).
    """
    case = custody.gather(visit_id)
    documents = {
        "custody.json": custody.describe(case), "devices.json": custody.devices(case),
        "states.json": case.states.to_json(),
    }  # fmt: skip
    return Prepared(
        visit_id, {name: _json(value) for name, value in documents.items()},
        tuple(capture.id for capture in case.captures), tuple(t.id for t in case.tickets),
        tuple(result.id for result in case.results), tuple(sorted(_files(case))), case.indexes,
    )  # fmt: skip


def announce(prepared: Prepared, *, account_id: UUID | None = None) -> int:
    """Journal that a visit's evidence leaves the house; commit before anything is written.

    The entry holds the hash of the documents, so that nobody changes, adds or leaves out anything
    afterwards. Returns the index of the entry.
    """
    facts: dict[str, Any] = {
        "what": "evidence", "visit_id": str(prepared.visit_id), "format": custody.FORMAT,
        "documents_sha256": prepared.sha256,
    }  # fmt: skip
    if account_id is not None:
        facts["account_id"] = str(account_id)
    return journal.append(type=EntryType.EXPORTED, at=clock.now(), facts=facts).index


def write(prepared: Prepared, *, index: int, stream: BinaryIO) -> int:
    """Write the package that the entry `index` announced; return the number of its captures."""
    with ZipFile(stream, "w") as archive:
        package = Package(archive)
        # Ours first: readers that look for another kind of file look at an archive's beginning.
        package.add("verify.py", (OUTSIDE / "verify.py").read_bytes())
        package.add("说明.txt", (OUTSIDE / "explanation.txt").read_bytes())
        _add_captures(package, prepared)
        _add_results(package, prepared)
        _add_proofs(package, prepared.indexes | {index})
        for name, document in sorted(prepared.documents.items()):
            package.add(name, document)
        sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(package.sums.items()))
        archive.writestr("SHA256SUMS", sums)
    return len(prepared.captures)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _add_captures(package: Package, prepared: Prepared) -> None:
    for capture_id in prepared.captures:
        capture = db.session.get_one(Capture, capture_id)
        package.add(f"records/{capture.id}.rec", capture.record)
        package.add(f"records/{capture.id}.sig", capture.signature)
    for ticket_id in prepared.tickets:
        package.add(f"tickets/{ticket_id}.ticket", db.session.get_one(Ticket, ticket_id).body)
    for sha256, mime in prepared.files:
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


def _add_results(package: Package, prepared: Prepared) -> None:
    """Add the bodies in the one spelling whose hash was journaled; verify.py misses a lost one."""
    for result_id in prepared.results:
        copy = db.session.get(ResultBodyCopy, result_id)
        if copy is None:
            continue
        body = ResultBody.model_validate_json(sealing.unseal(copy.sealed))
        package.add(f"results/{result_id}.json", body_text(body).encode())


def _add_proofs(package: Package, indexes: frozenset[int]) -> None:
    note, receipts = journal.receipts(sorted(indexes))
    size = int(note.split("\n")[1])
    package.add(f"checkpoints/{size}.note", note.encode())
    package.add("checkpoints/consistency.json", _json(_consistency(size)))
    package.add("roots/journal.vkey", f"{journal.verifier_key()}\n".encode())
    for index, receipt in receipts.items():
        package.add(f"receipts/{index:09d}.tlog-proof", receipt.encode())


def _consistency(size: int) -> dict[str, list[str]]:
    """Return the proofs from the kept checkpoints, for whoever holds one of them (`--held`)."""
    kept = {found.size for found in journal_queries.checkpoints() if found.size <= size}
    return {
        str(start): [part.hex() for part in journal.consistency_proof(start=start, end=size)]
        for start in sorted(kept)
    }
