"""A store at the other end of a line that has a timetable: its bytes wait for their turn, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, TypeVar

from skyflytt.errors.base import Failure
from skyflytt.files import each
from skyflytt.files.each import Content, Whole
from skyflytt.files.forwarding import Forwarding
from skyflytt.files.limiter import Limiter
from skyflytt.files.port import FileStore
from skyflytt.files.sized import write_sized
from skyflytt.files.stream import reading, writing

SLOW_GROUP_BYTES = 1 << 18
T = TypeVar("T")


class Paced(Forwarding):
    """Everything but the bytes of files goes as it comes."""

    def __init__(self, store: FileStore, limiter: Limiter) -> None:
        super().__init__(store)
        self._limiter = limiter

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
            yield self._slowly(stream)

    @contextmanager
    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> Iterator[BinaryIO]:
        with write_sized(self._store, path, size_bytes, offset) as stream:
            yield self._slowly(stream)

    def _slowly(self, stream: BinaryIO) -> BinaryIO:
        def put(data: memoryview) -> None:
            self._limiter.take(len(data))
            stream.write(data)

        return writing(put)

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

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        answers: list[Failure | None] = []
        for some in self._slices(files, lambda file: len(file.content)):
            self._limiter.take(sum(len(file.content) for file in some))
            answers += each.put_each(self._store, some)
        return answers

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
