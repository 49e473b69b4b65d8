"""Folders are listed and fetched ahead of the archive, and what goes wrong in one is that one's alone."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread

import pytest

from skyflytt.errors.mail import FolderRefused
from skyflytt.mail.ahead import Ahead
from skyflytt.mail.line import Come, Job, Line
from skyflytt.mail.port import Fetched, FetchFailure, FolderChanges, FolderPath, MailCapabilities, MessageEntry

FOLDERS: tuple[FolderPath, ...] = (("A",), ("B",), ("Empty",), ("C",))
COUNTS = {("A",): 250, ("B",): 3, ("Empty",): 0, ("C",): 40}
AT = datetime(2026, 1, 1, tzinfo=UTC)


class One:
    """A source for one thread at a time; `broken` folders cannot be fetched, `mute` refs are not answered."""

    capabilities = MailCapabilities()
    broken: FolderPath | None = None
    mute: str | None = None

    def __init__(self) -> None:
        self.listed: list[FolderPath] = []

    def folders(self) -> Sequence[object]:
        return ()

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:  # noqa: ARG002
        self.listed.append(folder)
        entries = [MessageEntry(f"{folder[0]}{number}", frozenset(), AT, 100) for number in range(COUNTS[folder])]
        return FolderChanges(entries, (), True, None)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        if folder == self.broken:
            raise FolderRefused(folder[0], "closed")
        yield from (
            Fetched(ref, b"Subject: " + ref.encode() + b"\r\n\r\n") for ref in reversed(refs) if ref != self.mute
        )


class Many(One):
    """One that several threads may use."""

    def fetch_ahead(
        self, folders: Iterator[tuple[FolderPath, Sequence[MessageEntry]]]
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        for folder, entries in folders:
            try:
                for come in self.fetch(folder, [entry.ref for entry in entries]):
                    yield folder, come
            except FolderRefused as error:
                yield folder, error
            else:
                yield folder, None


def ahead(source: One) -> Ahead:
    return Ahead(source, FOLDERS, lambda _: None, lambda _, changes: list(changes.entries))  # type: ignore[arg-type]


def fetched(reading: Ahead, folder: FolderPath, entries: Sequence[MessageEntry]) -> tuple[set[str], set[str]]:
    """The refs that came, and those that nothing was said of."""
    came, silent = set(), set()
    for batch, answers in reading.fetched(folder, entries):
        here = {answer.ref if isinstance(answer, FetchFailure) else answer[0].ref for answer in answers}
        came |= here
        silent |= {entry.ref for entry in batch} - here
    return came, silent


@pytest.mark.parametrize("source", [One(), Many()])
def test_every_message_of_every_folder_comes(source: One) -> None:
    with ahead(source) as reading:
        for folder in FOLDERS:
            entries = reading.changes(folder).entries
            assert fetched(reading, folder, entries) == ({entry.ref for entry in entries}, set())
    assert source.listed == list(FOLDERS)


@pytest.mark.parametrize("kind", [One, Many])
def test_a_folder_that_cannot_be_fetched_is_the_only_one_that_fails(kind: type[One]) -> None:
    source = kind()
    source.broken = ("B",)
    came = {}
    with ahead(source) as reading:
        for folder in FOLDERS:
            entries = reading.changes(folder).entries
            if folder == ("B",):
                with pytest.raises(FolderRefused):
                    fetched(reading, folder, entries)
            else:
                came[folder] = len(fetched(reading, folder, entries)[0])
    assert came == {("A",): 250, ("Empty",): 0, ("C",): 40}


@pytest.mark.parametrize("kind", [One, Many])
def test_what_the_source_says_nothing_of_is_told(kind: type[One]) -> None:
    source = kind()
    source.mute = "B1"
    with ahead(source) as reading:
        for folder in FOLDERS[:2]:
            came, silent = fetched(reading, folder, reading.changes(folder).entries)
    assert (came, silent) == ({"B0", "B2"}, {"B1"})


@pytest.mark.parametrize("kind", [One, Many])
def test_who_wants_something_else_than_was_foreseen_gets_that(kind: type[One]) -> None:
    with ahead(kind()) as reading:
        a = reading.changes(("A",)).entries
        assert len(fetched(reading, ("A",), a)[0]) == 250
        b = reading.changes(("B",)).entries
        assert fetched(reading, ("B",), b[1:]) == ({"B1", "B2"}, set())
        c = reading.changes(("C",)).entries
        assert len(fetched(reading, ("C",), c)[0]) == 40


@pytest.mark.parametrize("kind", [One, Many])
def test_who_breaks_off_may_go_on_with_the_next_folder(kind: type[One]) -> None:
    with ahead(kind()) as reading:
        for _ in reading.fetched(("A",), reading.changes(("A",)).entries):
            break
        c = reading.changes(("C",)).entries
        assert len(fetched(reading, ("C",), c)[0]) == 40


class Asking(One):
    """As an adapter with threads of its own: one always waits for the next folder, and is waited for at the end."""

    def fetch_ahead(
        self, folders: Iterator[tuple[FolderPath, Sequence[MessageEntry]]]
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        told: SimpleQueue[FolderPath] = SimpleQueue()

        def ask() -> None:
            for folder, _ in folders:
                told.put(folder)

        asking = Thread(target=ask, daemon=True)
        asking.start()
        try:
            yield told.get(), "no answer at all"  # type: ignore[misc]
        finally:
            asking.join()


def test_what_nobody_foresaw_ends_the_reading_and_hangs_nowhere() -> None:
    ended: list[Exception] = []

    def read() -> None:
        try:
            with ahead(Asking()) as reading:
                fetched(reading, ("A",), reading.changes(("A",)).entries)
        except AttributeError as error:
            ended.append(error)

    reading = Thread(target=read, daemon=True)
    reading.start()
    reading.join(20)
    assert not reading.is_alive()
    assert len(ended) == 1


class Short(Line):
    """Its thread ends at once."""

    def listing(self, ask: Callable[[], FolderChanges]) -> Future[FolderChanges]:
        raise NotImplementedError

    def work(self) -> None:
        return


def test_a_line_that_has_ended_says_so_and_stops() -> None:
    line = Short()
    job = Job(("A",), ())
    with pytest.raises(RuntimeError):
        list(line.answers(job))
    stopping = Thread(target=line.stop, daemon=True)
    stopping.start()
    stopping.join(20)
    assert not stopping.is_alive()
