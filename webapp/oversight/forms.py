"""Reads what the auditor's pages send, as checked values."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from webapp.journal.mentions import ref_of
from webapp.journal.rules import EntryType
from webapp.oversight.journal_queries import JournalFilter
from webapp.refusals import Refusal
from webapp.visits.desk_forms import read_day, read_uuid

LOOKS = (EntryType.VIEWED.value, EntryType.EXPORTED.value)
# No index of an entry has more digits.
_DIGITS = 15
_THUMBPRINT = 43
# Stands for nobody: a search that found nobody finds no entries either.
_NOBODY = ("00000000-0000-0000-0000-000000000000",)


def read_journal_filter(args: Mapping[str, Any]) -> JournalFilter:
    """Return the journal's filter from the address bar.

    Raises:
        Refusal: `bad_date`, `object_unreadable` for what is no id and no fingerprint.
    """
    kind, named = str(args.get("type", "")), str(args.get("object", "")).strip()
    # Capitals mean something in a phone's thumbprint only.
    named = named if len(named) == _THUMBPRINT else named.lower()
    if named and ref_of(named) is None:
        raise Refusal("object_unreadable")
    return JournalFilter(
        types=(kind,) if kind in set(EntryType) else (),
        actor=str(args.get("actor", "")).replace("\0", "").strip()[:100],
        objects=(named,) if named else (),
        since=read_day(args.get("since")), until=read_day(args.get("until")),
    )  # fmt: skip


def read_looks_filter(args: Mapping[str, Any], objects: list[str]) -> JournalFilter:
    """Return the access log's filter; `objects` are what belongs to the people looked for.

    Raises:
        Refusal: `bad_date`.
    """
    kind = str(args.get("type", ""))
    is_asked = bool(args.get("search") or args.get("person"))
    named = tuple(objects) or (_NOBODY if is_asked else ())
    return JournalFilter(
        types=(kind,) if kind in LOOKS else LOOKS,
        actor=str(args.get("actor", "")).replace("\0", "").strip()[:100], objects=named,
        since=read_day(args.get("since")), until=read_day(args.get("until")),
    )  # fmt: skip


def read_person(args: Mapping[str, Any]) -> UUID | None:
    """Return the person whose looks are asked for, if one is named."""
    return read_uuid(args.get("person")) if args.get("person") else None
