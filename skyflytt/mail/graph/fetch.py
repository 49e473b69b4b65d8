"""Messages themselves, over all the requests that are allowed at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from skyflytt.mail.ews.batches import BatchSize
from skyflytt.mail.ews.in_flight import Come, InFlight, Route, Wanted
from skyflytt.mail.graph import exporting
from skyflytt.mail.graph.session import Session
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath


class Fetching:
    """Of one mailbox: it learns how many items are exported in good time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._size = BatchSize(exporting.FIRST, exporting.MOST)

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
        ways = Route(
            lambda refs: exporting.ask(self._session, refs, self._size),
            lambda ref, answer: exporting.read(self._session, ref, answer),
        )
        yield from InFlight(self._session, ways, self._size).run(folders)
