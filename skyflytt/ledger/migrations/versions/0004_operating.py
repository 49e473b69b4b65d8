"""What operating it on many workers needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KeyText = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("run", sa.String(36), nullable=False),
        sa.Column("task", sa.String(100), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("name", KeyText, nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("failure", sa.Text()),
        sa.Column("at", sa.String(32), nullable=False),
        sa.CheckConstraint("(result IS NULL) <> (failure IS NULL)", name="outcome_either"),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "run", "task", "turn", "name"),
    )
