"""Under which areas others lay before they were moved.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_former_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_former_place_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["area.id"], name=op.f("fk_area_former_place_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_former_place")),
        sa.UniqueConstraint("area_id", "parent_id", name=op.f("uq_area_former_place_area_id_parent_id")),
    )
    op.create_index(op.f("ix_area_former_place_area_id"), "area_former_place", ["area_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_area_former_place_area_id"), "area_former_place")
    op.drop_table("area_former_place")
