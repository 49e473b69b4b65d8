"""The mailbox archive: folders and flags as the source last had them, and every payload it ever had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from skyflytt.deadline.clock import Clock
from skyflytt.mail.archive import payloads, rows, schema
from skyflytt.mail.archive.entries import Known
from skyflytt.mail.archive.reader import ArchiveReader
from skyflytt.mail.identity import Identity
from skyflytt.mail.port import FolderPath, MessageEntry, Way

_PUT = (
    f"INSERT INTO entry ({rows.COLUMNS}) VALUES ({', '.join('?' * len(rows.COLUMNS.split(', ')))}) ON CONFLICT DO UPDATE SET"
    " edits = edits + ((entry.digest, entry.stream) IS NOT (excluded.digest, excluded.stream)), flags = excluded.flags,"
    " received = excluded.received, fingerprint = excluded.fingerprint, digest = excluded.digest, size_bytes = excluded.size_bytes,"
    " gone_at = NULL, subject = excluded.subject, message_id = excluded.message_id, sent = excluded.sent,"
    " concerns = excluded.concerns, way = excluded.way, stream = excluded.stream, edition = excluded.edition"
)


class ArchiveItem(NamedTuple):
    """A message to be put in; `stream` is its FastTransfer stream where there is one, `way` how it came."""

    folder: FolderPath
    entry: MessageEntry
    raw: bytes
    identity: Identity
    stream: bytes | None = None
    way: Way = Way.MIME


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
        """Put messages in, all or none. One that is known by folder and ref becomes what it is now; what it was stays in the archive."""
        now = self._clock.now().isoformat()
        with self._transaction():
            for folder, entry, raw, identity, stream, way in items:
                payloads.put(self._connection, raw, identity.digest)
                kept = payloads.put_stream(self._connection, stream) if stream is not None else None
                row = rows.entry_row(folder, entry, len(raw), identity, way=way, stream=kept)
                self._keep_earlier(row[0], entry.ref, bytes.fromhex(identity.digest), row[-3], now)
                self._connection.execute(_PUT, row)

    def _keep_earlier(self, folder: str, ref: str, digest: bytes, stream: bytes | None, now: str) -> None:
        self._connection.execute(
            "INSERT INTO superseded SELECT folder, ref, edits, ?, digest, stream FROM entry"
            " WHERE folder = ? AND ref = ? AND (digest, stream) IS NOT (?, ?)",
            (now, folder, ref, digest, stream),
        )

    def known(self, folder: FolderPath) -> dict[str, Known]:
        """The refs that the source still has in this folder, with their flags and editions."""
        query = "SELECT ref, flags, edition FROM entry WHERE folder = ? AND gone_at IS NULL ORDER BY ref"
        with self._explained():
            found = self._connection.execute(query, (rows.folder_key(folder),)).fetchall()
        return {ref: rows.known_of(known) for ref, *known in found}

    def lacks_editions(self, folder: FolderPath) -> bool:
        """Whether the edition of a message in this folder is not known, as of all that came in by version 2 of the format."""
        query = "SELECT 1 FROM entry WHERE folder = ? AND gone_at IS NULL AND edition = '' LIMIT 1"
        with self._explained():
            return self._connection.execute(query, (rows.folder_key(folder),)).fetchone() is not None

    def mark(self, folder: FolderPath, entries: Iterable[MessageEntry]) -> None:
        """Renew flags and edition of messages whose content is what it was; unknown ones are no error."""
        key = rows.folder_key(folder)
        with self._transaction():
            self._connection.executemany(
                "UPDATE entry SET flags = ?, edition = ? WHERE folder = ? AND ref = ?",
                ((rows.flags_text(entry.flags), entry.edition, key, entry.ref) for entry in entries),
            )

    def mark_gone(self, folder: FolderPath, refs: Iterable[str]) -> None:
        """Stamp messages that the source no longer has; the first stamp stays."""
        now, key = self._clock.now().isoformat(), rows.folder_key(folder)
        with self._transaction():
            self._connection.executemany(
                "UPDATE entry SET gone_at = ? WHERE folder = ? AND ref = ? AND gone_at IS NULL",
                ((now, key, ref) for ref in refs),
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
