"""The codes of a capture's flags in a table of their own, so that the archive finds them quickly.

Revision: 0004, after 0003.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 5_000


def upgrade() -> None:
    op.create_table(
        "capture_flag",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["capture.id"], name=op.f("fk_capture_flag_capture_id")
        ),
        sa.PrimaryKeyConstraint("code", "capture_id", name=op.f("pk_capture_flag")),
    )
    with op.batch_alter_table("capture_flag") as batch_op:
        batch_op.create_index(batch_op.f("ix_capture_flag_capture_id"), ["capture_id"])
    _fill()


def _fill() -> None:
    """Write down the codes of all captures that have flags already."""
    capture = sa.table("capture", sa.column("id", sa.Uuid()), sa.column("flags"))
    target = sa.table("capture_flag", sa.column("code"), sa.column("capture_id", sa.Uuid()))
    connection = op.get_bind()
    flags = sa.cast(capture.c.flags, sa.Text())
    found = connection.execute(sa.select(capture.c.id, flags).where(flags.contains('"code"'))).all()
    rows = [{"code": code, "capture_id": id_} for id_, text in found for code in _codes(text)]
    for start in range(0, len(rows), BATCH):
        connection.execute(sa.insert(target), rows[start : start + BATCH])


def _codes(text: str) -> list[str]:
    flags: list[dict[str, Any]] = json.loads(text)
    return list(dict.fromkeys(str(flag["code"]) for flag in flags))


def downgrade() -> None:
    op.drop_table("capture_flag")
