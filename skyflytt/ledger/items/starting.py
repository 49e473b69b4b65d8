"""A side effect is announced, and what was cut off in its middle is settled."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from skyflytt.errors.ledger import AppendOnly, NotOurs
from skyflytt.ledger.items.statement import batches, this_key, update_strictly
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, require_running
from skyflytt.ledger.projects import require_mirror_in
from skyflytt.ledger.schema import Intent, Mode, Origin, State, item
from skyflytt.ledger.workloads import Workload


def start(ledger: Ledger, running: Pass, keys: Sequence[str], intent: Intent) -> None:
    """Announce a side effect, committed when this returns.

    `REMOVE`, `REPLACE` and `MOVE` change what is at the target: they raise `AppendOnly` once the project is cut over, and `NotOurs` for a copy
    that this project did not make.
    """
    workload = running.workload
    values = {"state": State.STARTED, "intent": intent, "attempts": item.c.attempts + 1, "code": None, "detail": None}
    statement = update(item).where(this_key(workload)).values(**values)
    with ledger.writing() as connection:
        require_running(connection, running)
        if intent is not Intent.PUT:
            require_mirror_in(connection, workload.project, f"{len(keys)} items of {workload.label}")
            if running.mode is Mode.APPEND:
                raise AppendOnly(f"{len(keys)} items of {workload.label}", "this pass only adds")
            _require_ours(connection, workload, keys)
        update_strictly(connection, workload, statement, [{"the_key": key} for key in keys])


def settle(ledger: Ledger, running: Pass, found: Sequence[tuple[str, str | None, str]]) -> None:
    """Items that were cut off: (key, ref of the copy that was found at the target or None, its container).

    They are open again; a copy that was found is this project's own, and still has to be verified.
    """
    statement = (
        update(item)
        .where(this_key(running.workload))
        .values(
            state=State.SEEN,
            intent=None,
            verified=None,
            target_ref=bindparam("new_ref"),
            target_container=bindparam("new_container"),
            origin=bindparam("new_origin"),
        )
    )
    rows = [
        {
            "the_key": key,
            "new_ref": ref,
            "new_container": container if ref else None,
            "new_origin": Origin.PUT.value if ref else None,
        }
        for key, ref, container in found
    ]
    if rows:
        with ledger.writing() as connection:
            update_strictly(connection, running.workload, statement, rows)


def renumber(ledger: Ledger, running: Pass, found: Sequence[tuple[str, str]]) -> None:
    """Items (key, ref) whose copy at the target has another ref now, in the same container; all else stands as it did."""
    statement = update(item).where(this_key(running.workload)).values(target_ref=bindparam("new_ref"))
    if found:
        with ledger.writing() as connection:
            rows = [{"the_key": key, "new_ref": ref} for key, ref in found]
            update_strictly(connection, running.workload, statement, rows)


def withdraw(ledger: Ledger, running: Pass, keys: Sequence[str]) -> None:
    """Nothing came of what was announced of these items: they are open again, and all else stands as it did."""
    statement = update(item).where(this_key(running.workload)).values(state=State.SEEN, intent=None)
    if keys:
        with ledger.writing() as connection:
            update_strictly(connection, running.workload, statement, [{"the_key": key} for key in keys])


def reopen(ledger: Ledger, running: Pass) -> None:
    """Failed items are to be tried again in this pass."""
    where = (item.c.workload == running.workload.id) & (item.c.state == State.FAILED)
    with ledger.writing() as connection:
        connection.execute(update(item).where(where).values(state=State.SEEN, intent=None))


def _require_ours(connection: Connection, workload: Workload, keys: Sequence[str]) -> None:
    for batch in batches(keys, 500):
        where = (item.c.workload == workload.id) & item.c.key.in_(batch)
        foreign = item.c.origin.is_distinct_from(Origin.PUT)
        key = connection.execute(select(item.c.key).where(where & foreign).limit(1)).scalar_one_or_none()
        if key is not None:
            raise NotOurs(key, f"{workload.label} has no copy of it that this project made")
