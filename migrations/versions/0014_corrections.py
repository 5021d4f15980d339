"""Corrections of decisions, and one journal entry for each review.

A copied row of a review shared its original's entry. Where such a copy stands already it is kept,
but under an index that no entry has, so that a verification names it; which row the entry means, its
own body says.

Revision: 0014, after 0013.
"""

import json
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _set_copies_apart()
    with op.batch_alter_table("review") as batch_op:
        batch_op.create_unique_constraint(
            batch_op.f("uq_review_journal_index"), ["journal_index"]
        )
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("journal_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrected_by"], ["account.id"], name=op.f("fk_correction_corrected_by")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_correction_result_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_correction_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("review_id", name=op.f("uq_correction_review_id")),
        sa.UniqueConstraint("journal_index", name=op.f("uq_correction_journal_index")),
    )
    op.create_index(op.f("ix_correction_result_id"), "correction", ["result_id"])


def _set_copies_apart() -> None:
    review = sa.table(
        "review", sa.column("id", sa.Uuid()), sa.column("journal_index", sa.BigInteger())
    )
    shared = sa.select(review.c.journal_index).group_by(review.c.journal_index)
    shared = shared.having(sa.func.count() > 1)
    rows = op.get_bind().execute(
        sa.select(review.c.id, review.c.journal_index)
        .where(review.c.journal_index.in_(shared))
        .order_by(review.c.journal_index, review.c.id)
    )
    by_entry: dict[int, list[UUID]] = {}
    for id_, index in rows.all():
        by_entry.setdefault(index, []).append(id_)
    apart = 0
    for index, ids in by_entry.items():
        for id_ in _copies(index, ids):
            apart -= 1
            op.get_bind().execute(
                sa.update(review).where(review.c.id == id_).values(journal_index=apart)
            )


def _copies(index: int, ids: list[UUID]) -> list[UUID]:
    """Return all but the row that the entry names; all but the first, where it names none."""
    entry = sa.table("journal_entry", sa.column("index"), sa.column("body", sa.LargeBinary()))
    body = op.get_bind().scalar(sa.select(entry.c.body).where(entry.c.index == index))
    named = str(json.loads(body).get("review_id")) if body else ""
    original = next((id_ for id_ in ids if str(id_) == named), ids[0])
    return [id_ for id_ in ids if id_ != original]


def downgrade() -> None:
    op.drop_table("correction")
    with op.batch_alter_table("review") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_review_journal_index"), type_="unique")
