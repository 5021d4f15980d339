"""Reads the file in which a phone hands over its unsent work (`store/export.ts`).

Nothing in it is believed yet: names must have the one form that phones write, every member has a
size limit of its own, and whatever else lies in the archive is left alone.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from webapp.config import settings
from webapp.evidence.records.strict_json import parse_object
from webapp.refusals import Refusal

ABOUT = "phone.json"
LARGEST_REPORT = 512_000
RECORD = re.compile(r"records/([0-9a-f-]{36})\.rec")
FILE = re.compile(r"media/([0-9a-f]{64})\.[a-z0-9]{1,5}")
TICKET = re.compile(r"tickets/([0-9a-f-]{36})\.ticket")
LARGEST_TICKET = 8_000
REPORT = re.compile(r"results/(attempts|result)-[0-9a-f-]{36}\.json")


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


@dataclass(frozen=True)
class Parcel:
    """What a phone's file holds; `files` are the member names by the hash that they claim.

    `tickets` are signed tickets by the id that each claims, for a server that has lost them.
    """

    archive: ZipFile
    device_kid: str
    records: list[SignedRecord]
    files: dict[str, str]
    reports: list[Report]
    tickets: dict[str, bytes]

    @contextmanager
    def reading(self, sha256: str) -> Iterator[Callable[[int], bytes]]:
        """Read one file piece by piece, as the body of a request is read."""
        with self.archive.open(self.files[sha256]) as file:
            yield file.read


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """Open a phone's file.

    Raises:
        Refusal: `parcel_unreadable` when it is no such file, or is damaged.
    """
    try:
        with path.open("rb") as file, ZipFile(file) as archive:
            yield _parcel(archive)
    except (BadZipFile, EOFError, OSError) as error:
        raise Refusal("parcel_unreadable") from error


def _parcel(archive: ZipFile) -> Parcel:
    names = archive.namelist()
    kid = parse_object(_member(archive, ABOUT, LARGEST_REPORT)).get("device_kid")
    if not isinstance(kid, str):
        raise Refusal("parcel_unreadable")
    files = {found[1]: found[0] for found in map(FILE.fullmatch, names) if found}
    reports = [_report(archive, found) for found in map(REPORT.fullmatch, sorted(names)) if found]
    tickets = {
        found[1]: _member(archive, found[0], LARGEST_TICKET)
        for found in map(TICKET.fullmatch, names) if found
    }  # fmt: skip
    return Parcel(archive, kid, list(_records(archive, names)), files, reports, tickets)


def _records(archive: ZipFile, names: list[str]) -> Iterator[SignedRecord]:
    """Return the records in the order of their ids, which is that of the phone's log."""
    for name in sorted(filter(RECORD.fullmatch, names)):
        raw = _member(archive, name, settings().record_max_bytes)
        yield SignedRecord(name, raw, _member(archive, name.replace(".rec", ".sig"), 64))


def _report(archive: ZipFile, found: re.Match[str]) -> Report:
    return Report(found[0], found[1], parse_object(_member(archive, found[0], LARGEST_REPORT)))


def _member(archive: ZipFile, name: str, limit: int) -> bytes:
    try:
        file: BinaryIO
        with archive.open(name) as file:  # type: ignore[assignment]
            body = file.read(limit + 1)
    except KeyError as error:
        raise Refusal("parcel_unreadable") from error
    if len(body) > limit:
        raise Refusal("parcel_unreadable")
    return body
