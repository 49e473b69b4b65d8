"""List the next folders, fetch the next messages and take their identity while the caller puts these into the archive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from typing import Protocol, Self, runtime_checkable

from skyflytt.mail.line import Answers, Batch, Come, FromMany, FromOne, Job, Line
from skyflytt.mail.port import FolderChanges, FolderPath, MailSource, MessageEntry

LISTED_AHEAD = 20
"""Folders whose listings may be held beside the one that is being archived, where they are small."""
LISTED_AT_ONCE = 3
"""Listings that may be under way."""
ASKED_AHEAD = 1_000
"""Messages of later folders, at least so many where there are: more than fit into memory at once, so that the source never idles."""
Since = Callable[[FolderPath], str | None]
Wanted = Callable[[FolderPath, FolderChanges], list[MessageEntry]]


@runtime_checkable
class ReadsAhead(Protocol):
    """A source that several threads may use: `changes` may be called while messages are fetched."""

    def fetch_ahead(
        self, folders: Iterator[tuple[FolderPath, Sequence[MessageEntry]]]
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        """As `MailSource.fetch`, from one folder into the next without a pause; `folders` blocks until the next one is known.

        After the last message of a folder comes None, or the exception that ended it.
        """
        ...


class Ahead:
    """A source, read in the order of `folders`; a context: what is on its way is waited for, also when the caller breaks off.

    `since` tells from which token a folder is listed, `wanted` which of its entries are going to be fetched. A source that is for
    one thread at a time gets its calls in a thread of their own, one after another.
    """

    def __init__(self, source: MailSource, folders: Sequence[FolderPath], since: Since, wanted: Wanted) -> None:
        self._source = source
        self._since = since
        self._wanted = wanted
        self._folders = deque(folders)
        self._listings: dict[FolderPath, Future[FolderChanges]] = {}
        self._asked: dict[FolderPath, Job | None] = {}
        """None: nothing is wanted of it."""
        self._unread: deque[Job] = deque()
        self._line: Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def changes(self, folder: FolderPath) -> FolderChanges:
        """As `MailSource.changes`, since the folder's token."""
        if folder in self._folders:
            while self._folders.popleft() != folder:
                pass
        if folder not in self._listings:
            self._list(folder)
        listing = self._listings.pop(folder)
        self._look()
        return listing.result()

    def fetched(self, folder: FolderPath, entries: Sequence[MessageEntry]) -> Iterator[tuple[Batch, Answers]]:
        """What was wanted of a folder, in batches of any order; a batch without answers is one that the source said nothing of."""
        job = self._asked.pop(folder, None)
        if job is None and not entries:
            return
        if (
            job is None
            or job is not self._unread[0]
            or {one.ref for one in job.entries} != {one.ref for one in entries}
        ):
            if self._unread:
                self._stop()
            job = self._ask(folder, entries)
        try:
            self._look()
            for batch, answers in self._running().answers(job):
                yield batch, answers
                self._look()
            self._unread.popleft()
        finally:
            if job in self._unread:
                self._stop()

    def _look(self) -> None:
        """Have the folders listed that come next, until enough is found to fetch; and have that fetched."""
        ahead = pending = 0
        for folder in list(self._folders)[:LISTED_AHEAD]:
            if folder not in self._listings:
                self._list(folder)
            pending += not (self._listings[folder].done() and not pending)
            if pending == LISTED_AT_ONCE or ahead >= ASKED_AHEAD:
                return
            if not pending:
                ahead += self._asked_for(folder, self._listings[folder])

    def _asked_for(self, folder: FolderPath, listing: Future[FolderChanges]) -> int:
        """How many of its messages are asked for by now, when all folders before have been."""
        if folder not in self._asked:
            entries = self._wanted(folder, listing.result()) if listing.exception() is None else []
            self._asked[folder] = self._ask(folder, entries) if entries else None
        job = self._asked[folder]
        return len(job.entries) if job is not None else 0

    def _list(self, folder: FolderPath) -> None:
        since = self._since(folder)
        self._listings[folder] = self._running().listing(lambda: self._source.changes(folder, since))

    def _ask(self, folder: FolderPath, entries: Sequence[MessageEntry]) -> Job:
        job = Job(folder, entries)
        self._unread.append(job)
        self._running().fetch(job)
        return job

    def _running(self) -> Line:
        if self._line is None:
            source = self._source
            self._line = FromMany(source.fetch_ahead) if isinstance(source, ReadsAhead) else FromOne(source)
        return self._line

    def _stop(self) -> None:
        line, self._line = self._line, None
        self._listings.clear()
        self._asked.clear()
        self._unread.clear()
        if line is not None:
            line.stop()
