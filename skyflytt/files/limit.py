"""How many connections are worth having: more while more is moved by them, fewer when the server asks for patience."""

from __future__ import annotations

PAYS = 1.1
"""One more connection is kept when so many times as much came through."""
FALLS = 0.6
"""A rate that fell below this part of the best is another line or server by now: what was learned is forgotten."""
HOLD = 8
LONGEST_HOLD = 64


class AdaptiveLimit:
    """Climbs from `start` towards `ceiling`; pure logic, fed with one measurement per window.

    At first it doubles; after a step that did not pay it goes back and holds, each time longer, before it tries one more.
    """

    def __init__(self, ceiling: int, start: int = 2) -> None:
        self.ceiling = max(1, ceiling)
        self.limit = min(max(1, start), self.ceiling)
        self._rate: float | None = None
        """What the connections before the last step moved; None when nothing is known."""
        self._step_before = 0
        self._doubles = True
        self._holding = 0
        self._hold = HOLD

    def measured(self, rate: float) -> None:
        """What was moved per second in a window, all of which was spent at the present limit."""
        if self._holding:
            self._wait(rate)
        elif not self._step_before:
            self._rate = rate
            self._step()
        elif self._rate is not None and rate < self._rate * PAYS:
            self.limit -= self._step_before
            self._rest()
        else:
            self._rate = rate
            self._hold = HOLD
            self._step()

    def refused(self) -> None:
        """A server asked us to wait: half as many, for a long while."""
        self.limit = max(1, self.limit // 2)
        self._rate = None
        self._hold = LONGEST_HOLD
        self._rest()

    def cap(self, connections: int) -> None:
        """No more than these are let in, for good."""
        self.ceiling = max(1, min(self.ceiling, connections))
        self.limit = min(self.limit, self.ceiling)
        self._step_before = 0

    def _step(self) -> None:
        wanted = self.limit * 2 if self._doubles else self.limit + 1
        self._step_before = min(wanted, self.ceiling) - self.limit
        self.limit += self._step_before

    def _rest(self) -> None:
        self._step_before = 0
        self._doubles = False
        self._holding = self._hold
        self._hold = min(self._hold * 2, LONGEST_HOLD)

    def _wait(self, rate: float) -> None:
        self._holding -= 1
        if self._rate is not None and rate < self._rate * FALLS:
            self._rate = rate
            self._holding = min(self._holding, 1)
