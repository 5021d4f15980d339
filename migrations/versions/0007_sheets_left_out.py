"""Which sheets of a workbook an import did not read, and why.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_import", sa.Column("sheets_left_out", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("roster_import", "sheets_left_out")
