"""What can be read from a mailbox archive, whoever it belongs to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from skyflytt.errors.files import WorkspaceFull
from skyflytt.errors.mail import ArchiveDamaged, ArchiveUnavailable
from skyflytt.mail.archive import payloads, rows, schema
from skyflytt.mail.archive.checking import damages
from skyflytt.mail.archive.entries import ArchiveCounts, ArchivedMessage, Damage
from skyflytt.mail.port import FolderPath, Way

_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN)
"""How a full disk is told of the write-ahead log and of its index."""
_PAGE = 500


def read_archive(path: Path) -> ArchiveReader:
    """The archive at `path`, which must be there; nothing in it is changed.

    Raises `NotAnArchive`, `ArchiveTooNew` or `ArchiveUnavailable`.
    """
    return ArchiveReader(path)


class ArchiveReader:
    """One mailbox's archive, to read from. For one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            self._connection = schema.connect_to_read(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def entries(self, present_only: bool = True) -> Iterator[ArchivedMessage]:
        """Every message, sorted by folder (parents first) and ref; streamed, the archive may be written meanwhile."""
        return self._messages("gone_at IS NULL" if present_only else "1")

    def payload(self, digest: str) -> bytes:
        """The bytes with this SHA-256, verified; raises `ArchiveDamaged` when they are missing or not what they were."""
        with self._explained():
            return payloads.get(self._connection, digest)

    def require(self, digest: str, raw: bytes) -> None:
        """As `payload`, for bytes that are at hand: what is stored under their digest is compared with them, not hashed again."""
        with self._explained():
            payloads.require(self._connection, digest, raw)

    def stream(self, message: ArchivedMessage) -> bytes | None:
        """The FastTransfer stream that came with the message, verified; None where the source gave none."""
        with self._explained():
            if message.stream is not None:
                return payloads.get_stream(self._connection, message.stream)
            if schema.version_of(self._connection) == 2:
                return payloads.get_stream_beside(self._connection, message.digest)
        return None

    def message(self, folder: FolderPath, ref: str) -> ArchivedMessage | None:
        """One message, present or gone."""
        return next(self._messages("folder = ? AND ref = ?", rows.folder_key(folder), ref), None)

    def earlier(self, message: ArchivedMessage) -> list[tuple[str, str | None]]:
        """What the message was before it was edited, oldest first: the digests of payload and stream."""
        query = "SELECT digest, stream FROM superseded WHERE folder = ? AND ref = ? ORDER BY edits"
        with self._explained():
            if schema.version_of(self._connection) < 3:
                return []
            found = self._connection.execute(query, (rows.folder_key(message.folder), message.ref)).fetchall()
        return [(digest.hex(), stream.hex() if stream else None) for digest, stream in found]

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

    def ways(self) -> Mapping[Way | None, int]:
        """How the messages came that the source still has; None counts those that came in before that was noted."""
        with self._explained():
            way = "way" if schema.version_of(self._connection) >= 3 else "''"
            found = self._connection.execute(f"SELECT {way}, count(*) FROM entry WHERE gone_at IS NULL GROUP BY 1")
            return {Way(name) if name else None: number for name, number in found.fetchall()}

    def check(self) -> list[Damage]:
        """Everything that is wrong with the file: its structure, each payload against its digest, messages without one."""
        with self._explained():
            return damages(self._connection, self.path)

    def _messages(self, condition: str, *values: str) -> Iterator[ArchivedMessage]:
        # Page by page from the last key on, so that neither memory nor an open cursor stands in a writer's way.
        after = ("", "")
        with self._explained():
            columns = rows.columns(schema.version_of(self._connection))
        while True:
            with self._explained():
                page = self._connection.execute(
                    f"SELECT {columns} FROM entry WHERE {condition} AND (folder, ref) > (?, ?) ORDER BY folder, ref LIMIT {_PAGE}",
                    (*values, *after),
                ).fetchall()
            yield from map(rows.message_of, page)
            if len(page) < _PAGE:
                return
            after = page[-1][:2]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
            if code == sqlite3.SQLITE_FULL or error.sqlite_errorcode in _NO_ROOM:
                raise WorkspaceFull(str(self.path), str(error)) from error
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise ArchiveDamaged(str(self.path), str(error)) from error
            if isinstance(error, sqlite3.OperationalError):
                raise ArchiveUnavailable(str(self.path), str(error)) from error
            raise
