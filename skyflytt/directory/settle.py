"""Ask again until a change is to be seen, for as long as the provider may need to show it."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep

FIRST_S = 1.0
LONGEST_S = 30.0


def settled(seen: Callable[[], bool], within_s: float, wait: Callable[[float], None] = sleep) -> bool:
    """Whether `seen` came true; it is asked at once, then at growing intervals that come to `within_s` in all."""
    left, pause = within_s, FIRST_S
    while not seen():
        if left <= 0:
            return False
        now = min(pause, left)
        wait(now)
        left, pause = left - now, min(2 * pause, LONGEST_S)
    return True
