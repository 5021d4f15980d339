"""What the import writes of a person and a benefit is what was reported, not a state of ours.

Revision: 0023, after 0022. The hashes of states keep the name "status" (`roster/protected.py`).
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("person", "benefit")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN status TO reported_status")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN reported_status TO status")
