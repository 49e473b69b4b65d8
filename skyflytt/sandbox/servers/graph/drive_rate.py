"""How many requests about drives a minute takes: told before it is too much, and refused beyond it.

https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online.
"""

from __future__ import annotations

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.graph.answers import Answer, Refusal
from skyflytt.sandbox.servers.graph.state import State

WINDOW_S = 60
TOLD_FROM = 0.8


class Rate:
    """By the simulated clock. `refused` counts what was too much."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._window = 0
        self._used = 0
        self.refused = 0

    def taken(self, path: str) -> Answer | dict[str, str]:
        """What a request is answered with instead, or the headers that its answer carries."""
        limit = self._state.tenant.drive_rules.rate_limit
        if not limit or not path.startswith(("/drives/", "/sites/")):
            return {}
        seconds = int(self._clock.now().timestamp())
        with self._state.lock:
            if seconds // WINDOW_S != self._window:
                self._window, self._used = seconds // WINDOW_S, 0
            self._used += 1
            left, reset = limit - self._used, WINDOW_S - seconds % WINDOW_S
            if left < 0:
                self.refused += 1
                return Refusal(429, "activityLimitReached", "The request has been throttled", reset).answer
        if self._used < TOLD_FROM * limit:
            return {}
        return {"RateLimit-Limit": str(limit), "RateLimit-Remaining": str(left), "RateLimit-Reset": str(reset)}
