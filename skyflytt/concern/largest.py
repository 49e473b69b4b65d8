"""The largest of very many things, in flat memory."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

MOST_LARGEST = 10


@dataclass(frozen=True, slots=True)
class Sized:
    """`name` is a path, or a message's key ("Arkiv/2024/1:23")."""

    name: str
    size_bytes: int


class Largest:
    """Keeps the `MOST_LARGEST` largest of what is offered; among equals, those offered first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, str]] = []
        self._offered = 0

    def offer(self, name: str, size_bytes: int) -> None:
        self._offered += 1
        if len(self._heap) < MOST_LARGEST:
            heapq.heappush(self._heap, (size_bytes, -self._offered, name))
        elif size_bytes > self._heap[0][0]:
            heapq.heapreplace(self._heap, (size_bytes, -self._offered, name))

    def descending(self) -> tuple[Sized, ...]:
        return tuple(Sized(name, size) for size, _, name in sorted(self._heap, reverse=True))
