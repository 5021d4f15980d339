"""An index by which an undo finds out what other imports changed about its people.

Without it SQLite would look through all changes of all imports for each person that is deleted.

Revision: 0009, after 0008.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_roster_import_change_person_id"), "roster_import_change", ["person_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_roster_import_change_person_id"), "roster_import_change")
