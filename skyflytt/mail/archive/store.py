"""The mailbox archive: folders and flags as the source last had them, and every payload it ever had."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from skyflytt.deadline.clock import Clock
from skyflytt.errors.files import WorkspaceFull
from skyflytt.errors.mail import ArchiveDamaged, ArchiveUnavailable
from skyflytt.mail.archive import payloads, rows, schema
from skyflytt.mail.archive.checking import damages
from skyflytt.mail.archive.entries import ArchiveCounts, ArchivedMessage, Damage
from skyflytt.mail.identity import Identity
from skyflytt.mail.port import FolderPath, MessageEntry

ArchiveItem = tuple[FolderPath, MessageEntry, bytes, Identity]
_PAGE = 500


def open_archive(path: Path, owner: str, clock: Clock) -> MailboxArchive:
    """The archive at `path`, made if there is none; `owner` (project and mailbox) must be the one it was made for.

    Raises `NotAnArchive`, `ArchiveTooNew`, `ArchiveOfAnotherMailbox`, `ArchiveUnavailable` or `WorkspaceFull`.
    """
    return MailboxArchive(path, owner, clock)


class MailboxArchive:
    """One mailbox's archive; every writing method is one transaction. For one thread at a time.

    Nothing is ever deleted: what the source no longer has is stamped with the hour, and its payload stays.
    """

    def __init__(self, path: Path, owner: str, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        with self._explained():
            self._connection = schema.connect(path)
            try:
                self.id = schema.prepare(self._connection, path, owner, clock)
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def add(self, folder: FolderPath, entry: MessageEntry, raw: bytes, identity: Identity) -> None:
        """Put one message in; see `add_many`."""
        self.add_many([(folder, entry, raw, identity)])

    def add_many(self, items: Iterable[ArchiveItem]) -> None:
        """Put messages in, all or none. A message already known by folder and ref keeps its first payload; its flags are renewed."""
        with self._transaction():
            for folder, entry, raw, identity in items:
                payloads.put(self._connection, raw, identity.digest)
                self._connection.execute(
                    f"INSERT INTO entry ({rows.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET flags = excluded.flags, gone_at = NULL",
                    rows.entry_row(folder, entry, len(raw), identity),
                )

    def known(self, folder: FolderPath) -> dict[str, frozenset[str]]:
        """The refs that the source still has in this folder, with their flags."""
        return {
            message.ref: message.flags
            for message in self._messages("folder = ? AND gone_at IS NULL", rows.folder_key(folder))
        }

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        """Renew the flags of a message; an unknown one is no error."""
        with self._transaction():
            self._connection.execute(
                "UPDATE entry SET flags = ? WHERE folder = ? AND ref = ?",
                (rows.flags_text(flags), rows.folder_key(folder), ref),
            )

    def mark_gone(self, folder: FolderPath, refs: Iterable[str]) -> None:
        """Stamp messages that the source no longer has; the first stamp stays."""
        now, key = self._clock.now().isoformat(), rows.folder_key(folder)
        with self._transaction():
            self._connection.executemany(
                "UPDATE entry SET gone_at = ? WHERE folder = ? AND ref = ? AND gone_at IS NULL",
                ((now, key, ref) for ref in refs),
            )

    def rekey(self, folder: FolderPath, old_ref: str, new_ref: str) -> None:
        """Give a message the new ref that the source names it by (after a change of UIDVALIDITY); it counts as present again.

        Where the new ref is already known, the old one is stamped as gone instead.
        """
        key = rows.folder_key(folder)
        with self._transaction():
            moved = self._connection.execute(
                "UPDATE OR IGNORE entry SET ref = ?, gone_at = NULL WHERE folder = ? AND ref = ?",
                (new_ref, key, old_ref),
            )
            if not moved.rowcount:
                self._connection.execute(
                    "UPDATE entry SET gone_at = ? WHERE folder = ? AND ref = ? AND gone_at IS NULL",
                    (self._clock.now().isoformat(), key, old_ref),
                )

    def entries(self, present_only: bool = True) -> Iterator[ArchivedMessage]:
        """Every message, sorted by folder (parents first) and ref; streamed, the archive may be written meanwhile."""
        return self._messages("gone_at IS NULL" if present_only else "1")

    def payload(self, digest: str) -> bytes:
        """The bytes with this SHA-256, verified; raises `ArchiveDamaged` when they are missing or not what they were."""
        with self._explained():
            return payloads.get(self._connection, digest)

    def counts(self) -> ArchiveCounts:
        with self._explained():
            present, gone = self._connection.execute(
                "SELECT count(*) - count(gone_at), count(gone_at) FROM entry"
            ).fetchone()
            folders = self._connection.execute(
                "SELECT folder, count(*) FROM entry WHERE gone_at IS NULL GROUP BY folder ORDER BY folder"
            ).fetchall()
            sums = self._connection.execute(
                "SELECT count(*), coalesce(sum(size_bytes), 0), coalesce(sum(length(zstd)), 0) FROM payload"
            ).fetchone()
        return ArchiveCounts(present, gone, {rows.folder_of(key): count for key, count in folders}, *sums)

    def check(self) -> list[Damage]:
        """Everything that is wrong with the file: its structure, each payload against its digest, messages without one."""
        with self._explained():
            return damages(self._connection, self.path)

    def _messages(self, condition: str, *values: str) -> Iterator[ArchivedMessage]:
        # Page by page from the last key on, so that neither memory nor an open cursor stands in a writer's way.
        after = ("", "")
        while True:
            with self._explained():
                page = self._connection.execute(
                    f"SELECT {rows.COLUMNS} FROM entry WHERE {condition} AND (folder, ref) > (?, ?) ORDER BY folder, ref LIMIT {_PAGE}",
                    (*values, *after),
                ).fetchall()
            yield from map(rows.message_of, page)
            if len(page) < _PAGE:
                return
            after = page[-1][:2]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled it back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
            if code == sqlite3.SQLITE_FULL or error.sqlite_errorcode == sqlite3.SQLITE_IOERR_WRITE:
                raise WorkspaceFull(str(self.path), str(error)) from error
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise ArchiveDamaged(str(self.path), str(error)) from error
            if isinstance(error, sqlite3.OperationalError):
                raise ArchiveUnavailable(str(self.path), str(error)) from error
            raise
