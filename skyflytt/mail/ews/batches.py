"""How much is asked for at once: as much as the server answers in good time, and never more than is digested here."""

from __future__ import annotations

from threading import Condition, Lock

MOST_BYTES = 4_000_000
MOST_ITEMS = 50
FIRST_ITEMS = 16
UNKNOWN_SIZE = 200_000
"""Bytes of a message whose size nobody told."""


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


class Room:
    """Bytes that are asked for, or have come and are not taken yet: at most so many, or one message that alone is larger.

    A batch gets its share of the room that is left. The slower the answers are taken, the smaller the batches become, so that every
    connection goes on having something to do, instead of all of them waiting for a few large answers to be digested.
    """

    def __init__(self, most: int, connections: int) -> None:
        self._most = most
        self._free = most
        self._connections = connections
        self._closed = False
        self._changed = Condition()

    def share(self, first: int) -> int:
        """The most bytes that the next batch may have, once its first message of so many has room; 0 when the room was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._free >= min(first, self._most))
            return 0 if self._closed else max(1, first, min(MOST_BYTES, self._free // self._connections))

    def take(self, bytes_: int) -> None:
        with self._changed:
            self._free -= bytes_

    def give_back(self, bytes_: int) -> None:
        with self._changed:
            self._free += bytes_
            self._changed.notify_all()

    def close(self) -> None:
        """Nobody gets in any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
