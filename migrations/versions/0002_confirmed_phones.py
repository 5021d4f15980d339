"""Phones that their holder has confirmed.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import webapp.database.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_at", webapp.database.base.UtcDateTime(timezone=True)))
        batch_op.add_column(sa.Column("confirmed_by", sa.Uuid()))
        batch_op.create_foreign_key(
            op.f("fk_device_confirmed_by"), "account", ["confirmed_by"], ["id"]
        )
    # Phones from before anybody asked stay as trusted as they were.
    op.execute("UPDATE device SET confirmed_at = enrolled_at, confirmed_by = account_id")


def downgrade() -> None:
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_device_confirmed_by"), type_="foreignkey")
        batch_op.drop_column("confirmed_by")
        batch_op.drop_column("confirmed_at")
