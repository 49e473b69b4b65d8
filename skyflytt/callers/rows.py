"""Callers and the logs that were read, as rows of the ledger. Nothing else of a log is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from skyflytt.callers.tally import Calls, Key, narrowed
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import caller, caller_log, project

KEY = ("account", "device", "agent", "protocol", "address")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """How far a file was read. `file` is the SHA-256 of its first `head_bytes` bytes, `tail` of the last before `read_to`; all unpacked."""

    file: str
    path: str
    form: str
    head_bytes: int
    read_to: int
    tail: str
    header: str
    lines: int
    unknown: int
    since: datetime | None
    ends_at: datetime | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One caller at one log; `calls` in seconds since 1970."""

    log: str
    key: Key
    calls: Calls


def cut_over_at(ledger: Ledger, name: str) -> datetime | None:
    """Since when calls at the old servers are calls too many; None before the cutover."""
    with ledger.reading() as connection:
        return connection.execute(select(project.c.cut_over_at).where(project.c.name == name)).scalar_one_or_none()


def read_files(ledger: Ledger, name: str, log: str | None = None) -> list[tuple[str, ReadFile]]:
    """The files that were read, of one log or of all, with their log's name."""
    where = caller_log.c.project == name
    if log is not None:
        where = and_(where, caller_log.c.log == log)
    with ledger.reading() as connection:
        rows = connection.execute(
            select(caller_log).where(where).order_by(caller_log.c.log, caller_log.c.read_at)
        ).all()
    return [(row.log, ReadFile(*(getattr(row, part) for part in ReadFile.__slots__))) for row in rows]


def callers(ledger: Ledger, name: str) -> Iterator[Row]:
    """Every caller's row."""
    with ledger.reading() as connection:
        for row in connection.execute(select(caller).where(caller.c.project == name)):
            yield Row(row.log, Key(*(getattr(row, part) for part in KEY)), _calls(row))


def keep(
    ledger: Ledger,
    name: str,
    log: str,
    file: ReadFile,
    counted: Iterator[tuple[Key, Calls]],
    *,
    begun_at: int | None,
    snapshot: bool,
) -> bool:
    """Add what a file told, and how far it was read, in one transaction: nothing is counted twice, whenever the process ends.

    `begun_at` is where the reading began, None for a file that was not known. False, and nothing is added, when another process has
    read it meanwhile.
    """
    where = (caller_log.c.project == name, caller_log.c.log == log, caller_log.c.file == file.file)
    with ledger.writing() as connection:
        current = connection.execute(select(caller_log.c.read_to).where(*where).with_for_update()).scalar_one_or_none()
        if current is not None and current != begun_at:
            return False
        known = _known(connection, name, log)
        changed: dict[Key, Calls] = {}
        for key, calls in counted:
            place = key if key in known else Key(*narrowed(key, known, len(known), only_failed=not calls.count))
            before = known.get(place)
            if before is None:
                known[place] = changed[place] = calls
            elif not snapshot or calls.last > before.last or calls.last_failed > before.last_failed:
                before.join(calls)
                changed[place] = before
        _write(connection, name, log, changed)
        connection.execute(delete(caller_log).where(*where))
        values = {part: getattr(file, part) for part in ReadFile.__slots__}
        connection.execute(insert(caller_log).values(project=name, log=log, **values))
    return True


def note_read(ledger: Ledger, name: str, log: str, file: str, path: str) -> None:
    """A file that was read before was looked at again, and there was nothing new in it."""
    where = (caller_log.c.project == name, caller_log.c.log == log, caller_log.c.file == file)
    with ledger.writing() as connection:
        connection.execute(update(caller_log).where(*where).values(read_at=ledger.clock.now(), path=path))


def forget_log(ledger: Ledger, name: str, log: str) -> None:
    """As if the log had never been read: it is counted from another instant on now."""
    with ledger.writing() as connection:
        for table in (caller, caller_log):
            connection.execute(delete(table).where(table.c.project == name, table.c.log == log))


def forget(ledger: Ledger, name: str, by: str) -> int:
    """Erase all callers of a project: they are personal data, and needed no longer. How many rows there were."""
    with ledger.writing() as connection:
        count = connection.execute(
            select(func.count()).select_from(caller).where(caller.c.project == name)
        ).scalar_one()
        for table in (caller, caller_log):
            connection.execute(delete(table).where(table.c.project == name))
        journal.append_in(
            connection, ledger, name, actor=by, action="callers-forgotten", subject=name, data={"rows": count}
        )
    return int(count)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def instant(seconds: int) -> datetime | None:
    """An instant; None for 0, which stands for never."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _known(connection: Connection, name: str, log: str) -> dict[Key, Calls]:
    rows = connection.execute(select(caller).where(caller.c.project == name, caller.c.log == log))
    return {Key(*(getattr(row, part) for part in KEY)): _calls(row) for row in rows}


def _calls(row: object) -> Calls:
    def seconds(part: str) -> int:
        at = getattr(row, part)
        return int(at.timestamp()) if at else 0

    return Calls(row.count, row.failed, seconds("first_at"), seconds("last_at"), seconds("failed_at"))  # type: ignore[attr-defined]


def _write(connection: Connection, name: str, log: str, changed: dict[Key, Calls]) -> None:
    rows = [
        {
            "project": name, "log": log, **dict(zip(KEY, key, strict=True)), "count": calls.count, "failed": calls.failed,
            "first_at": instant(calls.first), "last_at": instant(calls.last), "failed_at": instant(calls.last_failed),
        }
        for key, calls in changed.items()
    ]  # fmt: skip
    if not rows:
        return
    parts = ("project", "log", *KEY)
    same = (caller.c[part] == bindparam(f"the_{part}") for part in parts)
    connection.execute(delete(caller).where(*same), [{f"the_{part}": row[part] for part in parts} for row in rows])
    connection.execute(insert(caller), rows)
