"""Reads the file in which a phone hands over its unsent work (`store/export.ts`).

Nothing in it is believed yet: names must have the one form that phones write, and every member has
a size limit of its own. It may be the only copy of a day's work, so that each member is read by
itself: a damaged one is named and keeps no sound one out.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar
from zipfile import BadZipFile, ZipFile

import structlog

from webapp.config import settings
from webapp.evidence.records.record_json import parse_object
from webapp.evidence.recovery.salvage import Salvaged
from webapp.refusals import Refusal

ABOUT = "phone.json"
LARGEST_REPORT = 512_000
RECORD = re.compile(r"records/([0-9a-f-]{36})\.rec")
SIGNATURE_BYTES = 64
FILE = re.compile(r"media/([0-9a-f]{64})\.[a-z0-9]{1,5}")
TICKET = re.compile(r"tickets/([0-9a-f-]{36})\.ticket")
LARGEST_TICKET = 8_000
REPORT = re.compile(r"results/(attempts|result)-[0-9a-f-]{36}\.json")
# What a phone writes besides, for people to read.
LEFT_ALONE = re.compile(r"outbox\.json|receipts/[0-9a-f-]{36}-[a-z]+\.tlog-proof|records/.*\.sig")

# What `zipfile` raises for turned bits: a wrong checksum or head, a stream that does not unpack, a
# method or version nobody knows, a false "encrypted", names that are no text, a missing member.
DAMAGE = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError,
          struct.error, KeyError)  # fmt: skip

log = structlog.get_logger("anzai.evidence")
Read = TypeVar("Read")


@dataclass(frozen=True)
class SignedRecord:
    """A capture record's own bytes with the phone's signature."""

    name: str
    raw: bytes
    signature: bytes


@dataclass(frozen=True)
class Report:
    """Attempts or a result, as the phone would have posted them."""

    name: str
    kind: str
    body: dict[str, object]


@dataclass
class Parcel:
    """What a phone's file holds; `files` are the member names by the hash that they claim.

    `tickets` are signed tickets by the id that each claims, for a server that has lost them.
    `unreadable` are the members that are damaged, or that no phone writes under such a name.
    """

    archive: ZipFile | Salvaged
    device_kid: str = ""
    records: list[SignedRecord] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    tickets: dict[str, bytes] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @contextmanager
    def reading(self, sha256: str) -> Iterator[Callable[[int], bytes]]:
        """Read one file piece by piece, as the body of a request is read.

        Raises:
            Refusal: `parcel_member_damaged`, at the latest behind the last piece.
        """
        with _damage_named(), self.archive.open(self.files[sha256]) as file:

            def read(size: int) -> bytes:
                with _damage_named():
                    return file.read(size)

            yield read


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """Open a phone's file.

    Raises:
        Refusal: `parcel_unreadable` when it is no such file, or so damaged that nothing of it can
            be read.
    """
    with ExitStack() as stack:
        try:
            parcel = _parcel(_archive(stack.enter_context(path.open("rb"))))
        except (*DAMAGE, OSError) as error:
            raise Refusal("parcel_unreadable") from error
        yield parcel


def _archive(file: BinaryIO) -> ZipFile | Salvaged:
    """Return what reads the members; one whose directory is damaged is searched for them."""
    try:
        return ZipFile(file)
    except DAMAGE:
        return Salvaged(file)


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise Refusal("parcel_member_damaged") from error


def _parcel(archive: ZipFile | Salvaged) -> Parcel:
    """Read everything but the photos and films, in the order of the names.

    That of the records is the order of their ids, which is that of the phone's log.
    """
    parcel = Parcel(archive)
    for name in sorted(set(archive.namelist())):
        _sort_in(parcel, name)
    parcel.device_kid = _whose(parcel)
    return parcel


def _sort_in(parcel: Parcel, name: str) -> None:
    archive = parcel.archive
    if RECORD.fullmatch(name):
        record = _sound(parcel, name, partial(_record, parcel, name))
        parcel.records += [record] if record else []
    elif found := REPORT.fullmatch(name):
        body = _sound(parcel, name, lambda: parse_object(_member(archive, name, LARGEST_REPORT)))
        parcel.reports += [Report(name, found[1], body)] if body is not None else []
    elif found := TICKET.fullmatch(name):
        ticket = _sound(parcel, name, partial(_member, archive, name, LARGEST_TICKET))
        parcel.tickets |= {found[1]: ticket} if ticket else {}
    elif found := FILE.fullmatch(name):
        parcel.files[found[1]] = name
    elif name != ABOUT and not LEFT_ALONE.fullmatch(name):
        parcel.unreadable.append(name)


def _sound(parcel: Parcel, name: str, read: Callable[[], Read]) -> Read | None:
    """Return what is read; None, and the member's name noted, when it is damaged."""
    try:
        return read()
    except (*DAMAGE, Refusal) as error:
        log.warning("parcel_member_unreadable", member=name, error=type(error).__name__)
        parcel.unreadable.append(name)
        return None


def _record(parcel: Parcel, name: str) -> SignedRecord | None:
    """Return a record with its signature; None when that one is damaged, and named."""
    raw = _member(parcel.archive, name, settings().record_max_bytes)
    beside = name.replace(".rec", ".sig")
    signature = _sound(parcel, beside, partial(_member, parcel.archive, beside, SIGNATURE_BYTES))
    return SignedRecord(name, raw, signature) if signature is not None else None


def _whose(parcel: Parcel) -> str:
    """Return the key of the phone: as it says, or where that is damaged, as its records do.

    What a record says of it is proven by its signature when it is taken in.
    """
    about = _sound(parcel, ABOUT, partial(_member, parcel.archive, ABOUT, LARGEST_REPORT))
    kids = [_kid_in(about)] if about is not None else [_kid_in(one.raw) for one in parcel.records]
    named = {kid for kid in kids if kid is not None}
    if len(named) != 1:
        raise Refusal("parcel_unreadable")
    return named.pop()


def _kid_in(raw: bytes) -> str | None:
    try:
        kid = parse_object(raw).get("device_kid")
    except Refusal:
        return None
    return kid if isinstance(kid, str) else None


def _member(archive: ZipFile | Salvaged, name: str, limit: int) -> bytes:
    file: BinaryIO
    with archive.open(name) as file:  # type: ignore[assignment]
        body = file.read(limit + 1)
    if len(body) > limit:
        raise Refusal("parcel_unreadable")
    return body
