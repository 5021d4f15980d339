"""What a dry run showed person by person, decisions over others' changes, columns by area.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_import", sa.Column("outcome_mark", sa.String(64), nullable=True))
    over = sa.Column("over_others", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("roster_import_row", over)
    _columns_by(["area_path", "source", "header"])


def downgrade() -> None:
    # Of what several areas say of one column, that of the largest is kept.
    op.execute(
        "DELETE FROM column_synonym WHERE EXISTS (SELECT 1 FROM column_synonym AS other "
        "WHERE other.source = column_synonym.source AND other.header = column_synonym.header "
        "AND other.area_path < column_synonym.area_path)"
    )
    _columns_by(["source", "header"])
    op.drop_column("roster_import_row", "over_others")
    op.drop_column("roster_import", "outcome_mark")


def _columns_by(key: list[str]) -> None:
    """Make the table anew with another primary key, and take its rows along."""
    area = [sa.Column("area_path", sa.String(100), nullable=False)] if "area_path" in key else []
    op.rename_table("column_synonym", "column_synonym_old")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE column_synonym_old DROP CONSTRAINT pk_column_synonym")
    op.create_table(
        "column_synonym",
        *area,
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("header", sa.String(100), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_column_synonym")),
    )
    place = ("area_path, ", "'/', ") if area else ("", "")
    op.execute(
        f"INSERT INTO column_synonym ({place[0]}source, header, field) "  # noqa: S608
        f"SELECT {place[1]}source, header, field FROM column_synonym_old"
    )
    op.drop_table("column_synonym_old")
