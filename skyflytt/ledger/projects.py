"""A project's row: its mode, which goes from mirror to append once and never back (a trigger in the database keeps it so)."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.errors.ledger import AppendOnly
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import Mode, project


def ensure_project(ledger: Ledger, name: str) -> None:
    """Make the project's row unless it is there."""
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(project).values(name=name, mode=Mode.MIRROR, created_at=ledger.clock.now())
    with ledger.writing() as connection:
        connection.execute(row.on_conflict_do_nothing())


def mode(ledger: Ledger, name: str) -> Mode:
    """The project's mode now."""
    with ledger.reading() as connection:
        return Mode(connection.execute(select(project.c.mode).where(project.c.name == name)).scalar_one())


def cut_over(ledger: Ledger, name: str, by: str) -> bool:
    """Switch the project to append mode for good; False when it already was."""
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
    if mode(ledger, name) is not Mode.MIRROR:
        raise AppendOnly(what, f"{name} is cut over")
