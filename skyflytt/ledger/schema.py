"""The ledger's tables. What happened to every item and step is here; everything else is a view of it.

Alembic's migrations (`migrations/versions`) make these tables; a test holds the two equal. `item` has the source's key as primary
key and no other index, so that a pass is one merge-join of two sorted streams.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Mode(StrEnum):
    """What a pass may do at the target: `mirror` before cutover, `append` after it, for good."""

    MIRROR = "mirror"
    APPEND = "append"


class State(StrEnum):
    """Where an item stands; `seen` and `started` are open, and no pass ends with open items."""

    SEEN = "seen"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    GONE = "gone"
    """No longer at the source; kept, since its copy at the target may still be there."""


class Intent(StrEnum):
    """The side effect that a `started` item announces."""

    PUT = "put"
    REPLACE = "replace"
    MOVE = "move"
    REMOVE = "remove"


class Verified(StrEnum):
    """How the target's copy was compared with the source, strongest first."""

    BYTES = "byte-identical"
    DIGEST = "digest"
    FINGERPRINT = "fingerprint"
    SIZE = "size"
    PRESENCE = "presence"
    """A folder: it is there."""
    STALE = "stale"
    """Not any more: the source's content was edited since. No item is done with it."""


class Origin(StrEnum):
    """Who put the copy at the target: this project, or somebody before it. Only `put` may ever be removed."""

    PUT = "put"
    FOUND = "found"


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as ISO 8601 text in UTC with microseconds, so that text order is time order."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


# PostgreSQL must sort keys by their bytes, as SQLite does and as scans do.
KeyText = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

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

approval = Table(
    "approval",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("approver", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
)

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

journal = Table(
    "journal",
    metadata,
    Column("project", ForeignKey("project.name"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("clock", String(20), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("tool_version", String(40), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
