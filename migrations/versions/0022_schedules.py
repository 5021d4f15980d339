"""Recurring work is kept by its last slot, and a verification may be nobody's.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_schedule",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("done_slot", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_schedule")),
    )
    with op.batch_alter_table("verification_run") as batch:
        batch.alter_column("started_by", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("verification_run") as batch:
        batch.alter_column("started_by", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("job_schedule")
