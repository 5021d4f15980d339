"""Checks an evidence package of Anzai 安在 without asking anybody.

    python verify.py [PACKAGE.zip | FOLDER] [--vkey KEY] [--held CHECKPOINT] [--json]

Needs Python 3.10 or newer and `cryptography`; no network. `--vkey` is the journal's verifier key
as you got it from somewhere else than this package; `--held` a checkpoint that somebody kept (a
note, a receipt, or another package), and `--proof` the journal's answer that links it to this one.
Exit 0: everything holds. 1: something is wrong. 2: this is no package. 3: nothing is wrong, but
not everything that a package should prove is proven. What each code means stands in 说明.txt.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256

RECORD_PREFIX = b"anzai-capture-v1\n"
TICKET_PREFIX = b"anzai-ticket-v1\n"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
ACTIONS = ("hold_code", "say_number", "turn_head", "raise_fingers")
FIRST = "0" * 64
# What is worth knowing but speaks against nothing.
REMARKS = {"key_not_compared", "media_not_received", "media_deleted", "seq_gap", "set_aside",
           "media_restored",
           "key_not_confirmed", "result_salt_erased", "review_salt_erased",
           "identity_corrected", "known_since_baseline"}  # fmt: skip
# What a package of an earlier version cannot show: nothing is wrong, but SOUND would say too much.
UNPROVEN = {"completeness_not_proven", "states_not_journaled", "held_not_linked"}
# What each file of a package is called; which ids and endings there may be, the contents say.
FIXED = {"verify.py", "说明.txt", "SHA256SUMS", "custody.json", "devices.json", "states.json",
         "roots/journal.vkey", "checkpoints/consistency.json"}  # fmt: skip
DOCUMENTS = ("custody.json", "devices.json", "states.json")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic",
           "video/webm": "webm", "video/mp4": "mp4", "audio/webm": "weba", "audio/mp4": "m4a",
           "application/pdf": "pdf"}  # fmt: skip
WRAPPED = ".base64.txt"
# How custody.json spells an instant; entries do so with microseconds.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
# Two of these roles together may let something be gone, when the law demands it.
APPROVING_ROLES = {"agency_checker", "agency_approver", "city"}


class NoPackageError(Exception):
    """The files are not those of a package at all."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with, or worth knowing of, one object."""

    object: str
    code: str

    @property
    def is_remark(self) -> bool:
        """Say whether the package may still be sound."""
        return self.code in REMARKS

    @property
    def weight(self) -> str:
        """Return `remark`, `unproven` or `wrong`."""
        return "remark" if self.is_remark else "unproven" if self.code in UNPROVEN else "wrong"


@dataclass(frozen=True)
class Entry:
    """A journal entry whose place in the signed tree was proven."""

    index: int
    facts: dict[str, Any]


class Package:
    """The package's files by their names, in a folder or still in its archive."""

    def __init__(self, place: Path) -> None:
        self._archive = zipfile.ZipFile(place) if place.is_file() else None
        self._place = place
        self._documents: dict[str, Any] = {}
        if self._archive is not None:
            listed = [name for name in self._archive.namelist() if not name.endswith("/")]
        else:
            files = (path for path in place.rglob("*") if path.is_file())
            listed = [path.relative_to(place).as_posix() for path in files]
        self.names = set(listed)
        # Programs differ in which of two files of one name they unpack, and in what one name is.
        spelled = Counter(name.casefold() for name in listed)
        self.doubled = sorted({name for name in listed if spelled[name.casefold()] > 1})
        if not {"SHA256SUMS", "custody.json", "devices.json", "roots/journal.vkey"} <= self.names:
            raise NoPackageError

    def read(self, name: str) -> bytes:
        """Return one file's bytes."""
        if self._archive is not None:
            return self._archive.read(name)
        return (self._place / name).read_bytes()

    def json(self, name: str) -> Any:
        """Return what one JSON file holds; it is read once, though every record asks for it."""
        if name not in self._documents:
            self._documents[name] = strict_json(self.read(name))
        return self._documents[name]

    def within(self, folder: str, ending: str) -> list[str]:
        """Return the names in a folder that end so, in order."""
        found = (n for n in self.names if n.startswith(f"{folder}/") and n.endswith(ending))
        return sorted(found)


@dataclass
class Checked:
    """Everything that was found so far; later checks lean on what earlier ones proved."""

    package: Package
    findings: list[Finding] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    checkpoint: tuple[str, int, bytes] = ("", 0, b"")
    captures: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[tuple[Any, Any, Any]] = field(default_factory=set)
    states: list[dict[str, Any]] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    announced: Entry | None = None

    def note(self, name: str, code: str, *, unless: bool = False) -> bool:
        """Note a finding unless the condition holds; return the condition."""
        if not unless:
            self.findings.append(Finding(name, code))
        return unless

    def entry(self, kind: str, **facts: Any) -> Entry | None:
        """Return the first proven entry of a type that says all these facts."""
        for found in self.entries:
            if found.facts.get("type") == kind and facts.items() <= found.facts.items():
                return found
        return None


def check(
    place: Path, vkey: str | None, held: Iterable[Path] = (), proof: Path | None = None
) -> Checked:
    """Check everything in the order in which one thing rests on another."""
    checked = Checked(Package(place))
    check_sums(checked)
    check_journal(checked, vkey)
    for kept in held:
        check_held(checked, kept, proof)
    check_announced(checked)
    check_each_once(checked)
    check_members(checked)
    check_tombstones(checked)
    check_devices(checked)
    for name in checked.package.within("records", ".rec"):
        check_record(checked, name)
    check_chains(checked)
    check_states(checked)
    check_subject(checked)
    for result in checked.package.json("custody.json")["results"]:
        check_result(checked, result)
    for review in checked.package.json("custody.json")["reviews"]:
        check_review(checked, review)
    check_custody(checked)
    return checked


# Files and journal.


def check_sums(checked: Checked) -> None:
    """Compare every file with SHA256SUMS, and look for files that it does not name."""
    package, named = checked.package, set()
    for name in package.doubled:
        checked.note(name, "file_twice")
    for line in package.read("SHA256SUMS").decode().splitlines():
        digest, _, name = line.partition("  ")
        named.add(name)
        kept = name in package.names and hashlib.sha256(package.read(name)).hexdigest() == digest
        checked.note(name, "file_changed", unless=kept)
    for name in package.names - named - {"SHA256SUMS"}:
        checked.note(name, "file_not_listed")


def check_journal(checked: Checked, vkey: str | None) -> None:
    """Prove every receipt's entry to be in the tree of the one signed checkpoint."""
    own = checked.package.read("roots/journal.vkey").decode().strip()
    if vkey is None:
        checked.note("roots/journal.vkey", "key_not_compared")
    else:
        checked.note("roots/journal.vkey", "key_is_another", unless=own == vkey.strip())
    notes = checked.package.within("checkpoints", ".note")
    checked.note("checkpoints", "checkpoint_wrong", unless=len(notes) == 1)
    for name in notes:
        head = signed_head(checked.package.read(name).decode(), own)
        if checked.note(name, "checkpoint_wrong", unless=head is not None) and head:
            checked.checkpoint = head
    for name in checked.package.within("receipts", ".tlog-proof"):
        entry = proven_entry(checked, checked.package.read(name).decode(), own)
        is_it = entry is not None and name == f"receipts/{entry.index:09d}.tlog-proof"
        if checked.note(name, "receipt_wrong", unless=is_it) and entry:
            checked.entries.append(entry)
    checked.entries.sort(key=lambda entry: entry.index)


