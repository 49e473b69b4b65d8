"""Remind the customer of a drop that ends soon and for which there is no receipt: in the middle of its time, and on its last day."""

from __future__ import annotations

from datetime import timedelta

from skyflytt.drop.lifecycle import DropStatus
from skyflytt.drop.rows import DropRow, DropState, drop_rows
from skyflytt.notice.local_time import until_text
from skyflytt.notice.message import NoticeKind
from skyflytt.phase.drops import status_of
from skyflytt.phase.migration import Migration
from skyflytt.phase.tell import tell

LAST = timedelta(days=1)


def remind(migration: Migration, found: DropStatus) -> int:
    """Send the notice that is due now, once for each end that the drop has had; how many people were told."""
    stage = _stage(found)
    if stage is None or found.ends_at is None:
        return 0
    ends_at, zone = found.ends_at, migration.project.zone
    left = None if found.never_fetched is None else len(found.never_fetched)
    return tell(
        migration,
        NoticeKind.DROP_ENDING,
        f"{found.name} {stage} {ends_at.isoformat()}",
        lambda language: {"ends_at": until_text(ends_at, zone, language), "files": found.files, "left": left},
    )


def remind_all(migration: Migration) -> int:
    """The same for every drop whose time may have come; only those are asked who fetched what."""
    rows = drop_rows(migration.ledger, migration.name).values()
    return sum(remind(migration, status_of(migration, row.name)) for row in rows if _may_be_due(row, migration))


def _may_be_due(row: DropRow, migration: Migration) -> bool:
    if row.state is not DropState.OPEN or row.receipt is not None or row.opened_at is None or row.ends_at is None:
        return False
    return migration.clock.now() >= row.opened_at + (row.ends_at - row.opened_at) / 2


def _stage(found: DropStatus) -> str | None:
    """`half` or `last`, where one is reached; None while none is, and once the receipt is there."""
    if found.seconds_left is None or found.settled or found.opened_at is None or found.ends_at is None:
        return None
    left = timedelta(seconds=found.seconds_left)
    if left <= timedelta(0):
        return None
    if left <= LAST:
        return "last"
    return "half" if left <= (found.ends_at - found.opened_at) / 2 else None
