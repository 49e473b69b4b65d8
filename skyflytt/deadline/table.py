"""The ledger's deadlines. A change of one is a fact of the move, so it is journalled."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from skyflytt.deadline.terms import Deadline
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import deadline


def set_deadlines(ledger: Ledger, project: str, wanted: Iterable[Deadline], *, by: str) -> list[str]:
    """Write the deadlines; the names of those that are new or changed. Others of the project stay as they are."""
    with ledger.writing() as connection:
        return [one.name for one in wanted if set_deadline_in(connection, ledger, project, one, by=by)]


def set_deadline_in(connection: Connection, ledger: Ledger, project: str, one: Deadline, *, by: str) -> bool:
    """Write one deadline in the caller's transaction; False when it already stood so."""
    where = (deadline.c.project == project) & (deadline.c.name == one.name)
    old = connection.execute(select(deadline.c.at, deadline.c.why).where(where)).first()
    if old is not None and (old.at, old.why) == (one.at, one.why):
        return False
    if old is None:
        connection.execute(insert(deadline).values(project=project, name=one.name, at=one.at, why=one.why))
    else:
        connection.execute(update(deadline).where(where).values(at=one.at, why=one.why))
    data = {"at": one.at.isoformat(), "before": old.at.isoformat() if old else None}
    journal.append_in(
        connection, ledger, project, actor=by, action="deadline-set", subject=one.name, data=data
    )  # fmt: skip
    return True


def drop_deadline_in(connection: Connection, ledger: Ledger, project: str, name: str, *, by: str) -> bool:
    """Take away a deadline that holds no longer, in the caller's transaction; False when there is none."""
    where = (deadline.c.project == project) & (deadline.c.name == name)
    gone = bool(connection.execute(delete(deadline).where(where)).rowcount)
    if gone:
        journal.append_in(connection, ledger, project, actor=by, action="deadline-dropped", subject=name)
    return gone


def deadlines(ledger: Ledger, project: str) -> dict[str, Deadline]:
    """The project's deadlines by name, earliest first; their instants are in UTC."""
    rows = select(deadline).where(deadline.c.project == project).order_by(deadline.c.at, deadline.c.name)
    with ledger.reading() as connection:
        return {row.name: Deadline(row.name, row.at, row.why) for row in connection.execute(rows)}
