"""A device is a phone, a desk's browser or a link's.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(8), nullable=False, server_default="phone")
    op.add_column("device", kind)


def downgrade() -> None:
    op.drop_column("device", "kind")
