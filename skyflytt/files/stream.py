"""What `FileStore.read` and `FileStore.write` hand out: plain binary files whose errors are those of the store.

An adapter gives one function that takes or puts bytes and raises `skyflytt.errors` itself; so an error of the caller's own, inside
the same `with`, is never mistaken for one of the store.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

BLOCK = 1 << 18


class _Reading(io.RawIOBase):
    def __init__(self, take: Callable[[int], bytes]) -> None:
        self._take = take

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = size if size is not None and size >= 0 else None
        pieces: list[bytes] = []
        got = 0
        while wanted is None or got < wanted:
            piece = self._take(BLOCK if wanted is None else wanted - got)
            if not piece:
                break
            pieces.append(piece)
            got += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, into: Any, /) -> int:
        view = memoryview(into).cast("B")
        piece = self.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


class _Writing(io.RawIOBase):
    def __init__(self, put: Callable[[memoryview], None]) -> None:
        self._put = put

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        view = memoryview(data).cast("B")
        self._put(view)
        return len(view)


def reading(take: Callable[[int], bytes]) -> BinaryIO:
    """A file to read from; `take(n)` gives 1 to n bytes, or none at the end."""
    return cast(BinaryIO, _Reading(take))


def writing(put: Callable[[memoryview], None]) -> BinaryIO:
    """A file to write to; `put` takes all bytes of a view, which is only valid during the call."""
    return cast(BinaryIO, _Writing(put))
