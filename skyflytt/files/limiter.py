"""One line for everything that this process moves: whoever wants to send or take bytes waits for their turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from skyflytt.deadline.clock import Clock
from skyflytt.files.timetable import Timetable

SLICE_BYTES = 1 << 16
LONGEST_SLEEP_S = 0.5
"""So often it is looked whether another window has begun."""


class Limiter:
    """Both directions and all connections together keep to the timetable's rate; safe for any number of threads."""

    def __init__(
        self,
        timetable: Timetable,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.timetable = timetable
        self.clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at = 0.0

    def is_open(self) -> bool:
        """Whether nothing is limited at present."""
        return self._rate() is None

    def take(self, size_bytes: int) -> None:
        """Wait until so many bytes may go."""
        while size_bytes > 0:
            self._take_slice(min(size_bytes, SLICE_BYTES))
            size_bytes -= SLICE_BYTES

    def _take_slice(self, size_bytes: int) -> None:
        until = self._reserve(size_bytes)
        while until is not None and (left := until - self._monotonic()) > 0:
            self._sleep(min(left, LONGEST_SLEEP_S))
            if self._rate() is None:
                return

    def _reserve(self, size_bytes: int) -> float | None:
        """When these bytes have gone, behind all that were asked for before them."""
        rate = self._rate()
        with self._lock:
            now = self._monotonic()
            if rate is None:
                self._free_at = now
                return None
            self._free_at = max(now, self._free_at) + size_bytes / rate
            return self._free_at

    def _rate(self) -> float | None:
        return self.timetable.rate_at(self.clock.now())


_LIMITERS: dict[tuple[Timetable, str], Limiter] = {}
_LOCK = threading.Lock()


def shared_limiter(timetable: Timetable, clock: Clock) -> Limiter:
    """The one limiter of this process for a timetable, whoever asks; it goes by the clock that came last."""
    with _LOCK:
        limiter = _LIMITERS.setdefault((timetable, clock.name), Limiter(timetable, clock))
        limiter.clock = clock
        return limiter
