"""Projects, their workloads, the passes over them, and every item."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from skyflytt.ledger.schema.columns import Instant, KeyText, metadata

project = Table(
    "project",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("mode", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("cut_over_at", Instant),
    Column("cut_over_by", Text),
    CheckConstraint("mode IN ('mirror', 'append')", name="project_mode"),
    CheckConstraint("(mode = 'append') = (cut_over_at IS NOT NULL)", name="project_cut_over"),
)

workload = Table(
    "workload",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", ForeignKey("project.name"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("project", "kind", "name", name="workload_name"),
)

pass_ = Table(
    "pass",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workload", ForeignKey("workload.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("mode", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("source", BigInteger),
    Column("moved", BigInteger),
    Column("moved_now", BigInteger),
    Column("skipped", BigInteger),
    Column("failed", BigInteger),
    Column("source_bytes", BigInteger),
    Column("gone", BigInteger),
    Column("gone_kept", BigInteger),
    UniqueConstraint("workload", "number", name="pass_number"),
    CheckConstraint("state IN ('running', 'ended', 'interrupted')", name="pass_state"),
    CheckConstraint("state <> 'ended' OR (source = moved + skipped + failed) IS TRUE", name="pass_reconciles"),
)

item = Table(
    "item",
    metadata,
    Column("workload", ForeignKey("workload.id"), primary_key=True),
    Column("key", KeyText, primary_key=True),
    Column("container", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("identity", Text),
    Column("intent", String(8)),
    Column("code", Text),
    Column("detail", Text),
    Column("target_container", Text),
    Column("target_ref", Text),
    Column("verified", String(16)),
    Column("origin", String(8)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("done_pass", Integer),
    CheckConstraint("state IN ('seen', 'started', 'done', 'skipped', 'failed', 'gone')", name="item_state"),
    CheckConstraint(
        "state <> 'done' OR (coalesce(verified, '') <> '' AND identity IS NOT NULL AND target_ref IS NOT NULL"
        " AND origin IS NOT NULL AND done_pass IS NOT NULL)",
        name="item_done_is_verified",
    ),
    CheckConstraint("state NOT IN ('skipped', 'failed') OR coalesce(code, '') <> ''", name="item_has_reason"),
    CheckConstraint("state <> 'started' OR intent IS NOT NULL", name="item_started_has_intent"),
    sqlite_with_rowid=False,
)

renamed = Table(
    "renamed",
    metadata,
    Column("workload", ForeignKey("workload.id"), primary_key=True),
    Column("path", KeyText, primary_key=True),
    Column("place", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("pass", Integer, nullable=False),
    sqlite_with_rowid=False,
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("workload", ForeignKey("workload.id"), primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
