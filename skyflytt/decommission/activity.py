"""What tells that somebody still works at the source after service has ended and the customer was warned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import NOTICE_ENDS
from skyflytt.decommission.countdown import WARNING_DAYS, Countdown
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import item as item_table
from skyflytt.ledger.schema import pass_ as pass_table
from skyflytt.ledger.workloads import Workload


def active_since(ledger: Ledger, project: str, found: Countdown) -> datetime | None:
    """From when on work at the source counts as activity: the first warning, and not before the end of the notice; None: not yet.

    Until the notice ends the accounts are the customer's to work with, whatever the warning says.
    """
    first = found.warned.get(WARNING_DAYS[0])
    if first is None:
        return None
    notice = deadlines(ledger, project).get(NOTICE_ENDS)
    return max(first.at, notice.at) if notice else first.at


def moved_since(ledger: Ledger, workload: Workload, since: datetime | None) -> int:
    """How many items passes that began after `since` have moved from the workload's source; a killed pass counts too."""
    if since is None:
        return 0
    began_later = (pass_table.c.workload == workload.id) & (pass_table.c.started_at > since)
    with ledger.reading() as connection:
        first = connection.execute(select(func.min(pass_table.c.number)).where(began_later)).scalar_one()
        if first is None:
            return 0
        moved = (item_table.c.workload == workload.id) & (item_table.c.done_pass >= first)
        return int(connection.execute(select(func.count()).where(moved)).scalar_one())
