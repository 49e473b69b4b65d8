"""How much is asked for at once: as much as the server answers in good time, and never more than fits into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock

MOST_BYTES = 4_000_000
MOST_ITEMS = 50
FIRST_ITEMS = 16
_UNKNOWN_SIZE = 200_000


GROWS_AFTER = 8
"""Full batches that must go well, once there was trouble, before one more item is tried."""


class BatchSize:
    """Doubles while all goes well, halves where the server ran out of time, and grows slowly after: a batch is given one minute."""

    def __init__(self, first: int = FIRST_ITEMS, most: int = MOST_ITEMS) -> None:
        self._count = first
        self._most = most
        self._trouble = False
        self._went_well = 0
        self._lock = Lock()

    @property
    def count(self) -> int:
        return self._count

    def went_well(self, count: int) -> None:
        with self._lock:
            if count < self._count:
                return
            self._went_well += 1
            if not self._trouble:
                self._count = min(self._most, self._count * 2)
            elif self._went_well >= GROWS_AFTER:
                self._count, self._went_well = min(self._most, self._count + 1), 0

    def too_much(self, count: int) -> None:
        with self._lock:
            self._count = max(1, min(self._count, count) // 2)
            self._trouble, self._went_well = True, 0


def cut(refs: Sequence[str], sizes: Mapping[str, int], size: BatchSize, connections: int) -> Iterator[list[str]]:
    """The refs in batches, one for each connection at least; a size that nobody knows is taken for that of a usual message."""
    share = -(-len(refs) // connections)
    batch: list[str] = []
    total = 0
    for ref in refs:
        bytes_ = sizes.get(ref, _UNKNOWN_SIZE)
        if batch and (len(batch) >= min(size.count, share) or total + bytes_ > MOST_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(ref)
        total += bytes_
    if batch:
        yield batch
