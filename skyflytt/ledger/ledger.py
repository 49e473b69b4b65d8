"""The open ledger: an engine, a clock, and transactions that are short."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from skyflytt.deadline.clock import Clock
from skyflytt.errors.ledger import LedgerAway, LedgerBusy, LedgerFull
from skyflytt.ledger.away import PostgresqlError, is_away
from skyflytt.ledger.uninterrupted import uninterrupted

NO_ROOM = ("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMOPEN")
"""SQLite's "disk I/O error" when there is no room for the file that its readers and writers share."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Safe to share between threads; each transaction has its own connection."""

    engine: Engine
    clock: Clock

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; on SQLite it never waits for a writer."""
        with translating(self.engine), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed when the block ends and on disk when this returns; undone if the block raises.

        Raises `LedgerBusy` when another writer held the ledger for too long, `LedgerFull` when its disk is full.
        """
        with writing(self.engine) as connection:
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """`Ledger.writing`, also while the ledger is being opened."""
    with (
        uninterrupted(),
        translating(engine),
        engine.connect().execution_options(skyflytt_writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def translating(engine: Engine) -> Iterator[None]:
    """What the database says of its disk and its locks, as failures."""
    try:
        yield
    except (OperationalError, PostgresqlError, sqlite3.OperationalError) as error:
        if is_away(error):
            raise LedgerAway(place(engine), str(error).splitlines()[0]) from error
        said = error.orig if isinstance(error, OperationalError) else error
        words = str(said)
        if "full" in words or "No space left" in words or getattr(said, "sqlite_errorname", "") in NO_ROOM:
            raise LedgerFull(place(engine), words) from error
        if "locked" in words or "deadlock" in words:
            raise LedgerBusy(place(engine), words) from error
        raise


def place(engine: Engine) -> str:
    """The ledger's address, without a password."""
    return engine.url.render_as_string(hide_password=True)
