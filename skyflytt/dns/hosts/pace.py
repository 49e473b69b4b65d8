"""How fast a host's interface is called: as often as it documents, by all who call it in this process, and not while it asks to wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from skyflytt.errors.dns import HostBusy

T = TypeVar("T")
WINDOW_S = 60.0
MOST_S = 360.0
"""The longest wait that is waited for here; the longest that a host is known to ask for is five minutes."""
ATTEMPTS = 5


class Pace:
    """At most `calls` in any minute. `monotonic` and `sleep` are the time that it waits by."""

    def __init__(
        self,
        calls: int | None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = calls
        self._monotonic = monotonic
        self._sleep = sleep
        self._made: deque[float] = deque()
        self._not_before = 0.0
        self._lock = threading.Lock()

    def call(self, make: Callable[[], T]) -> T:
        """What `make` gives, once it is its turn; made again when it raises `HostBusy` with a wait that is not too long."""
        for attempt in range(1, ATTEMPTS + 1):
            self._turn()
            try:
                return make()
            except HostBusy as busy:
                if attempt == ATTEMPTS or busy.retry_after_s is None or busy.retry_after_s > MOST_S:
                    raise
                self._rest(busy.retry_after_s)
        raise AssertionError("unreachable")

    def wait(self, seconds: float) -> None:
        self._sleep(seconds)

    def _rest(self, seconds: float) -> None:
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + seconds)

    def _turn(self) -> None:
        while (left := self._reserve()) > 0:
            self._sleep(left)

    def _reserve(self) -> float:
        """Zero when the call may be made now, and is counted; else how long there is to wait."""
        with self._lock:
            now = self._monotonic()
            while self._made and self._made[0] <= now - WINDOW_S:
                self._made.popleft()
            if now < self._not_before:
                return self._not_before - now
            if self._calls is not None and len(self._made) >= self._calls:
                return self._made[0] + WINDOW_S - now
            self._made.append(now)
            return 0.0


_PACES: dict[tuple[str, str], Pace] = {}
_LOCK = threading.Lock()


def shared_pace(host: str, account: str, calls: int | None) -> Pace:
    """The one pace of this process for an account at a host, whoever asks."""
    with _LOCK:
        return _PACES.setdefault((host, account), Pace(calls))
