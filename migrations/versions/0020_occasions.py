"""Occasions, and captures that hang on a visit or on an occasion, with their own area.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

from webapp.database.base import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "occasion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("area_path", sa.String(100), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organiser_id"], ["account.id"],
                                name=op.f("fk_occasion_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion")),
    )
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("occasion_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_visit_occasion_id"), "occasion", ["occasion_id"], ["id"])
        table.create_index(op.f("ix_visit_occasion_id"), ["occasion_id"])
    op.add_column("capture", sa.Column("area_path", sa.String(100), nullable=True))
    op.execute(
        "UPDATE capture SET area_path = "
        "(SELECT visit.area_path FROM visit WHERE visit.id = capture.visit_id)"
    )
    # A row whose visit is gone is evidence of what happened: it lies nowhere, and stays.
    op.execute("UPDATE capture SET area_path = '/' WHERE area_path IS NULL")
    with op.batch_alter_table("capture") as table:
        table.alter_column("area_path", existing_type=sa.String(100), nullable=False)
        table.alter_column("visit_id", existing_type=sa.Uuid(), nullable=True)
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("occasion_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_capture_occasion_id"), "occasion",
                                 ["occasion_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_capture_one_subject"), "(visit_id IS NULL) <> (occasion_id IS NULL)"
        )
        table.create_index(op.f("ix_capture_occasion_id"), ["occasion_id"])
        table.create_index("ix_capture_area_place",
                           ["area_path", "latitude", "longitude", "nearness"])


def downgrade() -> None:
    left = op.get_bind().scalar(sa.text("SELECT count(*) FROM capture WHERE visit_id IS NULL"))
    if left:
        raise RuntimeError(f"{left} captures of occasions have no place in the version before")
    with op.batch_alter_table("capture") as table:
        table.drop_index("ix_capture_area_place")
        table.drop_index(op.f("ix_capture_occasion_id"))
        table.drop_constraint(op.f("ck_capture_one_subject"), type_="check")
        table.drop_constraint(op.f("fk_capture_occasion_id"), type_="foreignkey")
        table.drop_column("occasion_id")
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
        table.alter_column("visit_id", existing_type=sa.Uuid(), nullable=False)
        table.drop_column("area_path")
    with op.batch_alter_table("visit") as table:
        table.drop_index(op.f("ix_visit_occasion_id"))
        table.drop_constraint(op.f("fk_visit_occasion_id"), type_="foreignkey")
        table.drop_column("occasion_id")
    op.drop_table("occasion")
