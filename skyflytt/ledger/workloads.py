"""Workloads: one mailbox, share, application or drop, each with its own items and passes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import workload


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload's row; `kind` is mailbox, share, export or drop."""

    id: int
    project: str
    kind: str
    name: str

    @property
    def label(self) -> str:
        """How reports name it: `mailbox anna`."""
        return f"{self.kind} {self.name}"


def ensure_workload(ledger: Ledger, project: str, kind: str, name: str) -> Workload:
    """The workload's row, made unless it is there."""
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    with ledger.writing() as connection:
        connection.execute(insert(workload).values(project=project, kind=kind, name=name).on_conflict_do_nothing())
        where = (workload.c.project == project) & (workload.c.kind == kind) & (workload.c.name == name)
        return Workload(connection.execute(select(workload.c.id).where(where)).scalar_one(), project, kind, name)


def workloads(ledger: Ledger, project: str) -> list[Workload]:
    """All of the project's workloads, by kind and name."""
    rows = select(workload).where(workload.c.project == project).order_by(workload.c.kind, workload.c.name)
    with ledger.reading() as connection:
        return [Workload(row.id, row.project, row.kind, row.name) for row in connection.execute(rows)]
