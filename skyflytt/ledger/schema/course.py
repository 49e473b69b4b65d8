"""The course of an exit: steps, deadlines, countdowns, who approved what."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from skyflytt.ledger.schema.columns import Instant, metadata

step = Table(
    "step",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("due_at", Instant),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("by", Text),
    Column("outcome", Text),
    Column("evidence", Text),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="step_state"),
)

deadline = Table(
    "deadline",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

countdown = Table(
    "countdown",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("organisation", String(200), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("renewal_ends", Instant, nullable=False),
    Column("marked_at", Instant),
    Column("idle_since", Instant),
    Column("warned_at", Instant),
    Column("not_before", Instant),
    Column("bounced", Text),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('renewal', 'marked', 'warned', 'prevented', 'deleted')", name="countdown_state"),
)

approval = Table(
    "approval",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("approver", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
)
