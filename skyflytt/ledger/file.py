"""A ledger in a file that somebody names, which may be something else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import OperationalError

from skyflytt.deadline.clock import Clock
from skyflytt.errors.ledger import NotALedger
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger

_SQLITE = b"SQLite format 3\0"
_TABLES = {"project", "workload", "item", "pass"}


def open_ledger_file(file: Path, clock: Clock) -> Ledger:
    """Open the file, or make it. Raises `NotALedger`, before anything is written to it, and `LedgerNewer`."""
    _refuse_other_files(file)
    try:
        return open_ledger(f"sqlite:///{file}", clock)
    except (OSError, OperationalError) as error:
        raise NotALedger(str(file), str(error.orig if isinstance(error, OperationalError) else error)) from error


def _refuse_other_files(file: Path) -> None:
    """Before tables are made in another program's database."""
    try:
        with file.open("rb") as there:
            start = there.read(len(_SQLITE))
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotALedger(str(file), error.strerror or str(error)) from error
    if start and (start != _SQLITE or not _is_ledger(file)):
        raise NotALedger(str(file), "the file is something else")


def _is_ledger(file: Path) -> bool:
    try:
        tables = _tables(file)
    except sqlite3.DatabaseError:
        return False
    # Killed while its tables were being made, it is empty.
    return not tables or tables >= _TABLES


def _tables(file: Path) -> set[str]:
    try:
        return _tables_by(file, "mode=ro")
    except sqlite3.DatabaseError as error:
        # Its writer was killed in the middle of a change. Only who writes may take that back, and the file may be another program's.
        if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
        return _tables_by(file, "immutable=1")


def _tables_by(file: Path, way: str) -> set[str]:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?{way}", uri=True)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
