"""What runs on other machines leave for the run that waits for them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from skyflytt.ledger.schema.columns import Instant, KeyText, metadata

outcome = Table(
    "outcome",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("run", String(36), primary_key=True),
    Column("task", String(100), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("name", KeyText, primary_key=True),
    Column("result", Text),
    Column("failure", Text),
    Column("at", Instant, nullable=False),
    CheckConstraint("(result IS NULL) <> (failure IS NULL)", name="outcome_either"),
)
