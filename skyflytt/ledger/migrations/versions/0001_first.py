"""The first ledger: projects, workloads, passes, items, sync states, steps, deadlines, approvals, drops, deletions, journal.

Two rules are kept by the database itself: a project that is cut over stays so, and the journal only grows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from skyflytt.ledger.schema import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KeyText = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

GUARDS = (
    (
        "project_append_for_good",
        "UPDATE",
        "project",
        "OLD.mode = 'append'",
        "a project that is cut over stays in append mode",
    ),
    (
        "project_append_undeleted",
        "DELETE",
        "project",
        "OLD.mode = 'append'",
        "a project that is cut over stays in append mode",
    ),
    ("journal_unchanged", "UPDATE", "journal", "1 = 1", "the journal only grows"),
    ("journal_undeleted", "DELETE", "journal", "1 = 1", "the journal only grows"),
)


def upgrade() -> None:
    _create_tables()
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for name, event, table, condition, sentence in GUARDS:
        guard(name, event, table, condition, sentence)
    if op.get_bind().dialect.name == "postgresql":
        _guard_truncate("project", "a project that is cut over stays in append mode")
        _guard_truncate("journal", "the journal only grows")
    else:
        _guard_replace()


def _guard_sqlite(name: str, event: str, table: str, condition: str, sentence: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def _guard_postgresql(name: str, event: str, table: str, condition: str, sentence: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {name}()"
    )


def _guard_truncate(table: str, sentence: str) -> None:
    """TRUNCATE passes the triggers of rows by."""
    name = f"{table}_not_truncated"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")


def _guard_replace() -> None:
    """SQLite's INSERT OR REPLACE deletes the old row without calling the triggers of DELETE."""
    op.execute(
        "CREATE TRIGGER project_append_unreplaced BEFORE INSERT ON project "
        "WHEN EXISTS (SELECT 1 FROM project WHERE name = NEW.name AND mode = 'append') BEGIN SELECT RAISE(IGNORE); END"
    )
    op.execute(
        "CREATE TRIGGER journal_unreplaced BEFORE INSERT ON journal "
        "WHEN EXISTS (SELECT 1 FROM journal WHERE project = NEW.project AND number = NEW.number) "
        "BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END"
    )


def _create_tables() -> None:
    op.create_table(
        "project",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("cut_over_at", Instant(), nullable=True),
        sa.Column("cut_over_by", sa.Text(), nullable=True),
        sa.CheckConstraint("(mode = 'append') = (cut_over_at IS NOT NULL)", name="project_cut_over"),
        sa.CheckConstraint("mode IN ('mirror', 'append')", name="project_mode"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "approval",
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("approver", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("project", "subject", "approver"),
    )
    op.create_table(
        "deadline",
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("project", "name"),
    )
    op.create_table(
        "deletion",
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("planned_bytes", sa.BigInteger(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("completed_at", Instant(), nullable=True),
        sa.Column("deleted", sa.BigInteger(), nullable=True),
        sa.Column("remaining", sa.BigInteger(), nullable=True),
        sa.Column("absence", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state <> 'completed' OR ((remaining = 0) IS TRUE AND absence IS NOT NULL AND completed_at IS NOT NULL)",
            name="deletion_is_proven",
        ),
        sa.CheckConstraint("state IN ('started', 'completed')", name="deletion_state"),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("project", "place"),
    )
    op.create_table(
        "drop_place",
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("extensions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("manifest_digest", sa.String(length=64), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("closure_proof", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('filling', 'open', 'closed')", name="drop_state"),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("project", "name"),
    )
    op.create_table(
        "journal",
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("tool_version", sa.String(length=40), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("project", "number"),
    )
    op.create_table(
        "step",
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="step_state"),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("project", "name"),
    )
    op.create_table(
        "workload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project"],
            ["project.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("project", "kind", "name", name="workload_name"),
    )
    op.create_table(
        "item",
        sa.Column("workload", sa.Integer(), nullable=False),
        sa.Column("key", KeyText, nullable=False),
        sa.Column("container", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("intent", sa.String(length=8), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("target_container", sa.Text(), nullable=True),
        sa.Column("target_ref", sa.Text(), nullable=True),
        sa.Column("verified", sa.String(length=16), nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_pass", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'done' OR (coalesce(verified, '') <> '' AND identity IS NOT NULL AND target_ref IS NOT NULL"
            " AND origin IS NOT NULL AND done_pass IS NOT NULL)",
            name="item_done_is_verified",
        ),
        sa.CheckConstraint("state <> 'started' OR intent IS NOT NULL", name="item_started_has_intent"),
        sa.CheckConstraint("state IN ('seen', 'started', 'done', 'skipped', 'failed', 'gone')", name="item_state"),
        sa.CheckConstraint("state NOT IN ('skipped', 'failed') OR coalesce(code, '') <> ''", name="item_has_reason"),
        sa.ForeignKeyConstraint(
            ["workload"],
            ["workload.id"],
        ),
        sa.PrimaryKeyConstraint("workload", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workload", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("source", sa.BigInteger(), nullable=True),
        sa.Column("moved", sa.BigInteger(), nullable=True),
        sa.Column("moved_now", sa.BigInteger(), nullable=True),
        sa.Column("skipped", sa.BigInteger(), nullable=True),
        sa.Column("failed", sa.BigInteger(), nullable=True),
        sa.Column("source_bytes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state <> 'ended' OR (source = moved + skipped + failed) IS TRUE", name="pass_reconciles"),
        sa.CheckConstraint("state IN ('running', 'ended', 'interrupted')", name="pass_state"),
        sa.ForeignKeyConstraint(
            ["workload"],
            ["workload.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workload", "number", name="pass_number"),
    )
    op.create_table(
        "sync_state",
        sa.Column("workload", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workload"],
            ["workload.id"],
        ),
        sa.PrimaryKeyConstraint("workload", "scope"),
    )
