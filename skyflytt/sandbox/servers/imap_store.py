"""The mail of one sandbox provider in one SQLite file: every message byte for byte as it came in.

pymap's own maildir parses a message when it stores it and writes it out anew when it is fetched, which alters malformed mail; it
also keeps lock files that outlive `kill -9`. Here each command is one transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FIRST_UID_VALIDITY = 1_700_000_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL, name TEXT NOT NULL,
  uid_next INTEGER NOT NULL DEFAULT 1, subscribed INTEGER NOT NULL DEFAULT 1, UNIQUE (login, name));
CREATE TABLE IF NOT EXISTS message (
  folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE, uid INTEGER NOT NULL, flags TEXT NOT NULL,
  received TEXT NOT NULL, email_id TEXT NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (folder_id, uid));
"""


@dataclass(frozen=True)
class FolderRow:
    """One mailbox folder; `name` is Unicode with `/` between the levels."""

    id: int
    name: str
    uid_validity: int
    uid_next: int
    subscribed: bool


@dataclass(frozen=True)
class MessageRow:
    """What is known of a message without its content; `received` is aware."""

    uid: int
    flags: frozenset[str]
    received: datetime
    email_id: str


class MailStore:
    """One provider's mail; used by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Fold the write-ahead log into the file, so that the file alone is the whole store."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    def begin(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        self._db.execute("ROLLBACK")

    def folders(self, login: str) -> Sequence[FolderRow]:
        rows = self._db.execute(
            "SELECT id, name, uid_next, subscribed FROM folder WHERE login=? ORDER BY name", (login,)
        )
        return [_folder(row) for row in rows]

    def folder(self, login: str, name: str) -> FolderRow:
        """Raises KeyError when there is no such folder."""
        row = self._db.execute(
            "SELECT id, name, uid_next, subscribed FROM folder WHERE login=? AND name=?", (login, name)
        ).fetchone()
        if row is None:
            raise KeyError(name)
        return _folder(row)

    def add_folder(self, login: str, name: str) -> FolderRow:
        """Raises ValueError when the folder exists. A name used again gets a higher UIDVALIDITY (RFC 3501 2.3.1.1)."""
        try:
            self._db.execute(
                "INSERT INTO folder (login, name) VALUES (?, ?)",
                (login, name),
            )
        except sqlite3.IntegrityError as exists:
            raise ValueError(name) from exists
        return self.folder(login, name)

    def delete_folder(self, login: str, name: str) -> None:
        self._db.execute("DELETE FROM folder WHERE id=?", (self.folder(login, name).id,))

    def rename_folder(self, login: str, before: str, after: str) -> None:
        """Takes the folders below along. Raises KeyError or ValueError."""
        self.folder(login, before)
        renamed = [row for row in self.folders(login) if row.name == before or row.name.startswith(before + "/")]
        try:
            self.begin()
            for row in renamed:
                name = after + row.name[len(before) :]
                self._db.execute("UPDATE folder SET name=? WHERE id=?", (name, row.id))
        except sqlite3.IntegrityError as exists:
            self.rollback()
            raise ValueError(after) from exists
        self.commit()

    def subscribe(self, login: str, name: str, subscribed: bool) -> None:
        self._db.execute("UPDATE folder SET subscribed=? WHERE login=? AND name=?", (subscribed, login, name))

    def messages(self, folder_id: int) -> list[MessageRow]:
        rows = self._db.execute(
            "SELECT uid, flags, received, email_id FROM message WHERE folder_id=? ORDER BY uid", (folder_id,)
        )
        return [MessageRow(uid, _flags(flags), datetime.fromisoformat(at), email) for uid, flags, at, email in rows]

    def message(self, folder_id: int, uid: int) -> MessageRow:
        """Raises KeyError when the message is gone."""
        row = self._db.execute(
            "SELECT uid, flags, received, email_id FROM message WHERE folder_id=? AND uid=?", (folder_id, uid)
        ).fetchone()
        if row is None:
            raise KeyError(uid)
        return MessageRow(row[0], _flags(row[1]), datetime.fromisoformat(row[2]), row[3])

    def raw(self, folder_id: int, uid: int) -> bytes:
        row = self._db.execute("SELECT raw FROM message WHERE folder_id=? AND uid=?", (folder_id, uid)).fetchone()
        if row is None:
            raise KeyError(uid)
        return bytes(row[0])

    def append(self, folder_id: int, raw: bytes, flags: Iterable[str], received: datetime) -> MessageRow:
        uid: int = self._db.execute(
            "UPDATE folder SET uid_next = uid_next + 1 WHERE id=? RETURNING uid_next - 1", (folder_id,)
        ).fetchone()[0]
        row = MessageRow(uid, frozenset(flags), received, "M" + hashlib.sha256(raw).hexdigest()[:32])
        self._db.execute(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)",
            (folder_id, uid, " ".join(sorted(row.flags)), received.isoformat(), row.email_id, raw),
        )
        return row

    def set_flags(self, folder_id: int, uid: int, flags: Iterable[str]) -> None:
        self._db.execute(
            "UPDATE message SET flags=? WHERE folder_id=? AND uid=?", (" ".join(sorted(flags)), folder_id, uid)
        )

    def delete(self, folder_id: int, uids: Iterable[int]) -> None:
        self._db.executemany("DELETE FROM message WHERE folder_id=? AND uid=?", [(folder_id, uid) for uid in uids])


def _folder(row: tuple[int, str, int, int]) -> FolderRow:
    """Ids are never used again, so that they make good UIDVALIDITYs."""
    return FolderRow(row[0], row[1], FIRST_UID_VALIDITY + row[0], row[2], bool(row[3]))


def _flags(text: str) -> frozenset[str]:
    return frozenset(text.split())
