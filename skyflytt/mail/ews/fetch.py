"""Messages themselves: streams where the server exports them, MIME where it does not, over all connections that are allowed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from exchangelib import errors as ews

from skyflytt.mail.ews.batches import BatchSize, cut
from skyflytt.mail.ews.by_mime import fetch_by_mime
from skyflytt.mail.ews.errors import NOT_OFFERED
from skyflytt.mail.ews.exporting import export
from skyflytt.mail.ews.requests import export_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.port import Fetched, FetchFailure

NO_ITEM = "AAAA"
"""An id that no item has."""
AHEAD = 4
"""Batches beyond one per connection that may be waiting, or be read."""
Answers = list[Fetched | FetchFailure]


class Fetching:
    """The routes of one mailbox: whether there are streams is found out by the first question."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._size = BatchSize()
        self._exports: bool | None = None

    @property
    def exports(self) -> bool:
        """Whether the server has ExportItems; asked for an item that cannot be, so that nothing is touched."""
        if self._exports is None:
            try:
                self._session.ask(export_items([NO_ITEM]))
                self._exports = True
            except NOT_OFFERED:
                self._exports = False
            except ews.ResponseMessageError:
                self._exports = True  # it knows the operation, and that there is no such item
        return self._exports

    def fetch(self, refs: Sequence[str], sizes: Mapping[str, int]) -> Iterator[Fetched | FetchFailure]:
        """One answer for each ref; `sizes` are those that a listing told."""
        route = self._export if self.exports else self._by_mime
        return in_flight(route, cut(refs, sizes, self._size, self._session.settings.connections), self._session)

    def _export(self, refs: Sequence[str]) -> Answers:
        return list(export(self._session, refs, self._size))

    def _by_mime(self, refs: Sequence[str]) -> Answers:
        return list(fetch_by_mime(self._session, refs))


def in_flight(
    route: Callable[[Sequence[str]], Answers], batches: Iterator[list[str]], session: Session
) -> Iterator[Fetched | FetchFailure]:
    """The answers of all batches in their order. While some are read, others are on their way, so that no connection is idle."""
    waiting: deque[Future[Answers]] = deque()
    workers = session.settings.connections + AHEAD
    pool = ThreadPoolExecutor(workers)
    try:
        for batch in batches:
            waiting.append(pool.submit(route, batch))
            if len(waiting) == workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
