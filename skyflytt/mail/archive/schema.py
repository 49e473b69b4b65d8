"""The archive's file format: an SQLite database with its own application id and a schema version."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyflytt.deadline.clock import Clock
from skyflytt.errors.mail import ArchiveOfAnotherMailbox, ArchiveTooNew, NotAnArchive

APPLICATION_ID = 0x534B594D  # "SKYM"
SCHEMA_VERSION = 3

_FIRST = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE payload (digest BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, zstd BLOB NOT NULL);
CREATE TABLE entry (
  folder TEXT NOT NULL, ref TEXT NOT NULL, flags TEXT NOT NULL, received TEXT NOT NULL, fingerprint TEXT NOT NULL,
  digest BLOB NOT NULL REFERENCES payload(digest), size_bytes INTEGER NOT NULL, gone_at TEXT, subject TEXT NOT NULL,
  message_id TEXT, sent TEXT, concerns TEXT NOT NULL, PRIMARY KEY (folder, ref)) WITHOUT ROWID;
CREATE INDEX entry_fingerprint ON entry(fingerprint);
"""
_SECOND = """
CREATE TABLE stream (digest BLOB PRIMARY KEY REFERENCES payload(digest), own_digest BLOB NOT NULL, size_bytes INTEGER NOT NULL,
  zstd BLOB NOT NULL);
"""
_THIRD = """
ALTER TABLE stream RENAME TO stream_of_payload;
CREATE TABLE stream (digest BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, zstd BLOB NOT NULL);
INSERT OR IGNORE INTO stream SELECT own_digest, size_bytes, zstd FROM stream_of_payload;
ALTER TABLE entry ADD COLUMN stream BLOB REFERENCES stream(digest);
ALTER TABLE entry ADD COLUMN edition TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN way TEXT NOT NULL DEFAULT '';
UPDATE entry SET stream = (SELECT own_digest FROM stream_of_payload WHERE stream_of_payload.digest = entry.digest);
DROP TABLE stream_of_payload;
CREATE TABLE superseded (
  folder TEXT NOT NULL, ref TEXT NOT NULL, edits INTEGER NOT NULL, until TEXT NOT NULL, digest BLOB NOT NULL REFERENCES payload(digest),
  stream BLOB REFERENCES stream(digest), PRIMARY KEY (folder, ref, edits)) WITHOUT ROWID;
"""
_VERSIONS = (_FIRST, _SECOND, _THIRD)
"""What each version added: FastTransfer streams (2); content that is edited in its place, with a stream of each message (3).

A new archive is made by all of them, an older one is brought up to date when it is opened to write.
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, or make an empty one; durable against power loss at every commit."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    with _closed_unless_an_archive(connection, path):
        _refuse_other_databases(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open an archive that is there, without any right to write."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
    with _closed_unless_an_archive(connection, path):
        if _pragma(connection, "application_id") != APPLICATION_ID:
            raise NotAnArchive(str(path), "the file is another program's database")
        _refuse_newer(connection, path)
    return connection


@contextmanager
def _closed_unless_an_archive(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        connection.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise NotAnArchive(str(path), "the file is something else") from None
        if error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK:
            raise NotAnArchive(str(path), "what wrote to it was killed in the middle of a change") from None
        raise
    except BaseException:
        connection.close()
        raise


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise ArchiveTooNew(str(path), f"its format is {version}, this program reads up to {SCHEMA_VERSION}")


def _refuse_other_databases(connection: sqlite3.Connection, path: Path) -> None:
    """Before anything is written: switching to WAL would already change another program's file."""
    application, empty = _pragma(connection, "application_id"), _is_empty(connection)
    if application != APPLICATION_ID and not (empty and application == 0):
        raise NotAnArchive(str(path), "the file is another program's database")


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def prepare(connection: sqlite3.Connection, path: Path, owner: str, clock: Clock) -> str:
    """Make the tables of a new archive, or check those of an old one; its id."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        archive_id = _prepared(connection, path, owner, clock)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return archive_id


def _prepared(connection: sqlite3.Connection, path: Path, owner: str, clock: Clock) -> str:
    if _is_empty(connection):
        _create(connection, owner, clock)
    _refuse_newer(connection, path)
    _upgrade(connection)
    about: dict[str, str] = dict(connection.execute("SELECT key, value FROM about"))
    if about["owner"] != owner:
        raise ArchiveOfAnotherMailbox(str(path), f"it belongs to {about['owner']}, not to {owner}")
    return about["id"]


def _upgrade(connection: sqlite3.Connection) -> None:
    for added in _VERSIONS[_pragma(connection, "user_version") :]:
        for statement in filter(str.strip, added.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def version_of(connection: sqlite3.Connection) -> int:
    """The format's version; one that is only read stays as it is."""
    return _pragma(connection, "user_version")


def _create(connection: sqlite3.Connection, owner: str, clock: Clock) -> None:
    _upgrade(connection)
    about = {"id": secrets.token_hex(16), "owner": owner, "created": clock.now().isoformat(), "clock": clock.name}
    connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
