"""What all workers of a pass move together, measured in windows."""

from __future__ import annotations

import threading
from collections.abc import Callable

WINDOW_S = 0.5
PER_CALL = 32_768
"""What a call is worth beside its bytes, so that a thousand small files count for something."""


class Meter:
    """Told by the workers, read by the thread that decides how many there are."""

    def __init__(
        self, monotonic: Callable[[], float], stopped: Callable[[], None], told: Callable[[int], None] | None = None
    ) -> None:
        """`stopped` raises once the workers are to stop; `told` is given the bytes too."""
        self._monotonic = monotonic
        self._stopped = stopped
        self._told = told
        self._lock = threading.Lock()
        self._units = 0
        self._began = monotonic()

    def moved(self, size_bytes: int) -> None:
        """So many bytes, of one file or of a part of it, have gone through this worker."""
        self._stopped()
        with self._lock:
            self._units += size_bytes + PER_CALL
        if self._told is not None:
            self._told(size_bytes)

    def window(self) -> float | None:
        """Units per second of the window that ends now; None while it is too short to tell anything."""
        now = self._monotonic()
        if (seconds := now - self._began) < WINDOW_S:
            return None
        with self._lock:
            units, self._units = self._units, 0
        self._began = now
        return units / seconds

    def restart(self) -> None:
        """Begin a window now, as after a change in the number of workers."""
        with self._lock:
            self._units = 0
        self._began = self._monotonic()
