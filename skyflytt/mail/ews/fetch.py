"""Messages themselves: streams where the server exports them, MIME where it does not, over all connections that are allowed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from skyflytt.mail.ews import by_mime, exporting
from skyflytt.mail.ews.batches import BatchSize
from skyflytt.mail.ews.in_flight import Come, InFlight, Route, Wanted
from skyflytt.mail.ews.offered import is_offered
from skyflytt.mail.ews.requests import export_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath

NO_ITEM = "AAAA"
"""An id that no item has."""


class Fetching:
    """The routes of one mailbox: whether there are streams is found out by the first question."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._size = BatchSize()
        self._exports: bool | None = None

    @property
    def exports(self) -> bool:
        """Whether the server has ExportItems."""
        if self._exports is None:
            self._exports = is_offered(self._session, export_items([NO_ITEM]))
        return self._exports

    def fetch(self, folder: FolderPath, wanted: Sequence[Wanted]) -> Iterator[Fetched | FetchFailure]:
        """One answer for each that is wanted of one folder, in any order."""
        for _, come in self.fetch_ahead(iter([(folder, wanted)])):
            if isinstance(come, Exception):
                raise come
            if come is not None:
                yield come

    def fetch_ahead(
        self, folders: Iterator[tuple[FolderPath, Sequence[Wanted]]]
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        """One answer for each that is wanted, in any order; after the last of a folder None, or the failure that ended it."""
        route = exporting if self.exports else by_mime
        ways = Route(
            lambda refs: route.ask(self._session, refs, self._size),
            lambda ref, answer: route.read(self._session, ref, answer),
        )
        yield from InFlight(self._session, ways, self._size).run(folders)
