"""What an exit keeps beyond its items: drops, application cards, steps, notices and deletions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pass", sa.Column("gone", sa.BigInteger()))
    op.add_column("pass", sa.Column("gone_kept", sa.BigInteger()))
    op.add_column("step", sa.Column("evidence", sa.Text()))
    op.create_table(
        "countdown",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("renewal_ends", sa.String(32), nullable=False),
        sa.Column("marked_at", sa.String(32)),
        sa.Column("idle_since", sa.String(32)),
        sa.Column("warned_at", sa.String(32)),
        sa.Column("not_before", sa.String(32)),
        sa.Column("bounced", sa.Text()),
        sa.Column("ended_at", sa.String(32)),
        sa.CheckConstraint("state IN ('renewal', 'marked', 'warned', 'prevented', 'deleted')", name="countdown_state"),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "organisation"),
    )
    op.add_column("drop_place", sa.Column("erasure", sa.Text()))
    op.create_table(
        "application_card",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "name"),
    )
