"""What the office decided about what lies aside.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aside_settlement",
        sa.Column("aside_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=False),
        sa.Column("journal_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"],
                                name=op.f("fk_aside_settlement_settled_by")),
        sa.PrimaryKeyConstraint("aside_index", name=op.f("pk_aside_settlement")),
        sa.UniqueConstraint("journal_index", name=op.f("uq_aside_settlement_journal_index")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("aside_settlement")
