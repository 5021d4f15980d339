"""Corrections of decisions, and one journal entry for each review.

A copied row of a review shared its original's entry. Where such a copy stands already it is kept,
but under an index that no entry has, so that a verification names it.

Revision: 0014, after 0013.
"""

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
    rows = op.get_bind().execute(
        sa.select(review.c.id, review.c.journal_index).order_by(review.c.id)
    )
    known: set[int] = set()
    apart = 0
    for id_, index in rows.all():
        if index in known:
            apart -= 1
            op.get_bind().execute(
                sa.update(review).where(review.c.id == id_).values(journal_index=apart)
            )
        known.add(index)


def downgrade() -> None:
    op.drop_table("correction")
    with op.batch_alter_table("review") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_review_journal_index"), type_="unique")
