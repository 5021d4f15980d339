"""Changes one column of one row, past the program, as whoever holds the database could."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Row, Table, delete, insert, select, text, update

from webapp.database.base import UtcDateTime
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db

# Columns whose values are codes get another code that the program knows, not nonsense.
OTHER_CODES: dict[str, tuple[str, str]] = {
    "account.role": ("city", "auditor"), "area.level": ("street", "community"),
    "aside_settlement.decision": ("dismissed", "handed_over"),
    "attempt.action": ("sign_posted", "asked_neighbour"), "attempt.met": ("nobody", "person"),
    "benefit.reported_status": ("normal", "suspended"), "benefit.kind": ("retiree", "dependant"),
    "capture.kind": ("photo", "video"), "capture.nearness": ("near", "far"),
    "capture.state": ("received", "quarantined"), "contact_change.state": ("accepted", "declined"),
    "correction.what": ("review", "mark"),
    "derivation.kind": ("poster", "playback"), "device.kind": ("phone", "desk"),
    "media.mime": ("image/jpeg", "image/png"),
    "media.source": ("camera", "picker"), "media.state": ("expected", "received"),
    "media_view.kind": ("preview", "original"), "occasion.kind": ("group_day", "sheet"),
    "person.reported_status": ("normal", "dead"),
    "quarantine.what": ("record", "file"), "result.outcome": ("eligible", "deceased"),
    "result.state": ("accepted", "superseded"), "review.decision": ("accept", "return"),
    "visit.status": ("accepted", "cancelled"), "visit.kind": ("home", "counter"),
}  # fmt: skip
# By what a finding names a row, where that is not the row's primary key.
NAMES: dict[str, tuple[str, ...]] = {
    "flag": ("capture_id",), "derivation": ("source_sha256",), "journal_node": (),
    "journal_salt": (), "journal_mention": (),
    "journal_checkpoint": (), "journal_state": (), "journal_entry": (),
    "media": ("sha256", "capture_id"), "media_view": ("sha256",), "phone": ("person_id",),
    "quarantine": ("sha256",), "report_aside": ("report_id",),
    "result_body": ("result_id",), "result_capture": ("result_id",),
    "review": ("id", "result_id"), "contact": ("person_id",), "benefit": ("person_id",),
    "contact_change": ("id", "result_id"), "visit_removal": ("visit_id",),
    "visit_term_change": ("visit_id",),
}  # fmt: skip
# Of what a finding about the journal's own tables may be.
JOURNAL = ("journal", "account ", "result ", "review ", "capture ", "media ", "person ", "visit ",
           "attempt ", "contact_change ")  # fmt: skip


@dataclass(frozen=True)
class Tampered:
    """A row before and after; the object of a finding must name one of them."""

    table: Table
    values: tuple[dict[str, Any], ...]

    def is_named_by(self, objects: list[str]) -> bool:
        keys = NAMES.get(self.table.name, tuple(c.name for c in self.table.primary_key))
        if not keys:
            return any(each.startswith(JOURNAL) for each in objects)
        wanted = {str(row[key]) for row in self.values for key in keys}
        return any(name in each for name in wanted for each in objects)


def without_foreign_keys() -> None:
    """Let rows be changed that others name, until the transaction ends."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))


def rows_of(table: Table) -> list[Row[Any]]:
    """Return all rows in the order of their primary key."""
    return list(db.session.execute(select(table).order_by(*table.primary_key)).all())


def change(table: Table, column: Column[Any]) -> Tampered:
    """Give one row another value in one column."""
    rows = rows_of(table)
    assert rows, f"the archive has no row in {table.name}"
    row = next((row for row in rows if row._mapping[column.name] is not None), rows[0])
    before = dict(row._mapping)
    after = before | {column.name: another(table, column, before[column.name])}
    found = [key == before[key.name] for key in table.primary_key]
    db.session.execute(update(table).where(*found).values({column: after[column.name]}))
    return Tampered(table, (before, after))


def remove(table: Table) -> Tampered:
    """Take one row away."""
    before = dict(rows_of(table)[0]._mapping)
    found = [key == before[key.name] for key in table.primary_key]
    db.session.execute(delete(table).where(*found))
    return Tampered(table, (before,))


def double(table: Table) -> Tampered:
    """Add a row that is another's twin in all but what must be unique."""
    before = dict(rows_of(table)[0]._mapping)
    unique = {c.name for each in (table.primary_key, *table.indexes, *table.constraints)
              if getattr(each, "unique", True) and hasattr(each, "columns")
              and not hasattr(each, "elements")
              for c in each.columns}  # fmt: skip
    after = before | {
        name: another(table, table.columns[name], before[name])
        for name in unique
        if name != "is_standing"
    }
    if "is_standing" in after:
        after["is_standing"] = False
    db.session.execute(insert(table).values(after))
    return Tampered(table, (after,))


def another(table: Table, column: Column[Any], value: Any) -> Any:
    """Return a value of the column's type that is not `value`."""
    one, other = OTHER_CODES.get(f"{table.name}.{column.name}", (None, None))
    if one is not None:
        return other if value == one else one
    if value is None:
        value = EMPTY[_type_of(column)]
    return CHANGES[type(value)](value)


def _type_of(column: Column[Any]) -> type:
    if isinstance(column.type, UtcDateTime):
        return datetime
    return dict if isinstance(column.type, JSON) else column.type.python_type


def _other_text(value: str) -> str:
    """Turn the last character: as long as before, and hexadecimal where it was."""
    return value[:-1] + ("0" if value[-1:] != "0" else "1")


def _other_json(value: Any) -> Any:
    return [*value, {"code": "x"}] if isinstance(value, list) else {**value, "x": "y"}


CHANGES: dict[type, Any] = {
    str: _other_text, bytes: lambda value: value[:-1] + bytes([value[-1] ^ 1]),
    int: lambda value: value + 1000, float: lambda value: value + 0.001,
    bool: lambda value: not value, UUID: lambda value: UUID(int=value.int ^ 1),
    datetime: lambda value: value + timedelta(microseconds=1),
    date: lambda value: value + timedelta(days=1), dict: _other_json, list: _other_json,
}  # fmt: skip
EMPTY: dict[type, Any] = {
    str: "", bytes: b"\0" * 32, int: 0, float: 0.0, bool: False, UUID: UUID(int=8), dict: {},
    datetime: datetime.fromisoformat("2027-01-01T00:00:00+00:00"), date: date(2027, 1, 1),
}  # fmt: skip


def wrong_objects() -> list[str]:
    """Return the objects of every finding that is no remark, seen within this transaction."""
    db.session.expire_all()
    return [finding.object for finding in verify_all().findings if not finding.is_remark]
