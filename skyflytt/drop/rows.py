"""A drop's row in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.errors.drop import DropUnknown
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import drop as drop_table


class DropState(StrEnum):
    FILLING = "filling"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DropRow:
    """`receipt`, `closure_proof` and `erasure` are JSON texts, None until there is one."""

    name: str
    state: DropState
    opened_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    extensions: int
    manifest_digest: str | None
    receipt: str | None
    closure_proof: str | None
    erasure: str | None = None


def drop_rows(ledger: Ledger, project: str) -> dict[str, DropRow]:
    """The project's drops by name."""
    rows = select(drop_table).where(drop_table.c.project == project).order_by(drop_table.c.name)
    with ledger.reading() as connection:
        return {row.name: _row(row) for row in connection.execute(rows)}


def drop_row(ledger: Ledger, project: str, name: str) -> DropRow:
    """One drop. Raises `DropUnknown`."""
    rows = drop_rows(ledger, project)
    if name not in rows:
        raise DropUnknown(f"{project}/{name}", "the ledger has none of this name")
    return rows[name]


def due_to_close(ledger: Ledger, project: str) -> list[DropRow]:
    """Drops whose time is up and that the ledger still has as open; the server has let nobody in since."""
    now = ledger.clock.now()
    open_rows = [row for row in drop_rows(ledger, project).values() if row.state is DropState.OPEN]
    return [row for row in open_rows if row.ends_at is not None and row.ends_at <= now]


def ensure_drop(ledger: Ledger, project: str, name: str, *, by: str) -> DropRow:
    """The drop's row, made unless it is there."""
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(drop_table).values(project=project, name=name, state=DropState.FILLING)
    with ledger.writing() as connection:
        if connection.execute(row.on_conflict_do_nothing()).rowcount:
            journal.append_in(connection, ledger, project, actor=by, action="drop-begun", subject=name)
    return drop_row(ledger, project, name)


def change_in(connection: Connection, project: str, name: str, values: dict[str, Any]) -> None:
    """Change the row in the caller's transaction."""
    where = (drop_table.c.project == project) & (drop_table.c.name == name)
    connection.execute(update(drop_table).where(where).values(**values))


def _row(row: Any) -> DropRow:
    values = {name: value for name, value in row._asdict().items() if name != "project"}
    return DropRow(**{**values, "state": DropState(row.state)})
