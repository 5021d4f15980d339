"""What a visit's due day, window and note were before an office changed them.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

import webapp.database.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_term_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", webapp.database.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=True),
        sa.Column("window_to", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_term_change_visit_id")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_visit_term_change_changed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_term_change")),
    )
    op.create_index(op.f("ix_visit_term_change_visit_id"), "visit_term_change", ["visit_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_visit_term_change_visit_id"), "visit_term_change")
    op.drop_table("visit_term_change")
