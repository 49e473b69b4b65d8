"""The SQLite file: its tables, its transactions, and the one counter by which all changes are ordered."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS store (
  id INTEGER PRIMARY KEY, address TEXT NOT NULL COLLATE NOCASE, kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (address, kind)
);
CREATE TABLE IF NOT EXISTS folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT, store INTEGER NOT NULL REFERENCES store, parent INTEGER, name TEXT NOT NULL,
  class TEXT, role TEXT, created INTEGER NOT NULL, changed INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS folder_parent ON folder (parent);
CREATE INDEX IF NOT EXISTS folder_store ON folder (store, changed);
CREATE TABLE IF NOT EXISTS folder_gone (folder INTEGER NOT NULL, store INTEGER NOT NULL, created INTEGER NOT NULL, gone INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS item (
  id INTEGER PRIMARY KEY AUTOINCREMENT, folder INTEGER NOT NULL REFERENCES folder, class TEXT NOT NULL, subject TEXT NOT NULL,
  received INTEGER NOT NULL, size INTEGER NOT NULL, read INTEGER NOT NULL, associated INTEGER NOT NULL, modified INTEGER NOT NULL,
  created INTEGER NOT NULL, changed INTEGER NOT NULL, marked INTEGER NOT NULL, touched INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS item_folder ON item (folder, touched);
CREATE INDEX IF NOT EXISTS item_count ON item (folder, associated, read);
CREATE TABLE IF NOT EXISTS content (item INTEGER PRIMARY KEY, stream BLOB NOT NULL, mime BLOB);
CREATE TABLE IF NOT EXISTS item_gone (item INTEGER NOT NULL, folder INTEGER NOT NULL, created INTEGER NOT NULL, gone INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS item_gone_folder ON item_gone (folder, gone);
"""
_WAIT_SECONDS = 60.0


class Database:
    """One connection, used by one thread at a time; writing is inside `writing()`."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA busy_timeout = 60000")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self.writing():
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)
            if self.row("SELECT value FROM counter") is None:
                self.run("INSERT INTO counter VALUES (0)")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that others wait for; inside another one it is part of that one."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Any) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return found

    def number(self, statement: str, *values: Any) -> int:
        found = self.row(statement, *values)
        return int(found[0] or 0) if found else 0

    def run(self, statement: str, *values: Any) -> int:
        """Carry out a statement inside `writing()`; returns the id of a row it added."""
        return self._connection.execute(statement, values).lastrowid or 0

    def tick(self) -> int:
        """The next number of the order in which everything in this file happened."""
        self.run("UPDATE counter SET value = value + 1")
        return self.now

    @property
    def now(self) -> int:
        return self.number("SELECT value FROM counter")


def open_store(path: Path) -> Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    return Database(path)
