"""The threads between a source and an archive: they list, fetch and take identities, and hold no more than a few batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from queue import Queue, SimpleQueue
from threading import Thread
from typing import NamedTuple

from skyflytt.mail.identity import Identity, fingerprint
from skyflytt.mail.port import Fetched, FetchFailure, FolderChanges, FolderPath, MailSource, MessageEntry

BATCH_MESSAGES = 100
BATCH_BYTES = 8 * 1024 * 1024
PIECE_MESSAGES = 16
PIECE_BYTES = 1024 * 1024
"""Of what comes over several connections: room is given back little by little, and none of them has to wait for it."""
AHEAD = 2
"""Batches beyond the caller's: one whose identities are taken, one that waits."""
Batch = list[MessageEntry]
Answers = list[tuple[Fetched, Identity] | FetchFailure]
Come = Fetched | FetchFailure | Exception | None
FetchAhead = Callable[
    [Iterator[tuple[FolderPath, Sequence[MessageEntry]]]], Generator[tuple[FolderPath, Come], None, None]
]


@dataclass(eq=False, slots=True)
class Job:
    """Messages to be fetched of one folder."""

    folder: FolderPath
    entries: Sequence[MessageEntry]


class _Come(NamedTuple):
    """A batch; or the end of a job, with what ended it too early."""

    job: Job
    batch: Batch
    answers: Future[Answers] | None = None
    error: BaseException | None = None


class Line(ABC):
    """Jobs are fetched in their order. `stop` waits for what is on its way."""

    def __init__(self) -> None:
        self.stopped = False
        self.error: BaseException | None = None
        """What ended the fetching; jobs that are asked for later end by it too."""
        self._jobs: SimpleQueue[Job | Callable[[], None] | None] = SimpleQueue()
        self._come: Queue[_Come | None] = Queue(AHEAD)
        self._identities = ThreadPoolExecutor(1, "identity")
        self._thread = Thread(target=self._run, name="fetching", daemon=True)
        self._thread.start()

    @abstractmethod
    def listing(self, ask: Callable[[], FolderChanges]) -> Future[FolderChanges]:
        """What `ask` will return or raise."""

    @abstractmethod
    def work(self) -> None:
        """Take jobs until there is None, and hand on what comes."""

    def fetch(self, job: Job) -> None:
        self._jobs.put(job)

    def answers(self, job: Job) -> Iterator[tuple[Batch, Answers]]:
        """Of the first job that was not read yet. Raises what ended it."""
        while True:
            come = self._come.get()
            if come is None:
                self._come.put(None)  # `stop` waits for it as well
                raise self.error or RuntimeError("nothing is fetched any more")
            if come.job is not job:
                raise RuntimeError(f"{come.job.folder} came instead of {job.folder}")
            if come.answers is not None:
                yield come.batch, come.answers.result()
                continue
            if come.error is not None:
                raise come.error
            if come.batch:
                yield come.batch, []
            return

    def stop(self) -> None:
        self.stopped = True
        self._jobs.put(None)
        while self._come.get() is not None:
            pass
        self._thread.join()
        self._identities.shutdown()

    def hand_on(self, job: Job, batch: Batch, fetched: Sequence[Fetched | FetchFailure]) -> None:
        self._come.put(_Come(job, batch, self._identities.submit(_identified, fetched)))

    def end(self, job: Job, unanswered: Batch, error: BaseException | None = None) -> None:
        self._come.put(_Come(job, unanswered, None, error))

    def _run(self) -> None:
        try:
            self.work()
        finally:
            self._come.put(None)


