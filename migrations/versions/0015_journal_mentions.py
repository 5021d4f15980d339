"""What each entry of the journal names, so that it can be searched; a verification's outcome.

Revision: 0015, after 0014. Entries of before are read through once.
"""

import json
import re
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 5_000
ACTORS = ("by", "viewer_id", "reviewer_id", "corrected_by", "account_id", "worker_id")
OF_NOBODY = {"account_recorded", "states_baseline"}
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
SHA256_FORM = re.compile(r"[0-9a-f]{64}", re.ASCII)
KID_FORM = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    mention = op.create_table(
        "journal_mention",
        sa.Column("index", big, autoincrement=False, nullable=False),
        sa.Column("ref", sa.LargeBinary(16), nullable=False),
        sa.Column("is_actor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("index", "ref", name=op.f("pk_journal_mention")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_journal_mention_ref", "journal_mention", ["ref", "index", "is_actor"])
    op.create_table(
        "verification_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("is_sound", sa.Boolean(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("journal_index", big, nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["account.id"], name=op.f("fk_verification_run_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_run")),
    )
    fill(op.get_bind(), mention)


def downgrade() -> None:
    op.drop_table("verification_run")
    op.drop_index("ix_journal_mention_ref", "journal_mention")
    op.drop_table("journal_mention")


def fill(connection, mention) -> None:
    entry = sa.table("journal_entry", sa.column("index"), sa.column("body"))
    start = 0
    while True:
        query = sa.select(entry.c.index, entry.c.body).where(entry.c.index >= start)
        found = connection.execute(query.order_by(entry.c.index).limit(BATCH)).all()
        if not found:
            return
        rows = [
            {"ref": ref, "index": index, "is_actor": is_actor}
            for index, body in found
            for ref, is_actor in mentions_of(body).items()
        ]
        if rows:
            connection.execute(sa.insert(mention), rows)
        start = found[-1].index + 1


def mentions_of(body: bytes) -> dict[bytes, bool]:
    try:
        facts = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(facts, dict):
        return {}
    named = {ref_of(name): False for name in names(facts)}
    if facts.get("type") not in OF_NOBODY:
        actor = next((facts[name] for name in ACTORS if name in facts), None)
        if isinstance(actor, str):
            named[ref_of(actor)] = True
    named.pop(None, None)
    return named


def names(facts: dict):
    for name, value in facts.items():
        if name in {"ticket_id", "type", "at", "salted"}:
            continue
        for text in texts(value):
            is_hash = SHA256_FORM.fullmatch(text) and name in {"media_sha256", "file_sha256"}
            if is_hash or name == "device_kid" or UUID_FORM.fullmatch(text):
                yield text


def texts(value):
    if isinstance(value, str):
        yield value.rpartition(":")[2]
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        yield from names(value)


def ref_of(name: str) -> bytes | None:
    if UUID_FORM.fullmatch(name):
        return UUID(name).bytes
    if SHA256_FORM.fullmatch(name):
        return bytes.fromhex(name)[:16]
    if KID_FORM.fullmatch(name):
        return sha256(name.encode()).digest()[:16]
    return None