def signed_head(note: str, vkey: str) -> tuple[str, int, bytes] | None:
    """Return origin, size and root of a checkpoint that the key signed, None for any other."""
    try:
        name, _, rest = vkey.partition("+")
        key_id, key = rest.partition("+")[0], base64.b64decode(rest.partition("+")[2])
        text, _, signatures = note.rpartition("\n\n")
        origin, size, root = (text + "\n").split("\n")[:3]
        for line in signatures.splitlines():
            _, signer, encoded = line.split(" ")
            signature = base64.b64decode(encoded)
            if signer == name and signature[:4].hex() == key_id:
                public = ed25519.Ed25519PublicKey.from_public_bytes(key[1:])
                public.verify(signature[4:], f"{text}\n".encode())
                return origin, int(size), base64.b64decode(root)
    except (ValueError, InvalidSignature):
        pass
    return None


def proven_entry(checked: Checked, receipt: str, vkey: str) -> Entry | None:
    """Return the entry of a tlog-proof@v1 whose proof leads to the package's checkpoint."""
    head, _, note = receipt.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != PROOF_HEADER or signed_head(note, vkey) != checked.checkpoint:
        return None
    try:
        body = base64.b64decode(lines[1].removeprefix("extra "), validate=True)
        index = int(lines[2].removeprefix("index "))
        proof = [base64.b64decode(line, validate=True) for line in lines[3:]]
        facts = strict_json(body)
    except (ValueError, IndexError):
        return None
    _, size, root = checked.checkpoint
    leaf = hashlib.sha256(b"\0" + body).digest()
    return Entry(index, facts) if root_of(index, size, leaf, proof) == root else None


