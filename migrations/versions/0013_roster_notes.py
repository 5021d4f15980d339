"""What rosters remark of a person, and why rows of an import are remarkable.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("note_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("roster_import", sa.Column("reasons", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("roster_import", "reasons")
    op.drop_column("person", "note_sealed")
