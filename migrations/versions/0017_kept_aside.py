"""Files of records that lie aside, and reports that the rules refused, kept for a person to judge.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("upload") as table:
        table.alter_column("media_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("aside_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_upload_aside_id"), "quarantine", ["aside_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_upload_one_file"), "(media_id IS NULL) <> (aside_id IS NULL)"
        )
        table.create_index(op.f("ix_upload_aside_id"), ["aside_id"])
    op.create_table(
        "report_aside",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("device_kid", sa.String(length=43), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("journal_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"],
                                name=op.f("fk_report_aside_worker_id")),
        sa.ForeignKeyConstraint(["device_kid"], ["device.kid"],
                                name=op.f("fk_report_aside_device_kid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_aside")),
        sa.UniqueConstraint("kind", "report_id", "sha256", name=op.f("uq_report_aside_kind_report_id_sha256")),
        sa.UniqueConstraint("journal_index", name=op.f("uq_report_aside_journal_index")),
    )
    op.create_index("ix_report_aside_device_at", "report_aside", ["device_kid", "at"])


def downgrade() -> None:
    op.drop_table("report_aside")
    op.execute("DELETE FROM upload WHERE media_id IS NULL")
    with op.batch_alter_table("upload") as table:
        table.drop_index(op.f("ix_upload_aside_id"))
        table.drop_constraint(op.f("ck_upload_one_file"), type_="check")
        table.drop_constraint(op.f("fk_upload_aside_id"), type_="foreignkey")
        table.drop_column("aside_id")
        table.alter_column("media_id", existing_type=sa.Integer(), nullable=False)
