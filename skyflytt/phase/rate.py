"""How fast a step is at the moment, and how long it still takes at that pace."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

from skyflytt.patience import spoken

WINDOW_S = 60.0
SHORTEST_S = 1.0
"""Nothing is told of a shorter time: the first batch alone says little."""


class Rate:
    """Told how far a step is and how many bytes it moved, from any thread; answers with the last minute's pace.

    A number that is smaller than the one before begins anew: a step may have several parts, each counted by itself.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._bytes = 0
        self._seen: deque[tuple[float, int, int]] = deque([(now(), 0, 0)])

    def moved(self, size_bytes: int) -> None:
        """So many bytes more have gone through."""
        with self._lock:
            self._bytes += size_bytes

    def done(self, items: int) -> None:
        """So many items are done by now."""
        with self._lock:
            at = self._now()
            if items < self._seen[-1][1]:
                self._seen.clear()
                self._seen.append((at, 0, self._bytes))
            self._seen.append((at, items, self._bytes))
            while len(self._seen) > 2 and self._seen[1][0] <= at - WINDOW_S:
                self._seen.popleft()

    @property
    def items_per_s(self) -> float | None:
        """Of the last minute; None while there is too little to tell."""
        return self._per_s(1)

    @property
    def megabytes_per_s(self) -> float | None:
        """Of the last minute; None while there is too little to tell, or where nobody counts bytes."""
        per_s = self._per_s(2)
        return None if per_s is None or not self._bytes else per_s / 1e6

    def left_s(self, of: int) -> float | None:
        """Seconds until `of` items are done, at this pace; None where nothing moves."""
        per_s = self.items_per_s
        with self._lock:
            done = self._seen[-1][1]
        return max(of - done, 0) / per_s if per_s else None

    def in_words(self, of: int) -> str:
        """`1200 of 5000 (24 %), 38.2 items/s, 1.4 MB/s, about 2 min left`, as far as it is known."""
        with self._lock:
            done = self._seen[-1][1]
        parts = [f"{done} of {of} ({100 * done // of if of else 100} %)"]
        if (items := self.items_per_s) is not None:
            parts.append(f"{items:.1f} items/s")
        if (megabytes := self.megabytes_per_s) is not None:
            parts.append(f"{megabytes:.1f} MB/s")
        if done < of and (left := self.left_s(of)) is not None:
            parts.append(f"about {spoken(left)} left")
        return ", ".join(parts)

    def _per_s(self, which: int) -> float | None:
        with self._lock:
            first, last = self._seen[0], self._seen[-1]
        seconds = last[0] - first[0]
        return (last[which] - first[which]) / seconds if seconds >= SHORTEST_S else None
