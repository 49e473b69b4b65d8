"""What is handed over, and what is deleted in the end."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from skyflytt.ledger.schema.columns import Instant, metadata

drop = Table(
    "drop_place",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("opened_at", Instant),
    Column("ends_at", Instant),
    Column("closed_at", Instant),
    Column("extensions", Integer, nullable=False, server_default="0"),
    Column("manifest_digest", String(64)),
    Column("receipt", Text),
    Column("closure_proof", Text),
    Column("erasure", Text),
    CheckConstraint("state IN ('filling', 'open', 'closed')", name="drop_state"),
)

application_card = Table(
    "application_card",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("card", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text, nullable=False),
)

deletion = Table(
    "deletion",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("place", String(200), primary_key=True),
    Column("plan_hash", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("planned", BigInteger, nullable=False),
    Column("planned_bytes", BigInteger, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("completed_at", Instant),
    Column("deleted", BigInteger),
    Column("remaining", BigInteger),
    Column("absence", Text),
    CheckConstraint("state IN ('started', 'completed')", name="deletion_state"),
    CheckConstraint(
        "state <> 'completed' OR ((remaining = 0) IS TRUE AND absence IS NOT NULL AND completed_at IS NOT NULL)",
        name="deletion_is_proven",
    ),
)