def root_of(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes | None:
    """Return the root that an inclusion proof leads to (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return None
    first, last, root = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return None
        if first & 1 or first == last:
            root = hashlib.sha256(b"\1" + part + root).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\1" + root + part).digest()
        first, last = first >> 1, last >> 1
    return root if last == 0 else None


# An earlier checkpoint, completeness, and the files.


def check_held(checked: Checked, kept: Path, proof: Path | None) -> None:
    """Demand that the journal of this package and one that somebody kept are the same history."""
    own = checked.package.read("roots/journal.vkey").decode().strip()
    head, name = signed_head(held_note(kept), own), f"held {kept.name}"
    if not checked.note(name, "held_wrong", unless=head is not None) or head is None:
        return
    origin, size, root = checked.checkpoint
    (first, old), (second, new) = sorted([(head[1], head[2]), (size, root)])
    proofs: dict[str, list[str]] = {}
    if second == size and "checkpoints/consistency.json" in checked.package.names:
        proofs = checked.package.json("checkpoints/consistency.json")
    path = proofs.get(str(first))
    if proof is not None:
        path = [as_hex(part) for part in strict_json(proof.read_bytes())["hashes"]]
    if first == second:
        path = []
    if not checked.note(name, "held_not_linked", unless=path is not None) or path is None:
        return
    parts = [bytes.fromhex(part) for part in path]
    holds = head[0] == origin and begins(first, old, second, new, parts)
    if checked.note(name, "held_contradicted", unless=holds):
        checked.held.append(head[1])


def held_note(kept: Path) -> str:
    """Return the signed note of a checkpoint, of a receipt, or of another package."""
    if kept.is_dir() or zipfile.is_zipfile(kept):
        package = Package(kept)
        return package.read(package.within("checkpoints", ".note")[-1]).decode()
    text = kept.read_text("utf-8")
    return text.partition("\n\n")[2] if text.startswith(PROOF_HEADER) else text


def as_hex(part: str) -> str:
    """Return a hash in hex, whether it was given so or in base64, as the journal answers."""
    return part if re.fullmatch("[0-9a-f]{64}", part) else base64.b64decode(part).hex()


def begins(first: int, old: bytes, second: int, new: bytes, proof: list[bytes]) -> bool:
    """Say whether a proof shows one tree to be the beginning of another (RFC 9162 §2.1.4.2)."""
    if first in (0, second):
        return not proof and (first == 0 or old == new)
    path = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    left = right = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            left = hashlib.sha256(b"\1" + part + left).digest()
            right = hashlib.sha256(b"\1" + part + right).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            right = hashlib.sha256(b"\1" + right + part).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and (left, right) == (old, new)


def check_announced(checked: Checked) -> None:
    """Compare the documents with the hash in the entry that announced this very package.

    That entry lies in the signed tree, so whoever changes a word, leaves out an entry or takes the
    version away is left with no package that is SOUND.
    """
    custody = checked.package.json("custody.json")
    visit_id = custody["visit"]["visit_id"]
    own = [
        entry for entry in checked.entries
        if entry.facts.get("type") == "exported" and entry.facts.get("visit_id") == visit_id
        and entry.facts.get("format") is not None
    ]  # fmt: skip
    if not own and "format" not in custody:
        checked.note(f"visit {visit_id}", "completeness_not_proven")
    else:
        absent = {name for name in DOCUMENTS if name not in checked.package.names}
        sums = "" if absent else "".join(
            f"{hashlib.sha256(checked.package.read(name)).hexdigest()}  {name}\n"
            for name in DOCUMENTS
        )  # fmt: skip
        digest = hashlib.sha256(sums.encode()).hexdigest()
        fits = bool(own) and own[-1].facts.get("documents_sha256") == digest
        if checked.note("custody.json", "package_changed", unless=fits):
            checked.announced = own[-1]
    listed = {(one["index"], one["type"], one["at"]) for one in custody["entries"]}
    proven = {
        (entry.index, entry.facts.get("type"), to_milliseconds(entry.facts.get("at")))
        for entry in checked.entries if entry is not checked.announced
    }  # fmt: skip
    for index, kind, _ in sorted(listed - proven):
        checked.note(f"journal entry {index} {kind}", "receipt_missing")
    for index, kind, _ in sorted(proven - listed, key=str):
        checked.note(f"journal entry {index} {kind}", "custody_differs")


def to_milliseconds(at: Any) -> str:
    """Return an entry's instant as custody.json spells it."""
    return f"{str(at)[:23]}Z"


def check_each_once(checked: Checked) -> None:
    """Demand that every object is told of once, in whichever list."""
    custody = checked.package.json("custody.json")
    listed = [
        *((name, one[key]) for name, key in (
            ("captures", "capture_id"), ("results", "result_id"), ("reviews", "review_id"),
            ("corrections", "correction_id"), ("views", "index"), ("entries", "index"),
        ) for one in custody.get(name, [])),
        *(("chain", f"{one['device_kid']} {one['seq']}") for one in custody["chain"]),
        *(("device", one["device_kid"]) for one in checked.package.json("devices.json")),
    ]  # fmt: skip
    for (name, one), times in Counter(listed).items():
        checked.note(f"{name} {one}", "listed_twice", unless=times == 1)


def check_members(checked: Checked) -> None:
    """Demand that every file is one that a package has, under the name that its contents give."""
    custody = checked.package.json("custody.json")
    known = set(FIXED) | {f"checkpoints/{checked.checkpoint[1]}.note"}
    known |= {f"receipts/{entry.index:09d}.tlog-proof" for entry in checked.entries}
    known |= {f"results/{result['result_id']}.json" for result in custody["results"]}
    for capture in custody["captures"]:
        name = f"records/{capture['capture_id']}.rec"
        known |= {name, f"records/{capture['capture_id']}.sig"}
        if name in checked.package.names:
            known |= promised(checked.package.read(name), capture)
    for name in sorted(checked.package.names - known):
        # A receipt that proves nothing was named before.
        if not name.startswith(("receipts/", "checkpoints/")) or name.count("/") > 1:
            checked.note(name, "file_unknown")


def promised(raw: bytes, capture: dict[str, Any]) -> set[str]:
    """Return the names of the ticket and the files that a record speaks of."""
    try:
        record = strict_json(raw)
        ticket = record.get("ticket")
        names = {f"tickets/{ticket['id']}.ticket"} if ticket else set()
        said = {one["sha256"]: one["file"] for one in capture["media"] if "file" in one}
        for media in record["media"]:
            plain = f"{media['sha256']}.{ENDINGS.get(media['mime'], 'bin')}"
            # Earlier packages do not say whether a file lies in them as text.
            fits = {plain, plain + WRAPPED} & {said.get(media["sha256"], plain), plain + (
                "" if media["sha256"] in said else WRAPPED)}  # fmt: skip
            names |= {f"media/{name}" for name in fits}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()
    return names


# Deletions.


def check_tombstones(checked: Checked) -> None:
    """Note what may lawfully be gone, and every tombstone that excuses nothing."""
    held: set[tuple[Any, Any, Any]] = set()
    for entry in checked.entries:
        target, kind = target_of(entry.facts), entry.facts.get("type")
        if kind == "hold_set":
            held.add(target)
        elif kind == "hold_cleared":
            # Lifting a hold needs the two people that a deletion needs.
            held -= {target} if is_approved(checked, entry.facts) else set()
        elif kind == "tombstone":
            name = f"journal entry {entry.index}"
            is_lawful = target not in held and is_approved(checked, entry.facts)
            if checked.note(name, "tombstone_unlawful", unless=is_lawful):
                checked.gone.add(target)


def target_of(facts: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return what a tombstone or a hold is about: a file, or one hidden fact of one entry."""
    return facts.get("media_sha256"), facts.get("entry_index"), facts.get("fact")


def is_approved(checked: Checked, facts: dict[str, Any]) -> bool:
    """Say whether two different people who may do so approved; ids count, not spellings."""
    sha256, index, fact = target_of(facts)
    says_what = bool(sha256) if index is None and fact is None else sha256 is None and bool(fact)
    named, roles = facts.get("approvers"), facts.get("approver_roles")
    if not (says_what and facts.get("why") and facts.get("legal_basis")):
        return False
    try:
        ids = [UUID(who) for who in named or []]
    except (ValueError, AttributeError, TypeError):
        return False
    known = checked.package.json("custody.json").get("accounts", {})
    said = [known.get(str(each), {}).get("role") for each in ids]
    # The entry's own roles lie in the signed tree; who is no account of the package is nobody.
    held = said if roles is None else roles if len(roles) == len(ids) else []
    fits = all(said) and len(held) == len(ids) and set(held) <= APPROVING_ROLES
    return fits and len(set(ids)) > 1


# Devices and records.


def check_devices(checked: Checked) -> None:
    """Compare each key with its name and with the entries that enrolled and revoked it."""
    for device in checked.package.json("devices.json"):
        name = f"device {device['device_kid']}"
        fits = thumbprint(device["public_jwk"]) == device["device_kid"]
        checked.note(name, "key_changed", unless=fits)
        kid = device["device_kid"]
        enrolled = checked.entry("device_enrolled", device_kid=kid)
        checked.note(name, "key_not_journaled", unless=enrolled is not None)
        checked.note(name, "key_not_confirmed", unless=device["is_confirmed"] is True)


def check_record(checked: Checked, name: str) -> None:
    """Check one record: signature, place in the journal, key, ticket, challenge and files."""
    raw = checked.package.read(name)
    digest = hashlib.sha256(raw).hexdigest()
    capture_id = PurePosixPath(name).stem
    try:
        record = strict_json(raw)
        committed = checked.entry("capture_committed", capture_id=capture_id, record_sha256=digest)
        checked.note(name, "record_changed", unless=record["capture_id"] == capture_id)
    except (ValueError, KeyError, TypeError):
        checked.note(name, "record_unreadable")
        return
    checked.note(name, "visit_changed", unless=is_of_visit(checked, record))
    checked.note(name, "record_unreadable", unless=holder_of(record) is not None)
    checked.captures[capture_id] = {"record": record, "sha256": digest, "committed": committed}
    if not checked.note(name, "record_not_journaled", unless=committed is not None):
        return
    assert committed is not None  # noqa: S101 - said in the line above.
    check_signature(checked, name, record, raw, committed)
    check_ticket(checked, name, record, committed)
    for media in record["media"]:
        check_media(checked, capture_id, media)


def is_of_visit(checked: Checked, record: dict[str, Any]) -> bool:
    """Say whether a record is about the package's visit, or about its occasion."""
    said = checked.package.json("custody.json")["visit"]
    if occasion_of(record) is None:
        return bool(record.get("visit_id") == said["visit_id"])
    occasion = said.get("occasion") or {}
    return not record.get("visit_id") and occasion_of(record) == occasion.get("occasion_id")


def occasion_of(record: dict[str, Any]) -> str | None:
    """Return the occasion on which a record hangs; None for a visit's, as all of version 1 are."""
    return record.get("occasion_id") or None if record.get("v") == 2 else None


def holder_of(record: dict[str, Any]) -> tuple[str, str] | None:
    """Return to whom a record says that its key belongs: `worker_id`, since version 2 `holder`."""
    if record.get("v") == 1:
        return "account", str(record.get("worker_id"))
    said = record.get("holder")
    if record.get("v") != 2 or not isinstance(said, dict) or record.get("worker_id"):
        return None
    named = [(kind, str(said[kind])) for kind in ("account", "link") if said.get(kind)]
    return named[0] if len(named) == 1 else None


def check_signature(
    checked: Checked, name: str, record: dict[str, Any], raw: bytes, committed: Entry
) -> None:
    """Check the signature, and that its key was valid at the index of the commitment."""
    kid = record["device_kid"]
    keys = {device["device_kid"]: device for device in checked.package.json("devices.json")}
    signature_name = name.removesuffix(".rec") + ".sig"
    if not checked.note(name, "key_missing", unless=kid in keys):
        return
    signature = (
        checked.package.read(signature_name) if signature_name in checked.package.names else b""
    )
    signed = es256_holds(keys[kid]["public_jwk"], RECORD_PREFIX + raw, signature)
    checked.note(name, "signature_wrong", unless=signed)
    enrolled = checked.entry("device_enrolled", device_kid=kid)
    revoked = checked.entry("device_revoked", device_kid=kid)
    valid = enrolled is not None and enrolled.index < committed.index
    valid = valid and (revoked is None or committed.index < revoked.index)
    if not valid and checked.entry(
        "capture_quarantined", record_sha256=hashlib.sha256(raw).hexdigest()
    ):
        checked.note(name, "set_aside")
        return
    checked.note(name, "key_not_valid", unless=valid)


def check_ticket(checked: Checked, name: str, record: dict[str, Any], committed: Entry) -> None:
    """Check the ticket's bytes and entry, and that the challenge comes from its seed."""
    ticket = record.get("ticket")
    if not ticket:
        return
    file = f"tickets/{ticket['id']}.ticket"
    if not checked.note(name, "ticket_missing", unless=file in checked.package.names):
        return
    raw = checked.package.read(file)
    issued = checked.entry("ticket_issued", ticket_id=ticket["id"], ticket_sha256=ticket["sha256"])
    fits = hashlib.sha256(raw).hexdigest() == ticket["sha256"] and issued is not None
    checked.note(name, "ticket_changed", unless=fits)
    if issued is None:
        return
    checked.captures[PurePosixPath(name).stem]["issued"] = issued
    checked.note(name, "ticket_too_young", unless=issued.index < committed.index)
    said = strict_json(raw.removeprefix(TICKET_PREFIX).rpartition(b"\n")[0].rpartition(b"\n")[0])
    # A ticket that its phone brought back was journaled then, and its entry says when it was made.
    again = issued.facts.get("issued_at", said["issued_at"])
    checked.note(name, "ticket_changed", unless=again == said["issued_at"])
    subject_id = occasion_of(record) or record["visit_id"]
    code, action = challenge(said["challenge_seed"], subject_id)
    asked = record.get("challenge") or {}
    held = (asked.get("code"), asked.get("action")) == (code, action)
    checked.note(name, "challenge_differs", unless=held)


def check_media(checked: Checked, capture_id: str, media: dict[str, Any]) -> None:
    """Compare one file with the record's promise; what was lawfully deleted may be gone."""
    digest, name = media["sha256"], f"media {media['sha256']}"
    files = [file for file in checked.package.names if file.startswith(f"media/{digest}.")]
    received = checked.entry("media_received", capture_id=capture_id, media_sha256=digest)
    check_restored(checked, capture_id, media)
    if files:
        originals = [unwrapped(file, checked.package.read(file)) for file in files]
        kept = [(len(raw), hashlib.sha256(raw).hexdigest()) for raw in originals]
        checked.note(name, "media_changed", unless=set(kept) == {(media["bytes"], digest)})
        checked.note(name, "media_not_journaled", unless=received is not None)
    elif (digest, None, None) in checked.gone:
        checked.note(name, "media_deleted")
    else:
        checked.note(name, "media_missing" if received else "media_not_received")


def check_restored(checked: Checked, capture_id: str, media: dict[str, Any]) -> None:
    """Say that the archive had lost a file and took it again; it must have come before."""
    digest, name = media["sha256"], f"media {media['sha256']}"
    told = [
        entry
        for entry in checked.entries
        if entry.facts.get("capture_id") == capture_id and tells_of(entry.facts, digest)
    ]
    came = [
        entry.index
        for entry in told
        if entry.facts.get("type") in {"media_received", "media_quarantined"}
    ]
    for entry in told:
        if entry.facts.get("type") == "media_restored":
            checked.note(name, "media_restored")
            founded = entry.facts.get("bytes") == media["bytes"]
            founded = founded and min(came, default=entry.index) < entry.index
            checked.note(name, "media_restored_unfounded", unless=founded)


def tells_of(facts: dict[str, Any], digest: str) -> bool:
    """Say whether an entry is about a file; of those beside a record it names a list."""
    stored = facts.get("stored")
    return facts.get("media_sha256") == digest or (isinstance(stored, list) and digest in stored)


def unwrapped(name: str, raw: bytes) -> bytes:
    """Return the original of a file that lies in the package as base64 text, and as nothing else.

    Words outside the alphabet or behind the padding would be lost unseen, so that the text must be
    the one spelling of its bytes.
    """
    if not name.endswith(WRAPPED):
        return raw
    try:
        original = base64.b64decode(raw)
    except ValueError:
        return b""
    return original if base64.encodebytes(original) == raw else b""


def check_chains(checked: Checked) -> None:
    """Follow each phone's log: every record names the one before it."""
    chains: dict[str, dict[int, str]] = {}
    for link in checked.package.json("custody.json")["chain"]:
        chains.setdefault(link["device_kid"], {})[link["seq"]] = link["record_sha256"]
    for capture_id, kept in checked.captures.items():
        record, name = kept["record"], f"records/{capture_id}.rec"
        chain = chains.get(record["device_kid"], {})
        checked.note(name, "seq_fork", unless=chain.get(record["seq"]) == kept["sha256"])
        before = FIRST if record["seq"] == 1 else chain.get(record["seq"] - 1)
        if before is None:
            checked.note(name, "seq_gap")
        else:
            checked.note(name, "seq_fork", unless=record["prev"] == before)


# Whose visit it was, and what was tried.


def check_states(checked: Checked) -> None:
    """Prove each state to be what an act's journal entry left of the visit, person or attempt."""
    listed = "states.json" in checked.package.names
    for state in checked.package.json("states.json") if listed else []:
        name = f"{state['kind']} {state['object_id']}"
        if checked.note(name, "state_wrong", unless=is_left_by_act(checked, state)):
            checked.states.append(state)
    check_shown(checked)


# Of each kind of state, the part that must be opened.
SHOWN = {"visit": "task", "person": "identity", "attempt": "attempt", "occasion": "occasion"}


def check_shown(checked: Checked) -> None:
    """Demand that visit, person and every attempt are shown, each once as it was last."""
    if not checked.states and "states.json" not in checked.package.names:
        is_new = "format" in checked.package.json("custody.json") or any(
            "attempts_sha256" in entry.facts for entry in checked.entries
        )
        checked.note("visit", "states_missing" if is_new else "states_not_journaled")
        return
    opened = Counter(
        (state["kind"], state["object_id"]) for state in checked.states
        if SHOWN.get(state["kind"]) in state["shown"]
    )  # fmt: skip
    objects = {(state["kind"], state["object_id"]) for state in checked.states}
    for kind in ("visit", "person"):
        is_one = len({one for one in objects if one[0] == kind}) == 1
        checked.note(kind, "states_missing", unless=is_one)
    for entry in checked.entries:
        if entry.facts.get("type") == "states_breached":
            named = {bare(one["object"]) for one in entry.facts["found"]}
            for kind, object_id in sorted(objects):
                is_free = bare(f"{kind}:{object_id}") not in named
                checked.note(f"{kind} {object_id}", "state_breached", unless=is_free)
    for kind, object_id in sorted(objects):
        name = f"{kind} {object_id}"
        checked.note(name, "states_missing", unless=opened[kind, object_id] == 1)
        checked.note(name, "state_wrong", unless=kind in SHOWN)


def is_left_by_act(checked: Checked, state: dict[str, Any]) -> bool:
    """Follow a state's leaf to the root in its entry, and its words to their digests."""
    entry = next((each for each in checked.entries if each.index == state["index"]), None)
    parts = {name: bytes.fromhex(digest) for name, digest in state["parts"].items()}
    named = f"{state['kind']}:{state['object_id'].replace('-', '')}:".encode()
    leaf = hashlib.sha256(b"\0" + named + b"".join(parts.values())).digest()
    path = [bytes.fromhex(part) for part in state["path"]]
    root = root_of(state["position"], state["leaves"], leaf, path)
    if entry is None or root is None or entry.facts.get("root") != root.hex():
        return False
    shown = all(
        hashlib.sha256(bytes.fromhex(said["salt"]) + said["words"].encode()).digest() == parts[part]
        for part, said in state["shown"].items()
    )
    if entry.facts.get("type") == "states_baseline":
        checked.note(f"{state['kind']} {state['object_id']}", "known_since_baseline")
    return shown and entry.facts.get("leaves") == state["leaves"]


def words_of(checked: Checked, kind: str, part: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the proven states of a kind whose part is opened, with what it says."""
    return [
        (state, strict_json(state["shown"][part]["words"].encode()))
        for state in checked.states
        if state["kind"] == kind and part in state["shown"]
    ]


def check_subject(checked: Checked) -> None:
    """Demand that visit, person and signed records are about one and the same."""
    said = checked.package.json("custody.json")["visit"]
    name = f"visit {said['visit_id']}"
    for kept in checked.captures.values():
        # An occasion's record names no person; that it is this visit's, `is_of_visit` says.
        fits = kept["record"].get("subject_ref") == said["subject_ref"]
        fits = fits or occasion_of(kept["record"]) is not None
        checked.note(name, "subject_changed", unless=fits)
    check_occasion(checked, said)
    check_whose(checked, said["visit_id"])
    person_id = None
    for state, words in words_of(checked, "visit", "task"):
        person_id = words["person_id"]
        held = {key: words.get(key) for key in ("kind", "status", "subject_ref", "due_on")}
        fits = state["object_id"] == said["visit_id"] and held.items() <= said.items()
        checked.note(name, "visit_changed", unless=fits)
        named = (said.get("occasion") or {}).get("occasion_id")
        fits = (words.get("occasion_id") or None) == (bare(named) if named else None)
        checked.note(name, "visit_changed", unless=fits)
        check_status(checked, name, words.get("status"))
    if person_id is None:
        return
    for entry in checked.entries:
        if entry.facts.get("type") in {"result_submitted", "capture_committed"}:
            fits = bare(entry.facts.get("person_id", person_id)) == person_id
            checked.note(name, "subject_changed", unless=fits)
    people = words_of(checked, "person", "identity")
    checked.note(name, "subject_changed", unless=bool(people))
    for state, words in people:
        fits = state["object_id"].replace("-", "") == person_id and all(
            words.get(key) == said["person"][key] for key in ("name", "masked_number")
        )
        checked.note(name, "subject_changed", unless=fits)
    identities = {s["parts"].get("identity") for s in checked.states if s["kind"] == "person"}
    checked.note(name, "identity_corrected", unless=len(identities) < 2)


def check_occasion(checked: Checked, visit: dict[str, Any]) -> None:
    """Demand that the occasion is told as the journal proves it, once, and no other."""
    said = visit.get("occasion")
    proven = words_of(checked, "occasion", "occasion")
    for entry in checked.entries:
        if entry.facts.get("type") == "capture_committed" and "occasion_id" in entry.facts:
            fits = said is not None and entry.facts["occasion_id"] == said["occasion_id"]
            checked.note(f"journal entry {entry.index}", "visit_changed", unless=fits)
    wanted = [bare(said["occasion_id"])] if said is not None else []
    fits = [bare(state["object_id"]) for state, _ in proven] == wanted
    for _, words in proven:
        told = said or {}
        fits = fits and bare(told.get("organiser_id")) == words.get("organiser_id")
        fits = fits and all(words.get(key) == told.get(key) for key in ("kind", "place", "held_on"))
    checked.note(f"visit {visit['visit_id']}", "visit_changed", unless=fits)


# Entries about a visit that name it; none of another visit has any business in the package.
OF_VISIT = {"result_submitted", "capture_committed", "review_decided", "correction", "exported",
            "attempts_recorded"}  # fmt: skip


def check_whose(checked: Checked, visit_id: str) -> None:
    """Demand that no entry, body or attempt is another visit's."""
    for entry in checked.entries:
        if entry.facts.get("type") in OF_VISIT:
            fits = bare(entry.facts.get("visit_id", visit_id)) == bare(visit_id)
            checked.note(f"journal entry {entry.index}", "visit_changed", unless=fits)
    for state, words in words_of(checked, "attempt", "attempt"):
        fits = words["visit_id"] == bare(visit_id)
        checked.note(f"attempt {state['object_id']}", "attempts_changed", unless=fits)


def bare(identifier: Any) -> str:
    """Return an id without dashes, as states spell it."""
    return str(identifier).replace("-", "")


def check_status(checked: Checked, name: str, status: Any) -> None:
    """Demand that a visit which was accepted or returned has the decision that made it so."""
    decided = {
        str(entry.facts.get("decision")) for entry in checked.entries
        if entry.facts.get("type") == "review_decided"
    }  # fmt: skip
    needed = {"accepted": "accept", "returned": "return"}.get(str(status))
    checked.note(name, "decision_missing", unless=needed is None or needed in decided)


def check_attempts(checked: Checked, name: str, entry: Entry) -> None:
    """Demand the very attempts that were known when the result came."""
    visit_id = str(entry.facts["visit_id"]).replace("-", "")
    known = [
        state["object_id"]
        for state, words in words_of(checked, "attempt", "attempt")
        if state["index"] < entry.index and words["visit_id"] == visit_id
    ]
    digest = hashlib.sha256("\n".join(sorted(known)).encode()).hexdigest()
    # Entries of earlier versions do not name them.
    fits = entry.facts.get("attempts_sha256", digest) == digest
    checked.note(name, "attempts_changed", unless=fits)


# Results and reviews.


def names_captures(facts: dict[str, Any], named: set[tuple[str, str]]) -> bool:
    """Say whether an entry names exactly these captures: one by one, or, where many, by a hash."""
    if "captures_sha256" not in facts:
        return named == {(ref["capture_id"], ref["record_sha256"]) for ref in facts["captures"]}
    lines = "\n".join(sorted(f"{key} {record}" for key, record in named))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return (facts["captures_count"], facts["captures_sha256"]) == (len(named), digest)


def check_result(checked: Checked, result: dict[str, Any]) -> None:
    """Demand that the result names exactly the captures, and says exactly the words, of its day."""
    name, result_id = f"result {result['result_id']}", result["result_id"]
    entry = checked.entry("result_submitted", result_id=result_id)
    if not checked.note(name, "result_not_journaled", unless=entry is not None) or entry is None:
        return
    named = {(ref["capture_id"], ref["record_sha256"]) for ref in result["captures"]}
    here = {(key, kept["sha256"]) for key, kept in checked.captures.items()}
    check_attempts(checked, name, entry)
    checked.note(name, "captures_changed", unless=names_captures(entry.facts, named))
    checked.note(name, "capture_missing", unless=named <= here)
    file = f"results/{result_id}.json"
    if not checked.note(name, "result_body_missing", unless=file in checked.package.names):
        return
    body = checked.package.read(file)
    said = strict_json(body)
    checked.note(name, "result_changed", unless=said["outcome"] == result["outcome"])
    digest = hashlib.sha256(body).hexdigest()
    check_hidden(checked, name, entry, ("body_sha256", digest, result["salt"]))
    # Entries of earlier versions do not say the outcome; the hash of the body covers it.
    outcome = entry.facts.get("outcome", result["outcome"])
    checked.note(name, "result_changed", unless=outcome == result["outcome"])
    visit_id = checked.package.json("custody.json")["visit"]["visit_id"]
    fits = said["result_id"] == result_id and said["visit_id"] == visit_id
    checked.note(name, "visit_changed", unless=fits)
    decided_at = INSTANT.fullmatch(str(result["decided_at"])) and moment(result["decided_at"])
    fits = decided_at is not None and decided_at == floored(moment(said["decided_at"]))
    checked.note(name, "result_changed", unless=fits)
    check_told_attempts(checked, name, said)


def moment(text: str) -> datetime:
    """Return the instant that RFC 3339 writes, with up to six places of a second."""
    whole, fraction, zone = re.fullmatch(
        r"([0-9T:-]{19})(?:\.([0-9]{1,6}))?(Z|[+-][0-9:]{5})", text
    ).groups("")  # type: ignore[union-attr]
    zone = zone.replace("Z", "+00:00")
    return datetime.fromisoformat(f"{whole}.{fraction.ljust(6, '0')}{zone}")


def floored(at: datetime) -> datetime:
    """Return an instant without what is less than a millisecond."""
    return at - timedelta(microseconds=at.microsecond % 1000)


def check_told_attempts(checked: Checked, name: str, said: dict[str, Any]) -> None:
    """Demand that each attempt in a result's sealed words is the attempt that is shown.

    One that was sent before stays as it was sent first, so only those count that came with it.
    """
    entry = checked.entry("result_submitted", result_id=said["result_id"])
    shown = {
        bare(state["object_id"]): (state["index"], words)
        for state, words in words_of(checked, "attempt", "attempt")
    }
    for attempt in said.get("attempts", []):
        index, words = shown.get(bare(attempt["attempt_id"]), (None, {}))
        # What came in one act with the result stands right before it in the journal.
        if entry is None or index != entry.index - 1:
            continue
        fits = moment(words["started_at"]) == moment(attempt["started_at"]) and all(
            (words.get(key) or None) == (attempt.get(key) or None)
            for key in ("met", "action", "number_end", "note")
        )
        checked.note(name, "attempts_changed", unless=fits)


def check_review(checked: Checked, review: dict[str, Any]) -> None:
    """Compare a decision and its words with its entry."""
    name = f"review {review['review_id']}"
    entry = checked.entry(
        "review_decided", review_id=review["review_id"], result_id=review["result_id"],
        decision=review["decision"], code_seen=review["code_seen"],
    )  # fmt: skip
    if not checked.note(name, "review_changed", unless=entry is not None) or entry is None:
        return
    check_hidden(checked, name, entry, ("words", review["words"], review["salt"]))


def check_hidden(
    checked: Checked, name: str, entry: Entry, said: tuple[str, str, str | None]
) -> None:
    """Demand that an entry commits to a value by SHA-256(salt ‖ value).

    What is empty was never committed to. A salt may be gone only by a lawful tombstone for that
    very fact of that very entry, or else whoever changed the value would just leave it out.
    """
    fact, value, salt = said
    kind = name.partition(" ")[0]
    digest = entry.facts.get("salted", {}).get(fact)
    if digest is None:
        checked.note(name, f"{kind}_changed", unless=not value and salt is None)
    elif salt is None:
        is_lawful = (None, entry.index, fact) in checked.gone
        checked.note(name, f"{kind}_salt_erased" if is_lawful else f"{kind}_salt_missing")
    else:
        held = hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest() == digest
        checked.note(name, f"{kind}_changed", unless=held)


# What custody.json tells in words, against the entries.


def check_custody(checked: Checked) -> None:
    """Compare who had the evidence in hand, when, and what became of it, with the entries."""
    custody = checked.package.json("custody.json")
    for device in checked.package.json("devices.json"):
        check_holder(checked, device)
    for capture in custody["captures"]:
        check_capture_said(checked, capture)
    standing = replayed(checked)
    for result in custody["results"]:
        name, result_id = f"result {result['result_id']}", result["result_id"]
        entry = checked.entry("result_submitted", result_id=result_id)
        agree(checked, name, entry, at=result["received_at"], worker_id=result["worker_id"])
        fits = (result["state"], result["is_standing"]) in standing.get(result_id, [])
        checked.note(name, "state_unfounded", unless=fits)
    for review in custody["reviews"]:
        entry = checked.entry("review_decided", review_id=review["review_id"])
        name = f"review {review['review_id']}"
        agree(checked, name, entry, at=review["decided_at"], reviewer_id=review["reviewer_id"])
    for made in custody.get("corrections", []):
        check_correction(checked, made)
    for capture in custody["captures"]:
        check_photographer(checked, capture)
    for account_id, account in custody.get("accounts", {}).items():
        check_account(checked, account_id, account)
    for view in custody["views"]:
        seen = {key: view[key] for key in ("viewer_id", "media_sha256", "kind")}
        same = [e for e in checked.entries if e.index == view["index"]]
        name = f"view of media {view['media_sha256']}"
        agree(checked, name, same[0] if same else None, type="viewed", at=view["at"], **seen)
    check_nothing_left_out(checked, custody)


def agree(checked: Checked, name: str, entry: Entry | None, **said: Any) -> None:
    """Demand that an entry says the same; custody.json writes instants to the millisecond."""
    held = entry is not None
    for key, value in said.items():
        told = entry.facts.get(key) if entry is not None else None
        held = held and (to_milliseconds(told) == value if key == "at" else told == value)
    checked.note(name, "custody_differs", unless=held)


def check_photographer(checked: Checked, capture: dict[str, Any]) -> None:
    """Demand that who took a picture is whose phone signed its record, and of which kind it is."""
    name, kept = f"capture {capture['capture_id']}", checked.captures.get(capture["capture_id"])
    if not checked.note(name, "capture_missing", unless=kept is not None) or kept is None:
        return
    record = kept["record"]
    checked.note(name, "custody_differs", unless=record.get("kind") == capture["kind"])
    enrolled = checked.entry("device_enrolled", device_kid=record["device_kid"])
    agree(checked, name, enrolled, worker_id=capture["worker_id"])
    kind, holder_id = holder_of(record) or ("", "")
    fits = kind == "account" and bare(holder_id.lower()) == bare(capture["worker_id"])
    checked.note(name, "custody_differs", unless=fits)


def check_account(checked: Checked, account_id: str, account: dict[str, Any]) -> None:
    """Compare a name and a role with the entry that made the account, where there is one."""
    name, entry = f"account {account_id}", made_account(checked, account_id)
    if entry is not None:
        agree(checked, name, entry, role=account["role"])
        check_hidden(checked, name, entry, ("name", account["name"], account.get("name_salt")))


def made_account(checked: Checked, account_id: str) -> Entry | None:
    """Return the entry that says which role an account has, and hides its name under a salt."""
    facts = {"account_id": account_id}
    return checked.entry("account_opened", **facts) or checked.entry("account_recorded", **facts)


def check_holder(checked: Checked, device: dict[str, Any]) -> None:
    """Compare whose phone it is, and who said so, with its entries."""
    kid, name = device["device_kid"], f"device {device['device_kid']}"
    enrolled = checked.entry("device_enrolled", device_kid=kid)
    agree(checked, name, enrolled, worker_id=device["worker_id"])
    # Entries and packages of before there were kinds tell of phones alone.
    kind = enrolled.facts.get("kind", "phone") if enrolled else "phone"
    checked.note(name, "custody_differs", unless=device.get("kind", "phone") == kind)
    revoked = checked.entry("device_revoked", device_kid=kid)
    said = (device["enrolled_index"], device["revoked_index"])
    fits = said == tuple(entry.index if entry else None for entry in (enrolled, revoked))
    checked.note(name, "custody_differs", unless=fits)
    is_known = checked.entry("device_confirmed", device_kid=kid) is not None
    # Enrolments of earlier versions do not say whether it was the worker's first phone.
    is_first = enrolled.facts.get("is_first") if enrolled else None
    if is_known or is_first is not None:
        fits = device["is_confirmed"] == (is_known or bool(is_first))
        checked.note(name, "custody_differs", unless=fits)


def check_capture_said(checked: Checked, capture: dict[str, Any]) -> None:
    """Compare a capture's arrival, state, files and distance with its entries."""
    capture_id, name = capture["capture_id"], f"capture {capture['capture_id']}"
    entry = checked.entry("capture_committed", capture_id=capture_id)
    agree(checked, name, entry, at=capture["committed_at"])
    states = []
    for media in capture["media"]:
        key = {"capture_id": capture_id, "media_sha256": media["sha256"]}
        received, aside = checked.entry("media_received", **key), None
        for found in checked.entries:
            facts = found.facts
            is_it = facts.get("type") == "media_quarantined" and facts["capture_id"] == capture_id
            # Kept beside its record, which lay aside: the file itself was not refused.
            if (
                "stored" not in facts
                and facts.get("reason") != "media_mismatch"
                and is_it
                and media["sha256"] in (facts["media_sha256"], facts["promised_sha256"])
            ):
                aside = found
        possible = {"received" if received else "expected"} | ({"quarantined"} if aside else set())
        fits = media["state"] in possible and (received is None) == (media["received_at"] is None)
        checked.note(f"media {media['sha256']}", "state_unfounded", unless=fits)
        if received is not None:
            agree(checked, f"media {media['sha256']}", received, at=media["received_at"])
        states.append(media["state"])
    if entry is None:
        return
    expected = "received" if set(states) == {"received"} else "committed"
    if entry.facts.get("state") == "quarantined" or "quarantined" in states:
        expected = "quarantined"
    checked.note(name, "state_unfounded", unless=capture["state"] == expected)
    if "nearness" in entry.facts:
        agree(checked, name, entry, nearness=capture["nearness"])
        metres = capture["distance_m"]
        said = "" if metres is None else repr(float(metres))
        check_hidden(checked, name, entry, ("distance_m", said, capture.get("distance_salt")))


def check_correction(checked: Checked, made: dict[str, Any]) -> None:
    """Compare a decision that was taken back, and the reason, with its entry."""
    name = f"correction {made['correction_id']}"
    said = {key: made[key] for key in ("what", "review_id", "result_id", "corrected_by")}
    entry = checked.entry("correction", correction_id=made["correction_id"])
    agree(checked, name, entry, at=made["corrected_at"], **said)
    if entry is not None:
        check_hidden(checked, name, entry, ("words", made["words"], made["salt"]))


def check_nothing_left_out(checked: Checked, custody: dict[str, Any]) -> None:
    """Demand that custody.json tells of everything that the package's own receipts prove."""
    told = {
        "result_submitted": ("result_id", {each["result_id"] for each in custody["results"]}),
        "review_decided": ("review_id", {each["review_id"] for each in custody["reviews"]}),
        "correction": (
            "correction_id", {each["correction_id"] for each in custody.get("corrections", [])}),
        "capture_committed": ("capture_id", {each["capture_id"] for each in custody["captures"]}),
        "device_enrolled": (
            "device_kid", {each["device_kid"] for each in checked.package.json("devices.json")}),
    }  # fmt: skip
    views = {each["index"] for each in custody["views"]}
    for entry in checked.entries:
        fact, ids = told.get(str(entry.facts.get("type")), ("", set()))
        if entry.facts.get("type") == "viewed" and entry.index not in views:
            checked.note(f"journal entry {entry.index}", "custody_differs")
        if fact and entry.facts.get(fact) not in ids:
            checked.note(f"{fact.removesuffix('_id')} {entry.facts.get(fact)}", "custody_differs")


def replayed(checked: Checked) -> dict[str, list[tuple[str, bool]]]:
    """Return what each result may be by the entries: its state, and whether it stands."""
    states: dict[str, str] = {}
    unsure: set[str] = set()
    before: dict[Any, tuple[dict[str, str], str | None]] = {}
    standing: str | None = None
    for entry in checked.entries:
        facts, kind = entry.facts, entry.facts.get("type")
        one = str(facts.get("result_id"))
        if kind == "result_submitted":
            stands = facts.get("state", "submitted") == "submitted" and standing is None
            states[one] = "submitted" if stands else "conflict"
            standing = one if stands else standing
            # Earlier entries do not say whether the visit had been cancelled by then.
            unsure |= {one} if stands and "state" not in facts else set()
        elif kind == "review_decided":
            alone = ({one: "submitted"}, one)
            before[facts.get("review_id")] = (
                (dict(states), standing) if "before" in facts else alone
            )
            unsure.discard(one)
            standing = decide(states, one, str(facts.get("decision")), standing)
        elif kind == "correction" and facts.get("what") == "review":
            kept, stood = before.get(facts.get("review_id"), ({}, None))
            standing = None if standing == one else standing
            for other, state in kept.items():
                if other == one or states.get(other) == "superseded":
                    states[other] = state
                    standing = other if other == stood else standing
    return {
        key: [(state, key == standing)] + ([("conflict", False)] if key in unsure else [])
        for key, state in states.items()
    }


def decide(states: dict[str, str], one: str, decision: str, standing: str | None) -> str | None:
    """Let a decision about one of the results do what it does; return which one stands then."""
    if decision == "accept":
        for other, state in states.items():
            if state in {"submitted", "conflict", "awaiting_second"} or other == standing:
                states[other] = "superseded"
        states[one] = "accepted"
        return one
    if decision == "propose":
        states[one] = "awaiting_second"
        return standing
    states[one] = "returned" if decision == "return" else "superseded"
    return None if standing == one else standing


# Small things.


def strict_json(raw: bytes) -> Any:
    """Read JSON; doubled keys and NaN are no JSON here."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in items}) != len(items):
            raise ValueError("a key stands twice")
        return dict(items)

    def constant(word: str) -> Any:
        raise ValueError(word)

    return json.loads(raw.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)


def from_base64url(text: str) -> bytes:
    """Read unpadded base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def thumbprint(jwk: dict[str, Any]) -> str:
    """Return the RFC 7638 thumbprint of a P-256 key."""
    members = {name: jwk.get(name) for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(canonical).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def es256_holds(jwk: dict[str, Any], signed: bytes, signature: bytes) -> bool:
    """Say whether raw r‖s of 64 bytes is the key's signature."""
    if len(signature) != 64:
        return False
    try:
        x, y = (int.from_bytes(from_base64url(jwk[axis]), "big") for axis in ("x", "y"))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, KeyError):
        return False
    return True


def not_before(issued: Entry | None) -> str | None:
    """Return when a record's ticket was made; one that was lost and brought back says it itself."""
    return None if issued is None else issued.facts.get("issued_at", issued.facts["at"])


def challenge(seed: str, visit_id: str) -> tuple[str, str]:
    """Return the code and the action that a ticket's seed asks for at a visit."""
    digest = hmac.new(from_base64url(seed), visit_id.encode(), hashlib.sha256).digest()
    code = int.from_bytes(digest[:4], "big") % 10_000
    return f"{code:04d}", ACTIONS[digest[4] % len(ACTIONS)]


# The report.


def intervals(checked: Checked) -> Iterator[dict[str, Any]]:
    """Give the provable interval of every capture, and what was noticed of it."""
    custody = checked.package.json("custody.json")
    flags = {capture["capture_id"]: capture["flags"] for capture in custody["captures"]}
    for capture_id, kept in checked.captures.items():
        yield {
            "capture_id": capture_id,
            "kind": kept["record"].get("kind"),
            "not_before": not_before(kept.get("issued")),
            "not_after": kept["committed"].facts["at"] if kept["committed"] else None,
            "phone_said": kept["record"].get("clock", {}).get("wall"),
            "flags": flags.get(capture_id, []),
        }


def report_of(checked: Checked) -> dict[str, Any]:
    """Return everything that was found, and the provable interval of every capture."""
    custody = checked.package.json("custody.json")
    origin, size, root = checked.checkpoint
    weights = {finding.weight for finding in checked.findings}
    verdict = "wrong" if "wrong" in weights else "unproven" if "unproven" in weights else "sound"
    return {
        "sound": verdict == "sound",
        "verdict": verdict,
        "visit_id": custody["visit"]["visit_id"],
        "person": custody["visit"]["person"] if is_subject_proven(checked) else None,
        "told": list(told_only(checked)),
        "limits": list(limits(checked)),
        "checkpoint": {"origin": origin, "size": size, "root": root.hex()},
        "entries_proven": len(checked.entries),
        "captures": list(intervals(checked)),
        "results": [
            {key: result[key] for key in ("result_id", "outcome", "state")}
            | {"flags": result.get("flags", [])}
            for result in custody["results"]
        ],
        "attempts": [
            {key: words.get(key) for key in ("started_at", "met", "action", "note")}
            for _, words in words_of(checked, "attempt", "attempt")
        ],
        "corrections": [e.facts for e in checked.entries if e.facts["type"] == "correction"],
        "tombstones": [e.facts for e in checked.entries if e.facts["type"] == "tombstone"],
        "findings": [
            {"object": f.object, "code": f.code, "is_remark": f.is_remark, "weight": f.weight}
            for f in checked.findings
        ],
    }  # fmt: skip


def told_only(checked: Checked) -> Iterator[str]:
    """Give what the package says, but no entry about the thing itself proves."""
    custody = checked.package.json("custody.json")
    if not is_subject_proven(checked):
        visit, person = custody["visit"], custody["visit"]["person"]
        yield f"走访 visit {visit['visit_id']}: {visit['kind']} {visit['status']} {visit['due_on']}"
        yield f"人员 person {person['name']} {person['masked_number']}"
    yield f"片区 area: {custody['visit']['person'].get('area')}"
    for account_id, account in custody.get("accounts", {}).items():
        if made_account(checked, account_id) is None:
            yield f"账号 account {account_id}: {account['name']} ({account['role']})"
    if any(one.get("flags") for one in (*custody["captures"], *custody["results"])):
        yield "全部提示 all flags"


def is_subject_proven(checked: Checked) -> bool:
    """Say whether the visit's and the person's own states are shown."""
    return bool(words_of(checked, "visit", "task") and words_of(checked, "person", "identity"))


def limits(checked: Checked) -> Iterator[str]:
    """Say in both languages what this check cannot exclude."""
    size = checked.package.json("custody.json").get("journal_size")
    if checked.announced is not None:
        at = checked.announced.facts["at"]
        index = checked.announced.index
        yield (f"本包说的是日志前 {size} 条所记的事，由第 {index} 条（{at}）锁定；"
               "此后的事不在其中。 "
               f"The package tells what the first {size} entries hold, bound by entry {index} "
               f"({at}); nothing later.")  # fmt: skip
    else:
        yield ("没有一条日志锁定本包全部内容：无法排除有结果、审核、撤回、照片或停用被拿掉，"
               "也无法排除片区、账号姓名等被改过。 No entry binds the whole package: results, "
               "reviews, corrections, photos or revocations may have been left out, and names "
               "of areas and accounts changed.")  # fmt: skip
    if checked.held:
        sizes = ", ".join(map(str, sorted(checked.held)))
        yield (f"与所提供的早先检查点（{sizes} 条）是同一本日志。 "
               f"The journal continues the held checkpoint of {sizes} entries.")  # fmt: skip
    else:
        yield ("没有用 --held 给出别人保存的检查点：若整本日志被重写并重新签名，本次检查看不出来。 "
               "No held checkpoint was given (--held): a journal that was rewritten as a whole "
               "and signed anew would not be noticed.")  # fmt: skip


VERDICTS = {"sound": "全部相符 SOUND", "wrong": "有不符之处 NOT SOUND",
            "unproven": "未见不符，但没有全部证明 NOT PROVEN (nothing wrong found)"}  # fmt: skip
MARKS = {"remark": "注意 remark", "wrong": "不符 WRONG", "unproven": "未证明 not proven"}


def in_words(report: dict[str, Any]) -> Iterator[str]:
    """Give the report line by line, for people."""
    head = report["checkpoint"]
    yield f"走访 visit {report['visit_id']}"
    person = report["person"]
    if person is not None:
        yield f"人员 person {person['name']} {person['masked_number']}"
    yield f"检查点 checkpoint {head['origin']} {head['size']} {head['root']}"
    yield f"已证明的日志条目 journal entries proven: {report['entries_proven']}"
    for capture in report["captures"]:
        yield f"{capture['kind']} {capture['capture_id']}"
        yield f"  不早于 not before {capture['not_before']}"
        yield f"  不晚于 not after  {capture['not_after']}"
        yield f"  手机所称 phone said {capture['phone_said']}"
        codes = ", ".join(flag["code"] for flag in capture["flags"])
        yield f"  提示 flags: {codes or '无 none'}"
    for attempt in report["attempts"]:
        told = " ".join(str(value) for value in attempt.values() if value)
        yield f"走访记录 attempt {told}"
    for result in report["results"]:
        yield f"结果 result {result['result_id']}: {result['outcome']} ({result['state']})"
        codes = ", ".join(flag["code"] for flag in result["flags"])
        yield f"  提示 flags: {codes or '无 none'}"
    for stone in (*report["tombstones"], *report["corrections"]):
        yield f"{stone['type']}: {json.dumps(stone, ensure_ascii=False)}"
    for finding in report["findings"]:
        yield f"{MARKS[finding['weight']]}: {finding['object']}: {finding['code']}"
    for line in report["told"]:
        yield f"所述，未经证明 told, not proven: {line}"
    for line in report["limits"]:
        yield f"说明 note: {line}"
    yield VERDICTS[report["verdict"]]


def main() -> int:
    """Check what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description="检查取证包 Check an evidence package.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--vkey", help="日志公钥，从别处得来 the journal's key, got elsewhere")
    parser.add_argument(
        "--held",
        action="append",
        default=[],
        type=Path,
        help="早先保存的检查点、回执或取证包 a checkpoint, receipt or package",
    )
    parser.add_argument(
        "--proof",
        type=Path,
        help="日志给出的一致性证明（JSON） "
        "the journal's answer of /journal/consistency from the smaller size on",
    )
    parser.add_argument("--json", action="store_true", help="JSON")
    chosen = parser.parse_args()
    try:
        report = report_of(check(chosen.package, chosen.vkey, chosen.held, chosen.proof))
    except (NoPackageError, OSError, zipfile.BadZipFile, ValueError, LookupError, TypeError,
            AttributeError) as error:  # fmt: skip
        sys.stderr.write(f"这不是取证包，或已残缺 not a package, or a broken one: {error!r}\n")
        return 2
    words = json.dumps(report, ensure_ascii=False) if chosen.json else "\n".join(in_words(report))
    sys.stdout.write(f"{words}\n")
    return {"sound": 0, "wrong": 1, "unproven": 3}[report["verdict"]]


if __name__ == "__main__":
    sys.exit(main())
