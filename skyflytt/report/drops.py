"""The drops, from which the customer fetches, as the ledger has them; the servers are not asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from skyflytt.drop.rows import DropRow, DropState, drop_rows
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import approvals, waiver_of

SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DropLine:
    """`settled_by` is who confirmed the receipt, or waived it."""

    name: str
    state: DropState
    opened_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    extensions: int
    received_by: str
    waived_by: tuple[str, ...]
    proved_closed: bool
    erased: bool

    @property
    def is_settled(self) -> bool:
        return bool(self.received_by or self.waived_by)

    def overdue(self, now: datetime) -> bool:
        """Still open after its end."""
        return self.state is DropState.OPEN and self.ends_at is not None and self.ends_at <= now

    def ends_unfetched(self, now: datetime) -> bool:
        """It ends within a day, and nobody has said that the data arrived."""
        if self.state is not DropState.OPEN or self.ends_at is None or self.is_settled:
            return False
        return now < self.ends_at <= now + SOON


def drops_of(migration: Migration) -> tuple[DropLine, ...]:
    """By name, open ones first."""
    rows = drop_rows(migration.ledger, migration.name).values()
    lines = [_line(migration, row) for row in rows]
    return tuple(sorted(lines, key=lambda one: (one.state is not DropState.OPEN, one.name)))


def _line(migration: Migration, row: DropRow) -> DropLine:
    waived = approvals(migration.ledger, migration.name, waiver_of(row.name))
    return DropLine(
        name=row.name,
        state=row.state,
        opened_at=row.opened_at,
        ends_at=row.ends_at,
        closed_at=row.closed_at,
        extensions=row.extensions,
        received_by=str(json.loads(row.receipt).get("by", "")) if row.receipt else "",
        waived_by=tuple(one.approver for one in waived),
        proved_closed=row.closure_proof is not None,
        erased=row.erasure is not None and json.loads(row.erasure).get("state") == "completed",
    )
