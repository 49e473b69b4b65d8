"""Requests for messages that keep every permitted connection busy, from one folder into the next.

Each connection has a thread that does nothing but ask; what comes is read by others, so that no connection waits for that.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock
from typing import Any, NamedTuple, Protocol

from skyflytt.mail.ews.batches import BatchSize, Room
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath

ROOM_BYTES = 16_000_000
READERS = 2
Come = Fetched | FetchFailure | Exception | None


class Asking(Protocol):
    """A mailbox in use, of whichever protocol."""

    @property
    def connections(self) -> int: ...

    def explained(self, item: str) -> Any:
        """A context that raises a `Failure` for everything that a request about `item` can meet."""
        ...


class Wanted(NamedTuple):
    """A message by its ref; `bytes_` are those that a listing told."""

    ref: str
    bytes_: int


@dataclass(frozen=True, slots=True)
class Route:
    """`ask` makes requests until it has something for every ref; `read` makes a message of it, and may ask for more."""

    ask: Callable[[Sequence[str]], Sequence[tuple[str, Any]]]
    read: Callable[[str, Any], Fetched | FetchFailure]


@dataclass(slots=True)
class _Folder:
    """`cut` batches were asked for and `taken` of them are answered; `ended`: no more will be cut."""

    path: FolderPath
    left: list[Wanted]
    """In reverse: the next one is the last."""
    most: int
    number: int
    cut: int = 0
    taken: int = 0
    ended: bool = False
    failed: bool = False


class _Batch(NamedTuple):
    folder: _Folder
    wanted: Sequence[Wanted]
    answers: Future[Sequence[Fetched | FetchFailure]]


class InFlight:
    """One run over folders, to be read to its end or closed; what is on its way then is waited for."""

    def __init__(self, session: Asking, route: Route, size: BatchSize) -> None:
        self._session = session
        self._route = route
        self._size = size
        self._connections = session.connections
        self._room = Room(ROOM_BYTES, self._connections)
        self._come: SimpleQueue[_Batch | _Folder | None] = SimpleQueue()
        self._cutting = Lock()
        self._folder: _Folder | None = None
        self._number = 0
        self._readers = ThreadPoolExecutor(READERS, "reading")

    def run(
        self, folders: Iterator[tuple[FolderPath, Sequence[Wanted]]]
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        """One answer for each that is wanted; after the last of a folder None, or the exception that ended it.

        `folders` is asked for the next one when all of the one before has been asked for, by whichever thread comes first.
        """
        with self._readers, ThreadPoolExecutor(self._connections, "asking") as askers:
            asking = [askers.submit(self._ask, folders) for _ in range(self._connections)]
            try:
                yield from self._taken()
            finally:
                self._room.close()
        for one in asking:
            one.result()

    def _taken(self) -> Generator[tuple[FolderPath, Come], None, None]:
        """Folder after folder: what comes early of a later one keeps its room until its turn."""
        asking, number = self._connections, 0
        waiting: defaultdict[int, deque[_Batch | _Folder]] = defaultdict(deque)
        while asking:
            come = self._come.get()
            if come is None:
                asking -= 1
                continue
            waiting[(come.folder if isinstance(come, _Batch) else come).number].append(come)
            while waiting[number]:
                folder = yield from self._taken_one(waiting[number].popleft())
                if folder.ended and folder.taken == folder.cut:
                    del waiting[number]
                    number += 1

    def _taken_one(self, come: _Batch | _Folder) -> Generator[tuple[FolderPath, Come], None, _Folder]:
        if isinstance(come, _Batch):
            folder = come.folder
            yield from self._answers(come)
            folder.taken += 1
        else:
            folder = come
            folder.ended = True
        if folder.ended and folder.taken == folder.cut and not folder.failed:
            yield folder.path, None
        return folder

    def _answers(self, batch: _Batch) -> Generator[tuple[FolderPath, Come], None, None]:
        folder, error = batch.folder, batch.answers.exception()
        if error is None and not folder.failed:
            for answer, wanted in zip(batch.answers.result(), batch.wanted, strict=True):
                yield folder.path, answer
                self._room.give_back(wanted.bytes_)
            return
        if isinstance(error, Exception) and not folder.failed:
            folder.failed = True
            yield folder.path, error
        self._room.give_back(sum(wanted.bytes_ for wanted in batch.wanted))

    def _ask(self, folders: Iterator[tuple[FolderPath, Sequence[Wanted]]]) -> None:
        try:
            while (next_one := self._next(folders)) is not None:
                folder, wanted = next_one
                self._come.put(_Batch(folder, wanted, self._asked(folder, wanted)))
        finally:
            self._come.put(None)

    def _asked(self, folder: _Folder, wanted: Sequence[Wanted]) -> Future[Sequence[Fetched | FetchFailure]]:
        try:
            with self._session.explained(folder_key(folder.path)):
                found = self._route.ask([one.ref for one in wanted])
        except Exception as error:
            failed: Future[Sequence[Fetched | FetchFailure]] = Future()
            failed.set_exception(error)
            return failed
        return self._readers.submit(self._read, folder, found)

    def _read(self, folder: _Folder, found: Sequence[tuple[str, Any]]) -> Sequence[Fetched | FetchFailure]:
        with self._session.explained(folder_key(folder.path)):
            return [self._route.read(ref, answer) for ref, answer in found]

    def _next(self, folders: Iterator[tuple[FolderPath, Sequence[Wanted]]]) -> tuple[_Folder, Sequence[Wanted]] | None:
        with self._cutting:
            while True:
                if self._folder is None:
                    following = next(folders, None)
                    if following is None:
                        return None
                    path, wanted = following
                    most = -(-len(wanted) // self._connections)
                    self._folder = _Folder(path, list(reversed(wanted)), most, self._number)
                    self._number += 1
                folder = self._folder
                if folder.left and not folder.failed:
                    share = self._room.share(folder.left[-1].bytes_)
                    return (folder, self._cut(folder, share)) if share else None
                self._folder = None
                self._come.put(folder)

    def _cut(self, folder: _Folder, share: int) -> Sequence[Wanted]:
        batch = [folder.left.pop()]
        total, most = batch[0].bytes_, min(self._size.count, folder.most)
        while folder.left and len(batch) < most and total + folder.left[-1].bytes_ <= share:
            batch.append(folder.left.pop())
            total += batch[-1].bytes_
        self._room.take(total)
        folder.cut += 1
        return batch
