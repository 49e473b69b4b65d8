"""Sync states: the token at which a source's folder or share was last listed, bound to a scope that the adapter names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import sync_state
from skyflytt.ledger.workloads import Workload


def token(ledger: Ledger, workload: Workload, scope: str) -> str | None:
    """The last token of this scope, or None."""
    where = (sync_state.c.workload == workload.id) & (sync_state.c.scope == scope)
    with ledger.reading() as connection:
        return connection.execute(select(sync_state.c.token).where(where)).scalar_one_or_none()


def set_token(ledger: Ledger, workload: Workload, scope: str, value: str) -> None:
    """Remember the token; call it only when everything listed before it is safe."""
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(sync_state).values(workload=workload.id, scope=scope, token=value, at=ledger.clock.now())
    keys = [sync_state.c.workload, sync_state.c.scope]
    with ledger.writing() as connection:
        connection.execute(
            row.on_conflict_do_update(index_elements=keys, set_={"token": value, "at": ledger.clock.now()})
        )
