"""An index for what a phone promised within the last hour, which every new upload sums up.

Revision: 0005, after 0004.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("upload") as batch_op:
        batch_op.create_index("ix_upload_device_created", ["device_kid", "created_at"])


def downgrade() -> None:
    with op.batch_alter_table("upload") as batch_op:
        batch_op.drop_index("ix_upload_device_created")
