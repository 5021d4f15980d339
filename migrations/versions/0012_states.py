"""What each act left of people, visits, attempts and corrections.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "journal_state",
        sa.Column("index", big, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("object_id", sa.String(36), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", "position", name=op.f("pk_journal_state")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_journal_state_object", "journal_state", ["object_id", "kind"])


def downgrade() -> None:
    op.drop_index("ix_journal_state_object", "journal_state")
    op.drop_table("journal_state")
