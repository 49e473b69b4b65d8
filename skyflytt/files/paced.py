"""A store at the other end of a line that has a timetable: its bytes wait for their turn, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import BinaryIO, TypeVar

from skyflytt.errors.base import Failure
from skyflytt.files import each
from skyflytt.files.each import Content, Rename, Whole
from skyflytt.files.limiter import Limiter
from skyflytt.files.links import make_link, read_link
from skyflytt.files.port import Entry, FileCapabilities, FileStore, ScanFailure
from skyflytt.files.rights import Rights, rights_each
from skyflytt.files.stream import reading, writing
from skyflytt.files.unfinished import give_up_unfinished

SLOW_GROUP_BYTES = 1 << 18
T = TypeVar("T")


class Paced:
    """Everything but the bytes of files goes as it comes."""

    def __init__(self, store: FileStore, limiter: Limiter) -> None:
        self._store = store
        self._limiter = limiter

    @property
    def capabilities(self) -> FileCapabilities:
        return self._store.capabilities

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return self._store.scan(below)

    def stat(self, path: str) -> Entry | None:
        return self._store.stat(path)

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with self._store.read(path, offset) as stream:

            def take(size: int) -> bytes:
                piece = stream.read(size)
                self._limiter.take(len(piece))
                return piece

            yield reading(take)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with self._store.write(path, offset) as stream:

            def put(data: memoryview) -> None:
                self._limiter.take(len(data))
                stream.write(data)

            yield writing(put)

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self._store.rename(path, to, modified)

    def remove(self, path: str) -> None:
        self._store.remove(path)

    def make_folder(self, path: str) -> None:
        self._store.make_folder(path)

    def digest(self, path: str) -> str | None:
        return self._store.digest(path)

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        return each.stat_each(self._store, paths)

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        answers: list[bytes | Failure] = []
        for some in self._slices(files, lambda file: file[1]):
            found = each.read_each(self._store, some)
            self._limiter.take(sum(len(one) for one in found if isinstance(one, bytes)))
            answers += found
        return answers

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        answers: list[Failure | None] = []
        for some in self._slices(files, lambda file: len(file.content)):
            self._limiter.take(sum(len(file.content) for file in some))
            answers += each.write_each(self._store, some)
        return answers

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        return each.rename_each(self._store, renames)

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        answers: list[Failure | None] = []
        for some in self._slices(files, lambda file: len(file.content)):
            self._limiter.take(sum(len(file.content) for file in some))
            answers += each.put_each(self._store, some)
        return answers

    def read_link(self, path: str) -> str:
        return read_link(self._store, path)

    def make_link(self, path: str, to: str) -> None:
        make_link(self._store, path, to)

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        return rights_each(self._store, paths)

    def give_up_unfinished(self, below: str = "") -> int:
        return give_up_unfinished(self._store, below)

    def _slices(self, files: Sequence[T], size_of: Callable[[T], int]) -> Iterator[Sequence[T]]:
        """All of them when nothing is limited; else so few that the line is not filled by a burst."""
        if self._limiter.is_open():
            yield files
            return
        some: list[T] = []
        size = 0
        for file in files:
            if some and size + size_of(file) > SLOW_GROUP_BYTES:
                yield some
                some, size = [], 0
            some.append(file)
            size += size_of(file)
        if some:
            yield some


def paced(opened: AbstractContextManager[FileStore], limiter: Limiter | None) -> AbstractContextManager[FileStore]:
    """The store, once it is opened, behind the limiter; without one, as it is."""
    return opened if limiter is None else _paced(opened, limiter)


@contextmanager
def _paced(opened: AbstractContextManager[FileStore], limiter: Limiter) -> Iterator[FileStore]:
    with opened as store:
        yield Paced(store, limiter)
