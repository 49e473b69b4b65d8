"""A pass: one run over a workload, which ends only when its account reconciles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, update

from skyflytt.errors.ledger import DoesNotReconcile, PassRunning
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.locks import workload_lock
from skyflytt.ledger.schema import Mode, State, item, pass_
from skyflytt.ledger.schema import project as project_table
from skyflytt.ledger.workloads import Workload

_COUNTS = ("source", "moved", "moved_now", "skipped", "failed", "source_bytes", "gone", "gone_kept")


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that is running; only one per workload at a time."""

    id: int
    workload: Workload
    number: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class Account:
    """What a pass comes to: `source` = `moved` + `skipped` + `failed`; `moved_now` is the part of `moved` that this pass did.

    `gone` are items that are no longer at the source, and `gone_kept` those of them whose copy is still at the target.
    """

    workload: Workload
    number: int
    mode: Mode
    source: int
    moved: int
    moved_now: int
    skipped: int
    failed: int
    source_bytes: int
    ended_at: datetime
    gone: int = 0
    gone_kept: int = 0


@contextmanager
def running_pass(ledger: Ledger, workload: Workload, *, append: bool = False) -> Iterator[Pass]:
    """Hold the workload and begin its next pass; one that was killed before is marked as interrupted.

    With `append` the pass only adds, though its project may not be cut over yet.

    Raises `PassRunning` when the workload is held by another process. The caller ends the pass by `end`; if it does not come to
    that, the pass is left as interrupted.
    """
    with workload_lock(ledger, workload):
        started = _begin(ledger, workload, append=append)
        try:
            yield started
        finally:
            _interrupt(ledger, started)


def end(ledger: Ledger, running: Pass, source: int) -> Account:
    """Close the account: `source` is the source's own count at this pass, counted apart from the ledger.

    Raises `DoesNotReconcile` when an item is still open or the counts differ; the pass is then not ended.
    """
    now = ledger.clock.now()
    with ledger.writing() as connection:
        require_running(connection, running)
        sums_of = _sums(connection, running)
        found = {state: sums.items for state, sums in sums_of.items()}
        open_items = found.get(State.SEEN, 0) + found.get(State.STARTED, 0)
        moved, skipped, failed = (found.get(state, 0) for state in (State.DONE, State.SKIPPED, State.FAILED))
        if open_items or source != moved + skipped + failed:
            sums = f"source {source} = moved {moved} + skipped {skipped} + failed {failed}, still open {open_items}"
            raise DoesNotReconcile(running.workload.label, sums)
        account = Account(
            workload=running.workload,
            number=running.number,
            mode=running.mode,
            source=source,
            moved=moved,
            moved_now=sums_of[State.DONE].moved_now if moved else 0,
            skipped=skipped,
            failed=failed,
            source_bytes=sum(sums.size_bytes for state, sums in sums_of.items() if state is not State.GONE),
            ended_at=now,
            gone=found.get(State.GONE, 0),
            gone_kept=sums_of[State.GONE].copies if State.GONE in found else 0,
        )
        values = {name: getattr(account, name) for name in _COUNTS}
        connection.execute(update(pass_).where(pass_.c.id == running.id).values(state="ended", ended_at=now, **values))
    return account


def last_account(ledger: Ledger, workload: Workload) -> Account | None:
    """The account of the newest pass that ended, or None."""
    rows = select(pass_).where(pass_.c.workload == workload.id, pass_.c.state == "ended")
    with ledger.reading() as connection:
        row = connection.execute(rows.order_by(pass_.c.number.desc()).limit(1)).first()
    if row is None:
        return None
    values = row._asdict()
    # A pass from before these were counted has none.
    told = {name: values[name] or 0 for name in _COUNTS}
    return Account(workload=workload, number=row.number, mode=Mode(row.mode), ended_at=row.ended_at, **told)


def follows_interruption(ledger: Ledger, running: Pass) -> bool:
    """Whether the workload's pass before this one did not come to its end, and may have left something unfinished."""
    rows = select(pass_.c.state).where(pass_.c.workload == running.workload.id, pass_.c.number == running.number - 1)
    with ledger.reading() as connection:
        return connection.execute(rows).scalar_one_or_none() == "interrupted"


def require_running(connection: Connection, running: Pass) -> None:
    """Raise `PassRunning` unless this pass is still the workload's own: it may have ended, or lost its lock to another."""
    row = select(pass_.c.state).where(pass_.c.id == running.id).with_for_update(read=True)
    state = connection.execute(row).scalar_one()
    if state != "running":
        raise PassRunning(running.workload.label, f"pass {running.number} is over ({state})")


def counts(ledger: Ledger, workload: Workload) -> dict[State, int]:
    """How many of the workload's items stand in each state now."""
    with ledger.reading() as connection:
        return state_counts(connection, workload)


def state_counts(connection: Connection, workload: Workload) -> dict[State, int]:
    """How many of the workload's items stand in each state."""
    rows = select(item.c.state, func.count()).where(item.c.workload == workload.id).group_by(item.c.state)
    return {State(state): count for state, count in connection.execute(rows)}


def _begin(ledger: Ledger, workload: Workload, *, append: bool) -> Pass:
    with ledger.writing() as connection:
        _mark_interrupted(connection, ledger, pass_.c.workload == workload.id)
        newest = select(func.coalesce(func.max(pass_.c.number), 0)).where(pass_.c.workload == workload.id)
        number = connection.execute(newest).scalar_one() + 1
        where = project_table.c.name == workload.project
        found = Mode(connection.execute(select(project_table.c.mode).where(where)).scalar_one())
        mode = Mode.APPEND if append else found
        values = {
            "workload": workload.id,
            "number": number,
            "mode": mode,
            "state": "running",
            "started_at": ledger.clock.now(),
        }
        new_id = connection.execute(insert(pass_).values(**values).returning(pass_.c.id)).scalar_one()
    return Pass(new_id, workload, number, mode)


def _interrupt(ledger: Ledger, running: Pass) -> None:
    with ledger.writing() as connection:
        _mark_interrupted(connection, ledger, pass_.c.id == running.id)


def _mark_interrupted(connection: Connection, ledger: Ledger, which: ColumnElement[bool]) -> None:
    left = update(pass_).where(which, pass_.c.state == "running")
    connection.execute(left.values(state="interrupted", ended_at=ledger.clock.now()))


class _Sums(NamedTuple):
    """Of the items in one state; `copies` have a copy at the target."""

    items: int
    size_bytes: int
    copies: int
    moved_now: int


def _sums(connection: Connection, running: Pass) -> dict[State, _Sums]:
    """From one look at each item."""
    moved_now = func.sum(case((item.c.done_pass == running.number, 1), else_=0))
    columns = [func.count(), func.sum(item.c.size_bytes), func.count(item.c.target_ref), moved_now]
    rows = select(item.c.state, *columns).where(item.c.workload == running.workload.id).group_by(item.c.state)
    return {State(state): _Sums(*map(int, sums)) for state, *sums in connection.execute(rows)}
