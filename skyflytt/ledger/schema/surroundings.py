"""Beside mail and files: domains, licences, and who still calls home."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from skyflytt.ledger.schema.columns import Instant, KeyText, metadata

cutover_zone = Table(
    "cutover_zone",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("domain", String(255), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("snapshot_digest", String(64), nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("plan", Text),
    Column("plan_hash", String(64)),
    Column("written", Text, nullable=False),
    Column("wait_until", Instant),
    Column("applied_at", Instant),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint(
        "state IN ('snapshot', 'planned', 'lowering', 'lowered', 'applying', 'applied', 'raising', 'raised',"
        " 'returning', 'returned')",
        name="cutover_zone_state",
    ),
    CheckConstraint(
        "state IN ('snapshot', 'returning', 'returned') OR plan_hash IS NOT NULL", name="cutover_zone_planned"
    ),
)

licence = Table(
    "licence",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("directory", String(100), primary_key=True),
    Column("licence", KeyText, primary_key=True),
    Column("name", Text, nullable=False),
    Column("subscription", Text),
    Column("trial", Integer),
    Column("metered", Integer, nullable=False),
    Column("reported", Integer, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("measured_at", Instant, nullable=False),
    Column("total_before", Integer),
    Column("used_before", Integer),
    Column("elsewhere_before", Integer, nullable=False),
    Column("held_before", Integer, nullable=False),
    Column("confirmed_at", Instant),
    Column("total_after", Integer),
    Column("used_after", Integer),
    Column("elsewhere_after", Integer),
    Column("held_after", Integer),
    CheckConstraint("stage IN ('measured', 'reclaimed', 'confirmed', 'cancelled', 'reinstated')", name="licence_stage"),
    CheckConstraint(
        "stage NOT IN ('confirmed', 'cancelled') OR (confirmed_at IS NOT NULL AND held_after IS NOT NULL)",
        name="licence_is_measured",
    ),
    sqlite_with_rowid=False,
)

licence_holding = Table(
    "licence_holding",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("directory", String(100), primary_key=True),
    Column("licence", KeyText, primary_key=True),
    Column("account", KeyText, primary_key=True),
    Column("address", Text, nullable=False),
    Column("state", String(11), nullable=False),
    Column("number", Integer),
    Column("code", Text),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint(
        "state IN ('held', 'kept', 'reclaiming', 'reclaimed', 'failed', 'reinstating', 'reinstated')",
        name="licence_holding_state",
    ),
    CheckConstraint(
        "state NOT IN ('reclaimed', 'reinstating', 'reinstated') OR number IS NOT NULL", name="licence_holding_number"
    ),
    CheckConstraint("state <> 'failed' OR coalesce(code, '') <> ''", name="licence_holding_reason"),
    sqlite_with_rowid=False,
)

caller_log = Table(
    "caller_log",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("log", String(100), primary_key=True),
    Column("file", String(64), primary_key=True),
    Column("path", Text, nullable=False),
    Column("form", String(30), nullable=False),
    Column("head_bytes", Integer, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("tail", String(64), nullable=False),
    Column("header", Text, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("since", Instant),
    Column("ends_at", Instant),
    Column("read_at", Instant, nullable=False),
)

caller = Table(
    "caller",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("log", String(100), primary_key=True),
    Column("protocol", String(20), primary_key=True),
    Column("account", KeyText, primary_key=True),
    Column("device", KeyText, primary_key=True),
    Column("agent", KeyText, primary_key=True),
    Column("address", KeyText, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant),
    Column("failed_at", Instant),
    CheckConstraint("last_at IS NOT NULL OR failed_at IS NOT NULL", name="caller_called"),
    sqlite_with_rowid=False,
)
