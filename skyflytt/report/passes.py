"""The passes over a project's workloads, as rows: also those that did not come to their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import pass_
from skyflytt.ledger.schema import workload as workload_table

RUNNING, ENDED, INTERRUPTED = "running", "ended", "interrupted"


@dataclass(frozen=True, slots=True)
class PassRow:
    """One pass; the counts are None unless it ended. `workload` is the id of the workload's row."""

    id: int
    workload: int
    number: int
    state: str
    started_at: datetime
    ended_at: datetime | None
    source: int | None
    moved: int | None
    moved_now: int | None
    skipped: int | None
    failed: int | None


def passes_of(ledger: Ledger, project: str) -> dict[int, list[PassRow]]:
    """Every pass over the project's workloads, earliest first, by the workload's id."""
    columns = [pass_.c[name] for name in PassRow.__dataclass_fields__]
    rows = select(*columns).join(workload_table, workload_table.c.id == pass_.c.workload)
    rows = rows.where(workload_table.c.project == project).order_by(pass_.c.workload, pass_.c.number)
    found: dict[int, list[PassRow]] = {}
    with ledger.reading() as connection:
        for row in connection.execute(rows):
            found.setdefault(row.workload, []).append(PassRow(*row))
    return found
