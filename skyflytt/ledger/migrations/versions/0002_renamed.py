"""Where paths go whose names the target cannot keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KeyText = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "renamed",
        sa.Column("workload", sa.Integer(), nullable=False),
        sa.Column("path", KeyText, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("pass", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workload"], ["workload.id"]),
        sa.PrimaryKeyConstraint("workload", "path"),
        sqlite_with_rowid=False,
    )
