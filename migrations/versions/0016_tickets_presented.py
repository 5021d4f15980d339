"""When a phone presented a ticket that this database did not have any more.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("presented_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket", "presented_at")
