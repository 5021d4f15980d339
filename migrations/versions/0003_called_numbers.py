"""Which of a person's numbers an attempt called, by its last four digits.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("number_end", sa.String(length=4), nullable=True))


def downgrade() -> None:
    op.drop_column("attempt", "number_end")
