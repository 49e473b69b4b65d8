"""What an act on a drop would do, by the project file and the ledger. No server is asked, and nothing noted."""

from __future__ import annotations

from datetime import datetime

from skyflytt.deadline.notice import days_later
from skyflytt.deadline.shown import shown_end
from skyflytt.drop.rows import DropRow, DropState, drop_rows
from skyflytt.ledger import items
from skyflytt.ledger.schema import State
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import approvals, waiver_of


def would_open(migration: Migration, name: str) -> str:
    """Which parts would be uploaded, to which server and for how long; of an open one, until when it is open."""
    drop, row = migration.project.drop(name), drop_rows(migration.ledger, migration.name).get(name)
    if row is not None and row.state is DropState.OPEN:
        return f"{name} is open until {_until(migration, row.ends_at)}; what its place has lost would be put back"
    if row is not None and row.state is DropState.CLOSED:
        return f"{name} is closed for good, and would not be opened again"
    return f"{name}: {', '.join(drop.contents)} would be uploaded to {drop.server}, and the customer let in for {drop.days} days"


def would_extend(migration: Migration, name: str, days: int) -> str:
    """Until when it would be open, if it is."""
    row = drop_rows(migration.ledger, migration.name).get(name)
    if row is None or row.state is not DropState.OPEN or row.ends_at is None:
        return f"{name} is not open, and cannot be extended"
    later = days_later(row.ends_at, days, migration.project.zone)
    allowed = migration.project.drop(name).extensions
    return (
        f"{name} would stay open until {_until(migration, later)} instead of {_until(migration, row.ends_at)}; "
        f"{row.extensions} of {allowed} extensions are used"
    )


def would_receive(migration: Migration, names: list[str], digest: str) -> str:
    """Whose manifest the digest is."""
    rows = drop_rows(migration.ledger, migration.name)
    same = [name for name in names if digest and name in rows and rows[name].manifest_digest == digest.strip().lower()]
    return (
        f"the receipt for {', '.join(same)} would be recorded" if same else "the digest is that of no drop's manifest"
    )


def would_close(migration: Migration, name: str) -> str:
    """Who would be shut out, and whether the customer has confirmed the receipt."""
    row = drop_rows(migration.ledger, migration.name).get(name)
    if row is None or row.state is not DropState.OPEN:
        return f"{name} is not open"
    received = "the receipt is confirmed or waived" if _is_settled(migration, row) else "the receipt is NOT confirmed"
    return f"{name} would be closed for good, with all access ended ({received})"


def would_erase(migration: Migration, name: str) -> str:
    """How many files would be erased at its place."""
    row = drop_rows(migration.ledger, migration.name).get(name)
    if row is None or row.state is not DropState.CLOSED:
        return f"{name} is not closed, and nothing of it would be erased"
    if row.erasure:
        return f"{name} is erased"
    files = sum(1 for _ in items.stream(migration.ledger, migration.workload("drop", name), State.DONE))
    return f"{name}: the {files} files at its place would be erased"


def _is_settled(migration: Migration, row: DropRow) -> bool:
    return row.receipt is not None or bool(approvals(migration.ledger, migration.name, waiver_of(row.name)))


def _until(migration: Migration, at: datetime | None) -> str:
    return shown_end(at, migration.project.zone) if at else "an unknown day"
