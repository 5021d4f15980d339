"""One row a flag with its facts, on a capture or on a result.

What the capture's list held moves into rows. What only a result could raise hung on each of its
captures, and on none where there was none: it moves to the newest result that names the capture,
once. Gaps in a phone's numbering are computed when they are shown, so stored ones go.

Revision: 0011, after 0010.
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BATCH = 2_000
OF_RESULT = {
    "short_visit", "busy_hour", "centenarian", "eligible_after_unreachable", "worker_related",
    "dead_signal",
}  # fmt: skip
COMPUTED = "seq_gap"
FLAG = sa.table(
    "flag", sa.column("code"), sa.column("capture_id", sa.Uuid()),
    sa.column("result_id", sa.Uuid()), sa.column("facts", sa.JSON()),
)  # fmt: skip
CAPTURE = sa.table("capture", sa.column("id", sa.Uuid()), sa.column("flags", sa.JSON()),
                   sa.column("weight", sa.Integer()))  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("capture_id", sa.Uuid(), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(capture_id IS NULL) <> (result_id IS NULL)", name=op.f("ck_flag_one_subject")
        ),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_flag_capture_id")),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_flag_result_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_capture_id"), "flag", ["capture_id"])
    op.create_index(op.f("ix_flag_result_id"), "flag", ["result_id"])
    op.create_index("ix_flag_code_capture", "flag", ["code", "capture_id"])
    op.create_index("ix_flag_code_result", "flag", ["code", "result_id"])
    _write(_rows_from_lists())
    op.drop_table("capture_flag")
    op.drop_index(op.f("ix_capture_weight"), "capture")
    # Plain statements: a rebuilt table would copy every record's bytes.
    op.drop_column("capture", "flags")
    op.drop_column("capture", "weight")


def _rows_from_lists() -> Iterator[dict[str, Any]]:
    """Give the new rows, each flag of a result once however many captures bore it."""
    newest, told = _newest_results(), set()
    listed = sa.cast(CAPTURE.c.flags, sa.Text())
    query = sa.select(CAPTURE.c.id, listed).where(listed.contains('"code"'))
    for capture_id, text in op.get_bind().execute(query).all():
        for flag in json.loads(text):
            code, facts = str(flag["code"]), flag.get("facts") or {}
            result_id = newest.get(capture_id) if code in OF_RESULT else None
            if code == COMPUTED or (result_id is not None and (result_id, code) in told):
                continue
            if result_id is not None:
                told.add((result_id, code))
            yield {"code": code, "facts": facts, "result_id": result_id,
                   "capture_id": None if result_id is not None else capture_id}  # fmt: skip


def _newest_results() -> dict[Any, Any]:
    """Return, by capture, the result that named it last."""
    result = sa.table("result", sa.column("id", sa.Uuid()), sa.column("received_at"))
    named = sa.table("result_capture", sa.column("result_id", sa.Uuid()),
                     sa.column("capture_id", sa.Uuid()))  # fmt: skip
    query = sa.select(named.c.capture_id, named.c.result_id).join_from(
        named, result, result.c.id == named.c.result_id
    )
    found = op.get_bind().execute(query.order_by(result.c.received_at)).all()
    return {capture_id: result_id for capture_id, result_id in found}


def _write(rows: Iterator[dict[str, Any]]) -> None:
    made = list(rows)
    for start in range(0, len(made), BATCH):
        op.get_bind().execute(sa.insert(FLAG), made[start : start + BATCH])


def downgrade() -> None:
    op.create_table(
        "capture_flag",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["capture.id"], name=op.f("fk_capture_flag_capture_id")
        ),
        sa.PrimaryKeyConstraint("code", "capture_id", name=op.f("pk_capture_flag")),
    )
    op.create_index(op.f("ix_capture_flag_capture_id"), "capture_flag", ["capture_id"])
    op.add_column("capture", sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("capture", sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_capture_weight"), "capture", ["weight"])
    _fold()
    op.drop_table("flag")


def _fold() -> None:
    """Put the flags of a result back on each of its captures; weights are counted as ones."""
    named = sa.table("result_capture", sa.column("result_id", sa.Uuid()),
                     sa.column("capture_id", sa.Uuid()))  # fmt: skip
    on_files = sa.select(FLAG.c.capture_id, FLAG.c.code, FLAG.c.facts).where(
        FLAG.c.capture_id.is_not(None)
    )
    on_results = sa.select(named.c.capture_id, FLAG.c.code, FLAG.c.facts).join_from(
        FLAG, named, named.c.result_id == FLAG.c.result_id
    )
    lists: dict[Any, list[dict[str, Any]]] = {}
    for query in (on_files, on_results):
        for capture_id, code, facts in op.get_bind().execute(query):
            lists.setdefault(capture_id, []).append({"code": code, "weight": 1, "facts": facts})
    kept = sa.table("capture_flag", sa.column("code"), sa.column("capture_id", sa.Uuid()))
    for capture_id, flags in lists.items():
        here = CAPTURE.c.id == capture_id
        values = {"flags": flags, "weight": len(flags)}
        op.get_bind().execute(sa.update(CAPTURE).where(here).values(values))
        for code in dict.fromkeys(flag["code"] for flag in flags):
            op.get_bind().execute(sa.insert(kept).values(code=code, capture_id=capture_id))
