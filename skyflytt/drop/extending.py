"""Extend a drop, as often as the contract says."""

from __future__ import annotations

from datetime import datetime

from skyflytt.deadline.notice import days_later
from skyflytt.deadline.table import set_deadline_in
from skyflytt.drop.limit import require_allowed_end
from skyflytt.drop.opening import Opened, drop_deadline, write_pages
from skyflytt.drop.rows import DropRow, DropState, change_in
from skyflytt.drop.work import DropWork
from skyflytt.errors.drop import DropClosed, DropUnknown, ExtensionsUsedUp, ExtensionTooEarly
from skyflytt.evidence.manifest import drop_items
from skyflytt.ledger import journal


def later_end(work: DropWork, days: int) -> datetime:
    """The drop's present end and so many calendar days more, for `extend`."""
    return days_later(_end(work, work.row), days, work.project.zone)


def extend(work: DropWork, until: datetime, *, beyond_by: str | None = None) -> Opened:
    """Keep the drop open until `until` (aware). The present end again is no extension, but brings the place to it once more.

    `Opened.secret` is set only where the place needs a new one. `beyond_by` decides that it stays open beyond the contract.
    Raises `ExtensionsUsedUp`, `ExtensionTooEarly`, `DropEndInPast`, `DropBeyondContract`, `DropClosed`, and what
    `AccountKeeper.require_ready` raises.
    """
    row = work.row
    end = _end(work, row)
    if until < end:
        raise ExtensionTooEarly(work.label, f"it ends at {end.isoformat()}")
    if until > end:
        allowed = work.project.drop(work.name).extensions
        if row.extensions >= allowed:
            raise ExtensionsUsedUp(work.label, f"it was extended {row.extensions} times, and {allowed} are allowed")
        require_allowed_end(work, until, beyond_by=beyond_by)
        work.keeper.require_ready(work.place, closes=until)
        _record(work, row, until)
    secret = work.keeper.extend(work.place, closes=until)
    files = sum(1 for _ in drop_items(work.ledger, work.workload))
    write_pages(work, until, files)
    return Opened(work.place, row.opened_at or until, until, row.manifest_digest or "", files, secret)


def _end(work: DropWork, row: DropRow) -> datetime:
    if row.state is DropState.CLOSED:
        raise DropClosed(work.label)
    if row.state is not DropState.OPEN or row.ends_at is None:
        raise DropUnknown(work.label, "it is not open yet")
    return row.ends_at


def _record(work: DropWork, row: DropRow, until: datetime) -> None:
    project = work.project.project
    with work.ledger.writing() as connection:
        change_in(connection, project, work.name, {"ends_at": until, "extensions": row.extensions + 1})
        set_deadline_in(connection, work.ledger, project, drop_deadline(work, until), by=work.by)
        data = {"ends_at": until.isoformat(), "extension": row.extensions + 1}
        journal.append_in(
            connection, work.ledger, project, actor=work.by, action="drop-extended", subject=work.name, data=data
        )