class FromOne(Line):
    """A source for one thread at a time: listings wait for their turn."""

    def __init__(self, source: MailSource) -> None:
        self._source = source
        super().__init__()

    def listing(self, ask: Callable[[], FolderChanges]) -> Future[FolderChanges]:
        told: Future[FolderChanges] = Future()
        self._jobs.put(lambda: _settle(told, ask))
        return told

    def work(self) -> None:
        while (job := self._jobs.get()) is not None and not self.stopped:
            if isinstance(job, Job):
                self._fetch(job)
            else:
                job()

    def _fetch(self, job: Job) -> None:
        try:
            for batch in by_size(job.entries):
                if self.stopped:
                    break
                self.hand_on(job, batch, list(self._source.fetch(job.folder, [entry.ref for entry in batch])))
        except BaseException as error:
            self.end(job, [], error)
        else:
            self.end(job, [])


class FromMany(Line):
    """A source that several threads may use: folders are listed meanwhile."""

    def __init__(
        self,
        fetch_ahead: FetchAhead,
    ) -> None:
        self._fetch_ahead = fetch_ahead
        self._lister = ThreadPoolExecutor(1, "listing")
        self._open: list[Job] = []
        super().__init__()

    def listing(self, ask: Callable[[], FolderChanges]) -> Future[FolderChanges]:
        return self._lister.submit(ask)

    def stop(self) -> None:
        self._lister.shutdown(cancel_futures=True)
        super().stop()

    def work(self) -> None:
        try:
            with closing(self._fetch_ahead(self._folders())) as comes:
                try:
                    self._sort(comes)
                except BaseException:
                    self._jobs.put(None)  # closing waits for threads that may be waiting for a folder
                    raise
        except BaseException as error:
            self.error = error
            for job in self._open:
                self.end(job, [], error)
            while isinstance(later := self._jobs.get(), Job):
                self.end(later, [], error)

    def _folders(self) -> Iterator[tuple[FolderPath, Sequence[MessageEntry]]]:
        while isinstance(job := self._jobs.get(), Job) and not self.stopped:
            self._open.append(job)
            yield job.folder, job.entries

    def _sort(self, comes: Iterator[tuple[FolderPath, Come]]) -> None:
        filling: _Filling | None = None
        for _, come in comes:
            if self.stopped:
                return
            filling = filling or _Filling(self._open[0])
            if come is None or isinstance(come, Exception):
                self._hand_on(filling)
                unanswered = [] if come else list(filling.left.values())
                self.end(self._open.pop(0), unanswered, come)
                filling = None
            elif filling.takes(come) and filling.full:
                self._hand_on(filling)

    def _hand_on(self, filling: _Filling) -> None:
        if filling.batch:
            self.hand_on(filling.job, filling.batch, filling.fetched)
            filling.batch, filling.fetched, filling.size = [], [], 0


class _Filling:
    """A job's next batch, and what of the job has no answer yet."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.left = {entry.ref: entry for entry in job.entries}
        self.batch: Batch = []
        self.fetched: list[Fetched | FetchFailure] = []
        self.size = 0

    @property
    def full(self) -> bool:
        return len(self.batch) == PIECE_MESSAGES or self.size >= PIECE_BYTES

    def takes(self, answer: Fetched | FetchFailure) -> bool:
        """Whether it was asked for, and is the first answer."""
        entry = self.left.pop(answer.ref, None)
        if entry is None:
            return False
        self.batch.append(entry)
        self.fetched.append(answer)
        if isinstance(answer, Fetched):
            self.size += len(answer.raw) + len(answer.stream or b"")
        return True


def by_size(entries: Sequence[MessageEntry]) -> Iterator[Batch]:
    """In batches of so many messages and bytes at most; a larger message comes alone."""
    batch: Batch = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == BATCH_MESSAGES or size + entry.size_bytes > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size_bytes
    if batch:
        yield batch


def _identified(fetched: Sequence[Fetched | FetchFailure]) -> Answers:
    return [(answer, fingerprint(answer.raw)) if isinstance(answer, Fetched) else answer for answer in fetched]


def _settle(told: Future[FolderChanges], ask: Callable[[], FolderChanges]) -> None:
    try:
        told.set_result(ask())
    except BaseException as error:
        told.set_exception(error)
