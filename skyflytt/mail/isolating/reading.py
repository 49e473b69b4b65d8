"""Reading messages of which one may break the connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.mail import MessageUnreadable
from skyflytt.mail.ahead import ReadsAhead
from skyflytt.mail.around import Around, around_of
from skyflytt.mail.isolating.breaks import IN_A_ROW, halves, harmless
from skyflytt.mail.line import Come, FetchAhead
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderChanges,
    FolderPath,
    MailCapabilities,
    MailSource,
    MessageEntry,
)

Answer = Fetched | FetchFailure
Fetch = Callable[[FolderPath, Sequence[str]], Iterator[Answer]]


@contextmanager
def isolating_source(opened: AbstractContextManager[MailSource]) -> Iterator[MailSource]:
    """A source as its adapter opens it, isolating in reading."""
    with opened as source:
        yield IsolatingAhead(source, source.fetch_ahead) if isinstance(source, ReadsAhead) else IsolatingSource(source)


class IsolatingSource:
    """A source, for adapters that do not look after single messages themselves."""

    def __init__(self, source: MailSource) -> None:
        self._source = source
        self._reading = Reading(source.fetch, self._source.folders)

    @property
    def capabilities(self) -> MailCapabilities:
        return self._source.capabilities

    def folders(self) -> Sequence[Folder]:
        return self._source.folders()

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        return self._source.changes(folder, since)

    def around(self) -> Around:
        return around_of(self._source)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Answer]:
        return self._reading.fetch(folder, refs)


class IsolatingAhead(IsolatingSource):
    """A source that `ReadsAhead`: from one folder into the next, as long as nothing breaks."""

    def __init__(self, source: MailSource, fetch_ahead: FetchAhead) -> None:
        super().__init__(source)
        self._ahead = fetch_ahead

    def fetch_ahead(
        self, folders: Iterator[tuple[FolderPath, Sequence[MessageEntry]]]
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        """See `ahead.ReadsAhead`."""
        asked: deque[dict[str, None]] = deque()

        def noted() -> Iterator[tuple[FolderPath, Sequence[MessageEntry]]]:
            for folder, entries in folders:
                asked.append(dict.fromkeys(entry.ref for entry in entries))
                yield folder, entries

        with closing(self._ahead(noted())) as comes:
            for folder, come in comes:
                if come is not None and not isinstance(come, Exception):
                    asked[0].pop(come.ref, None)
                    self._reading.passed()
                    yield folder, come
                    continue
                left = list(asked.popleft())
                if isinstance(come, ConnectionLost):
                    yield from self._read_apart(folder, left, come)
                else:
                    yield folder, come

    def _read_apart(
        self, folder: FolderPath, left: Sequence[str], lost: ConnectionLost
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        end: Exception | None = None
        try:
            for answer in self._reading.apart(folder, left, lost):
                yield folder, answer
        except Failure as failure:
            end = failure
        yield folder, end


class Reading:
    """Reads messages that may break the connection; `harmless` is a question that the server answers if it is there."""

    def __init__(self, fetch: Fetch, harmless: Callable[[], object]) -> None:
        self._fetch = fetch
        self._harmless = harmless
        self._in_a_row = 0

    def fetch(self, folder: FolderPath, refs: Sequence[str], tries: int = 1) -> Iterator[Answer]:
        left = dict.fromkeys(refs)
        try:
            for answer in self._fetch(folder, refs):
                left.pop(answer.ref, None)
                self.passed()
                yield answer
        except ConnectionLost as lost:
            if len(refs) > 1:
                yield from self.apart(folder, list(left), lost)
            elif left:
                self._require_server(lost)
                yield from self._again(folder, refs, lost, tries)

    def passed(self) -> None:
        """A message came."""
        self._in_a_row = 0

    def apart(self, folder: FolderPath, left: Sequence[str], lost: ConnectionLost) -> Iterator[Answer]:
        """What several messages that were asked for together left open when the connection broke."""
        self._require_server(lost)
        for some in halves(left):
            yield from self.fetch(folder, some)

    def _require_server(self, lost: ConnectionLost) -> None:
        with harmless(lost):
            self._harmless()

    def _again(self, folder: FolderPath, alone: Sequence[str], lost: ConnectionLost, tries: int) -> Iterator[Answer]:
        if tries == 1:
            yield from self.fetch(folder, alone, tries=2)
            return
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            raise lost
        words = f"the connection broke off at it, twice ({lost.detail})"
        yield FetchFailure(alone[0], MessageUnreadable(alone[0], words))
