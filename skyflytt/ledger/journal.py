"""The journal: who did what, when, to which items. Each entry carries the hash of the one before (SHA-256 over canonical JSON)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, insert, select, type_coerce

from skyflytt.errors.ledger import JournalBroken
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal
from skyflytt.version import VERSION

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; `data` holds counts and codes; of people only their names."""

    number: int
    at: datetime
    clock: str
    actor: str
    action: str
    subject: str
    data: Mapping[str, Any]
    tool_version: str
    previous_hash: str
    hash: str


def append(
    ledger: Ledger, project: str, *, actor: str, action: str, subject: str, data: Mapping[str, Any] | None = None
) -> None:
    """Write one entry in a transaction of its own."""
    with ledger.writing() as connection:
        append_in(connection, ledger, project, actor=actor, action=action, subject=subject, data=data)


def append_in(
    connection: Connection,
    ledger: Ledger,
    project: str,
    *,
    actor: str,
    action: str,
    subject: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry in the caller's transaction, so that it stands or falls with what it tells of."""
    if ledger.engine.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE")
    newest = select(journal.c.number, journal.c.hash).where(journal.c.project == project)
    last = connection.execute(newest.order_by(journal.c.number.desc()).limit(1)).first()
    values = {
        "project": project,
        "number": (last.number if last else 0) + 1,
        "at": ledger.clock.now(),
        "clock": ledger.clock.name,
        "actor": actor,
        "action": action,
        "subject": subject,
        "data": json.dumps(data or {}, sort_keys=True, ensure_ascii=False),
        "tool_version": VERSION,
        "previous_hash": last.hash if last else FIRST,
    }
    connection.execute(insert(journal).values(**values, hash=entry_hash(values)))


def entries(ledger: Ledger, project: str) -> Iterator[Entry]:
    """The project's entries in order, each checked against the one before. Raises `JournalBroken` at the first that differs."""
    previous, number = FIRST, 0
    with ledger.reading() as connection:
        for row in connection.execute(_AS_WRITTEN.where(journal.c.project == project).order_by(journal.c.number)):
            number += 1
            if row.number != number or row.previous_hash != previous or entry_hash(row._asdict()) != row.hash:
                raise JournalBroken(project, f"entry {row.number} is not what was written")
            previous = row.hash
            yield _entry(row)


def entry_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 over the entry's fields but its own hash, as JSON with sorted keys, no spaces, times in UTC with microseconds."""
    fields = {name: value for name, value in values.items() if name != "hash"}
    if isinstance(at := fields["at"], datetime):
        fields["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# The time is checked as the text that was written: two texts may name one instant.
_AS_WRITTEN = select(
    *(type_coerce(column, Text).label("at") if column.name == "at" else column for column in journal.c)
)


def _entry(row: Row[Any]) -> Entry:
    fields = {name: value for name, value in row._asdict().items() if name != "project"}
    return Entry(**{**fields, "at": datetime.fromisoformat(row.at), "data": json.loads(row.data)})
