"""Slower before it is too much: SharePoint tells with RateLimit headers what is left once most of a window is used up.

https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online#ratelimit-headers---preview.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from skyflytt.patience import Patience

UNITS = 2
"""What a request costs, on the average: one resource unit for a look, two for a listing or a change, five for permissions (the same page)."""
SHORTEST_S = 0.05


class Pace:
    """Shared by the threads of one client."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._wait_s = 0.0
        self._lock = threading.Lock()

    def before(self, host: str) -> None:
        """Wait as long as the last answer makes advisable; nothing where it said nothing."""
        with self._lock:
            wait_s, self._wait_s = self._wait_s, 0.0
        if wait_s >= 1:
            self._patience.wait(host, wait_s)
        elif wait_s > SHORTEST_S:
            self._patience.sleep(wait_s)

    def after(self, headers: Mapping[str, str]) -> None:
        left, reset_s = (_number(headers.get(f"ratelimit-{name}", "")) for name in ("remaining", "reset"))
        if left is not None and reset_s is not None:
            with self._lock:
                self._wait_s = min(reset_s / max(1.0, left / UNITS), self._patience.longest_s)


def _number(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None
