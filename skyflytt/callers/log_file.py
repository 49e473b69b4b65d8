"""A file of a log, wherever it lies: opened where nothing of it was read yet, with its last bytes remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from skyflytt.callers.lines import BLOCK, LONGEST_LINE, Unpacked, read_up_to, skip, unpacked

HEAD_BYTES = 1 << 16
TAIL_BYTES = 1 << 12
TELL_EVERY = 1 << 22
Tell = Callable[[str, int, int], None]
"""Given a file's path, the bytes read of it and its size."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of a log. `open` gives its bytes from an offset on; `modified` is by the clock of where it lies."""

    path: str
    size_bytes: int
    modified: datetime | None
    open: Callable[[int], AbstractContextManager[BinaryIO]]


class Kept:
    """A stream that remembers the last bytes it gave; `unpacked` reads through it."""

    def __init__(self, source: Unpacked, offset: int, before: bytes) -> None:
        self._source, self._end, self._last = source, offset, before
        self.unpacked = Unpacked(cast("BinaryIO", self), source.packed)

    def read(self, size: int) -> bytes:
        data = self._source.stream.read(size)
        self._end += len(data)
        self._last = (self._last + data)[-(TAIL_BYTES + LONGEST_LINE + 2 * BLOCK) :]
        return data

    def tail(self, end: int) -> bytes:
        """The last bytes before `end`."""
        stop = len(self._last) - (self._end - end)
        return self._last[max(0, stop - TAIL_BYTES) : stop]


class _Told:
    """A stream that tells how far it is read."""

    def __init__(self, stream: BinaryIO, file: LogFile, offset: int, tell: Tell) -> None:
        self._stream, self._file, self._done, self._tell = stream, file, offset, tell
        self._told = offset

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._done += len(data)
        if self._done - self._told >= TELL_EVERY or not data:
            self._told = self._done
            self._tell(self._file.path, self._done, max(self._done, self._file.size_bytes))
        return data


def head_of(file: LogFile) -> tuple[bytes, bool]:
    """How the file begins, unpacked, and whether it is packed."""
    with file.open(0) as raw:
        source = unpacked(raw)
        return read_up_to(source, HEAD_BYTES, file.path), source.packed


def tail_of(file: LogFile, end: int) -> bytes:
    """The last bytes before `end` of a file that is not packed; fewer where it is shorter."""
    start = max(0, end - TAIL_BYTES)
    if file.size_bytes < end:
        return b""
    with file.open(start) as raw:
        return read_up_to(Unpacked(raw, packed=False), end - start, file.path)


@contextmanager
def opened(file: LogFile, offset: int, before: bytes, tell: Tell) -> Iterator[Kept]:
    """The file from an unpacked offset on; `before` are the bytes in front of it, as far as they are known."""
    with file.open(0) as raw:
        source = unpacked(cast("BinaryIO", _Told(raw, file, 0, tell)))
        if source.packed or not offset:
            skip(source, offset, file.path)
            yield Kept(source, offset, before)
            return
    with file.open(offset) as raw:
        plain = Unpacked(cast("BinaryIO", _Told(raw, file, offset, tell)), packed=False)
        yield Kept(plain, offset, before)
