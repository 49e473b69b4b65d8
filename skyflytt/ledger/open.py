"""Open the ledger: SQLite (one file, WAL) by default, PostgreSQL by `SKYFLYTT_LEDGER_URL`."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from skyflytt.deadline.clock import Clock
from skyflytt.errors.ledger import LedgerAway
from skyflytt.ledger.ledger import Ledger, translating
from skyflytt.ledger.migrate import upgrade

LEDGER_URL_VARIABLE = "SKYFLYTT_LEDGER_URL"
BUSY_TIMEOUT_MS = 60_000
AWAY_PATIENCE_S = 60.0
AWAY_POLL_S = 0.5
POOL = {"pool_size": 8, "max_overflow": -1}
"""So many connections are kept; who needs another one gets it: several mailboxes share a ledger, and each reads while it writes."""


def ledger_url(workspace: Path) -> str:
    """The environment's URL, else a file in the workspace."""
    return os.environ.get(LEDGER_URL_VARIABLE) or f"sqlite:///{workspace / 'ledger.sqlite'}"


def open_ledger(url: str, clock: Clock) -> Ledger:
    """Open the ledger, making or upgrading its tables first.

    Raises `LedgerNewer` when a newer version of the software has written it, `LedgerAway` when PostgreSQL has not answered for a minute.
    """
    engine = engine_of(url)
    try:
        made_ready(engine)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, clock)


def engine_of(url: str) -> Engine:
    """With connections as the ledger needs them. Nothing is asked yet."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(_psycopg(address), pool_pre_ping=True, **POOL)


def made_ready(engine: Engine) -> None:
    """Make or upgrade the tables. A PostgreSQL that was killed needs some seconds to read its log; a run that begins in these need not fail."""
    deadline = monotonic() + AWAY_PATIENCE_S
    while True:
        try:
            with translating(engine):
                upgrade(engine)
        except LedgerAway:
            if monotonic() > deadline:
                raise
            sleep(AWAY_POLL_S)
        else:
            return


def _psycopg(address: URL) -> URL:
    """`postgresql://` means the one driver that is installed with the package."""
    return address.set(drivername="postgresql+psycopg") if address.drivername in ("postgresql", "postgres") else address


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Of several processes that open a new ledger at once, one switches; SQLite refuses the others at once, whatever their timeout."""
    deadline = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            return


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    settings = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, connect_args=settings, **({} if path in (None, "", ":memory:") else POOL))

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own: _begin does
        cursor = connection.cursor()
        _switch_to_wal(cursor)
        cursor.execute("PRAGMA synchronous = FULL")  # a `started` row has to survive a power cut, not only a kill
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that begins as a reader could find itself unable to go on (SQLITE_BUSY_SNAPSHOT).
        writes = connection.get_execution_options().get("skyflytt_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
