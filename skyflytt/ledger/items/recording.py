"""What a listing of the source found: new, changed, edited, gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, update

from skyflytt.ledger.items.row import Seen
from skyflytt.ledger.items.statement import BATCH_ROWS, batches, this_key, update_in_batches
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import State, Verified, item
from skyflytt.ledger.workloads import Workload

STALE = case((item.c.target_ref.is_(None), None), else_=Verified.STALE.value)


def record_new(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> int:
    """Add items that the ledger does not have yet; how many. Streams in batches, each a transaction."""
    count = 0
    for batch in batches(seen, BATCH_ROWS):
        rows = [
            (workload.id, one.key, one.container, one.version, one.size_bytes, State.SEEN.value, one.identity)
            for one in batch
        ]
        with ledger.writing() as connection:
            _insert_seen(connection, rows)
        count += len(batch)
    return count


def record_changed(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> None:
    """Items that changed at the source, or came back: to be moved again; where their copy is at the target stays known."""
    _record_changed(ledger, workload, seen)


def record_changed_keeping_identity(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> None:
    """As `record_changed`, and the identity that was verified last stays: that of the copy, which counts as stale."""
    identity: ColumnElement[Any] = func.coalesce(bindparam("new_identity"), item.c.identity)
    _record_changed(ledger, workload, seen, identity=identity, verified=STALE)


def record_edited(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> None:
    """Items whose content is another one at the source: as `record_changed`, and their copy at the target counts as stale."""
    _record_changed(ledger, workload, seen, verified=STALE)


def _record_changed(ledger: Ledger, workload: Workload, seen: Iterable[Seen], **more: Any) -> None:
    statement = (
        update(item)
        .where(this_key(workload))
        .values(
            **{
                "version": bindparam("new_version"),
                "size_bytes": bindparam("new_size"),
                "container": bindparam("new_container"),
                "identity": bindparam("new_identity"),
                "state": State.SEEN,
                "intent": None,
                "code": None,
                "detail": None,
                **more,
            }
        )
    )
    update_in_batches(
        ledger,
        workload,
        statement,
        (
            {
                "the_key": one.key,
                "new_version": one.version,
                "new_size": one.size_bytes,
                "new_container": one.container,
                "new_identity": one.identity,
            }
            for one in seen
        ),
    )


def record_gone(ledger: Ledger, workload: Workload, keys: Iterable[str]) -> None:
    """Items no longer at the source; their copy at the target stays known."""
    statement = update(item).where(this_key(workload)).values(state=State.GONE, intent=None, code=None, detail=None)
    update_in_batches(ledger, workload, statement, ({"the_key": key} for key in keys))


def _insert_seen(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Straight through the driver: building a million parameter dictionaries costs more than writing the rows."""
    names = ["workload", "key", "container", "version", "size_bytes", "state", "identity"]
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    statement = f"INSERT INTO item ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
    connection.exec_driver_sql(statement, rows)
