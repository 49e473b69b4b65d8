"""A project's row: its mode, which goes from mirror to append once and never back (a trigger in the database keeps it so)."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.errors.ledger import AppendOnly
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.locks import workload_lock
from skyflytt.ledger.schema import Mode, project
from skyflytt.ledger.workloads import workloads


def ensure_project(ledger: Ledger, name: str) -> None:
    """Make the project's row unless it is there, which every step asks: it must not wait for others that write."""
    if is_known(ledger, name):
        return
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(project).values(name=name, mode=Mode.MIRROR, created_at=ledger.clock.now())
    with ledger.writing() as connection:
        connection.execute(row.on_conflict_do_nothing())


def is_known(ledger: Ledger, name: str) -> bool:
    """Whether the ledger has the project's row."""
    with ledger.reading() as connection:
        return connection.execute(select(project.c.name).where(project.c.name == name)).first() is not None


def mode(ledger: Ledger, name: str) -> Mode:
    """The project's mode now."""
    with ledger.reading() as connection:
        return _mode(connection, name)


def cut_over(ledger: Ledger, name: str, by: str) -> bool:
    """Switch the project to append mode for good; False when it already was.

    Raises `PassRunning` while a pass over one of the project's workloads is running: it may be about to change the target.
    """
    with ExitStack() as held:
        for one in workloads(ledger, name):
            held.enter_context(workload_lock(ledger, one))
        return _switch(ledger, name, by)


def _switch(ledger: Ledger, name: str, by: str) -> bool:
    now = ledger.clock.now()
    with ledger.writing() as connection:
        switched = connection.execute(
            update(project)
            .where(project.c.name == name, project.c.mode == Mode.MIRROR)
            .values(mode=Mode.APPEND, cut_over_at=now, cut_over_by=by)
        ).rowcount
        if switched:
            journal.append_in(
                connection, ledger, name, actor=by, action="cut-over", subject=name, data={"mode": "append"}
            )
    return bool(switched)


def require_mirror(ledger: Ledger, name: str, what: str) -> None:
    """Raise `AppendOnly` once the project is cut over; called right before anything is deleted or overwritten at a target."""
    with ledger.reading() as connection:
        require_mirror_in(connection, name, what)


def require_mirror_in(connection: Connection, name: str, what: str) -> None:
    """The same within the transaction that announces the change, so that no cutover comes in between."""
    if _mode(connection, name, for_share=True) is not Mode.MIRROR:
        raise AppendOnly(what, f"{name} is cut over")


def _mode(connection: Connection, name: str, *, for_share: bool = False) -> Mode:
    row = select(project.c.mode).where(project.c.name == name)
    return Mode(connection.execute(row.with_for_update(read=True) if for_share else row).scalar_one())
