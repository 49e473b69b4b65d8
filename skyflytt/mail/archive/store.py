"""The mailbox archive: folders and flags as the source last had them, and every payload it ever had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from skyflytt.deadline.clock import Clock
from skyflytt.mail.archive import payloads, rows, schema
from skyflytt.mail.archive.reader import ArchiveReader
from skyflytt.mail.identity import Identity
from skyflytt.mail.port import FolderPath, MessageEntry


class ArchiveItem(NamedTuple):
    """A message to be put in; `stream` is its FastTransfer stream where the source exported one."""

    folder: FolderPath
    entry: MessageEntry
    raw: bytes
    identity: Identity
    stream: bytes | None = None


def open_archive(path: Path, owner: str, clock: Clock) -> MailboxArchive:
    """The archive at `path`, made if there is none; `owner` (project and mailbox) must be the one it was made for.

    Raises `NotAnArchive`, `ArchiveTooNew`, `ArchiveOfAnotherMailbox`, `ArchiveUnavailable` or `WorkspaceFull`.
    """
    return MailboxArchive(path, owner, clock)


class MailboxArchive(ArchiveReader):
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

    def add(self, folder: FolderPath, entry: MessageEntry, raw: bytes, identity: Identity) -> None:
        """Put one message in; see `add_many`."""
        self.add_many([ArchiveItem(folder, entry, raw, identity)])

    def add_many(self, items: Iterable[ArchiveItem]) -> None:
        """Put messages in, all or none. A message already known by folder and ref keeps its first payload; its flags are renewed."""
        with self._transaction():
            for folder, entry, raw, identity, stream in items:
                payloads.put(self._connection, raw, identity.digest)
                if stream is not None:
                    payloads.put_stream(self._connection, identity.digest, stream)
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
