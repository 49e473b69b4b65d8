"""What an exit keeps beyond its items: drops, application cards, steps, notices and deletions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KeyText = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


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
    op.create_table(
        "licence",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("directory", sa.String(100), nullable=False),
        sa.Column("licence", KeyText, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text()),
        sa.Column("trial", sa.Integer()),
        sa.Column("metered", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("measured_at", sa.String(32), nullable=False),
        sa.Column("total_before", sa.Integer()),
        sa.Column("used_before", sa.Integer()),
        sa.Column("elsewhere_before", sa.Integer(), nullable=False),
        sa.Column("held_before", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(32)),
        sa.Column("total_after", sa.Integer()),
        sa.Column("used_after", sa.Integer()),
        sa.Column("elsewhere_after", sa.Integer()),
        sa.Column("held_after", sa.Integer()),
        sa.CheckConstraint(
            "stage IN ('measured', 'reclaimed', 'confirmed', 'cancelled', 'reinstated')", name="licence_stage"
        ),
        sa.CheckConstraint(
            "stage NOT IN ('confirmed', 'cancelled') OR (confirmed_at IS NOT NULL AND held_after IS NOT NULL)",
            name="licence_is_measured",
        ),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "directory", "licence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "licence_holding",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("directory", sa.String(100), nullable=False),
        sa.Column("licence", KeyText, nullable=False),
        sa.Column("account", KeyText, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.String(11), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("code", sa.Text()),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'kept', 'reclaiming', 'reclaimed', 'failed', 'reinstating', 'reinstated')",
            name="licence_holding_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('reclaimed', 'reinstating', 'reinstated') OR number IS NOT NULL",
            name="licence_holding_number",
        ),
        sa.CheckConstraint("state <> 'failed' OR coalesce(code, '') <> ''", name="licence_holding_reason"),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "directory", "licence", "account"),
        sqlite_with_rowid=False,
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
    op.create_table(
        "cutover_zone",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.String(64), nullable=False),
        sa.Column("taken_at", sa.String(32), nullable=False),
        sa.Column("plan", sa.Text()),
        sa.Column("plan_hash", sa.String(64)),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("wait_until", sa.String(32)),
        sa.Column("applied_at", sa.String(32)),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "state IN ('snapshot', 'planned', 'lowering', 'lowered', 'applying', 'applied', 'raising', 'raised',"
            " 'returning', 'returned')",
            name="cutover_zone_state",
        ),
        sa.CheckConstraint(
            "state IN ('snapshot', 'returning', 'returned') OR plan_hash IS NOT NULL", name="cutover_zone_planned"
        ),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "domain"),
    )
    op.create_table(
        "caller_log",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("log", sa.String(100), nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("form", sa.String(30), nullable=False),
        sa.Column("head_bytes", sa.Integer(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.Column("tail", sa.String(64), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.String(32)),
        sa.Column("ends_at", sa.String(32)),
        sa.Column("read_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "log", "file"),
    )
    op.create_table(
        "caller",
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("log", sa.String(100), nullable=False),
        sa.Column("protocol", sa.String(20), nullable=False),
        sa.Column("account", KeyText, nullable=False),
        sa.Column("device", KeyText, nullable=False),
        sa.Column("agent", KeyText, nullable=False),
        sa.Column("address", KeyText, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.String(32), nullable=False),
        sa.Column("last_at", sa.String(32)),
        sa.Column("failed_at", sa.String(32)),
        sa.CheckConstraint("last_at IS NOT NULL OR failed_at IS NOT NULL", name="caller_called"),
        sa.ForeignKeyConstraint(["project"], ["project.name"]),
        sa.PrimaryKeyConstraint("project", "log", "protocol", "account", "device", "agent", "address"),
        sqlite_with_rowid=False,
    )
