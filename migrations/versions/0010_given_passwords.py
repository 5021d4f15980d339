"""By whom and when a password was set that its holder has not changed since.

Revision: 0010, after 0009. Of the passwords of today nobody knows who set them: both are empty.
"""

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("password_given_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("password_given_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("password_own_at", UtcDateTime(), nullable=True))
        table.create_foreign_key(
            op.f("fk_account_password_given_by"), "account", ["password_given_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.drop_constraint(op.f("fk_account_password_given_by"), type_="foreignkey")
        table.drop_column("password_own_at")
        table.drop_column("password_given_by")
        table.drop_column("password_given_at")
