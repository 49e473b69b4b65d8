"""What became of items: done, failed, skipped, removed, or another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import DoesNotReconcile
from skyflytt.ledger.items.row import Done
from skyflytt.ledger.items.statement import this_key, update_strictly
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import State, item


def finish(ledger: Ledger, running: Pass, done: Sequence[Done]) -> None:
    """The copies are at the target and were verified."""
    if not done:
        return
    statement = (
        update(item)
        .where(this_key(running.workload))
        .values(
            state=State.DONE,
            intent=None,
            code=bindparam("new_code"),
            detail=bindparam("new_detail"),
            target_ref=bindparam("new_ref"),
            target_container=bindparam("new_container"),
            verified=bindparam("new_verified"),
            identity=bindparam("new_identity"),
            origin=bindparam("new_origin"),
            done_pass=running.number,
        )
    )
    rows = [
        {
            "the_key": one.key,
            "new_ref": one.target_ref,
            "new_container": one.target_container,
            "new_verified": one.verified.value,
            "new_identity": one.identity,
            "new_origin": one.origin.value,
            "new_code": one.remark[0] if one.remark else None,
            "new_detail": one.remark[1] if one.remark else None,
        }
        for one in done
    ]
    with ledger.writing() as connection:
        update_strictly(connection, running.workload, statement, rows)


def fail(ledger: Ledger, running: Pass, failures: Sequence[tuple[str, Failure]]) -> None:
    """These items could not be moved; the next pass tries them again."""
    rows = [{"the_key": key, "new_code": failure.code, "new_detail": failure.sentence} for key, failure in failures]
    _close(ledger, running, State.FAILED, rows)


def skip(ledger: Ledger, running: Pass, reasons: Sequence[tuple[str, str, str]]) -> None:
    """These items (key, reason code, sentence) are left out on purpose."""
    rows = [{"the_key": key, "new_code": code, "new_detail": detail} for key, code, detail in reasons]
    _close(ledger, running, State.SKIPPED, rows)


def record_removed(ledger: Ledger, running: Pass, keys: Sequence[str]) -> None:
    """The copies of these gone items are no longer at the target."""
    values = {
        "state": State.GONE,
        "intent": None,
        "target_ref": None,
        "target_container": None,
        "verified": None,
        "origin": None,
    }
    statement = update(item).where(this_key(running.workload)).values(**values)
    with ledger.writing() as connection:
        update_strictly(connection, running.workload, statement, [{"the_key": key} for key in keys])


def hand_over(ledger: Ledger, running: Pass, old_key: str, new_key: str) -> None:
    """The item moved at the source: what `old_key` has at the target now belongs to `new_key`, which still has to be settled."""
    workload = running.workload
    copy = [item.c.identity, item.c.target_ref, item.c.target_container, item.c.verified, item.c.origin]
    where_old = (item.c.workload == workload.id) & (item.c.key == old_key)
    where_new = (item.c.workload == workload.id) & (item.c.key == new_key) & item.c.target_ref.is_(None)
    cleared = {"target_ref": None, "target_container": None, "verified": None, "origin": None}
    with ledger.writing() as connection:
        old = connection.execute(select(*copy).where(where_old)).first()
        given = 0 if old is None else connection.execute(update(item).where(where_new).values(**old._asdict())).rowcount
        if not given:
            raise DoesNotReconcile(
                workload.label, f"{old_key!r} is not there, or {new_key!r} is not there or has a copy of its own"
            )
        connection.execute(update(item).where(where_old).values(state=State.GONE, intent=None, **cleared))


def _close(ledger: Ledger, running: Pass, state: State, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = (
        update(item)
        .where(this_key(running.workload))
        .values(state=state, intent=None, code=bindparam("new_code"), detail=bindparam("new_detail"))
    )
    with ledger.writing() as connection:
        update_strictly(connection, running.workload, statement, rows)
