"""What happens when a server asks to be left alone for a while: short times are waited for and told, long ones end what was asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


def nobody_listens(_sentence: str) -> None:
    """Nobody wants to be told."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`longest_s` is the most that is waited for at once, `attempts` how often in a row the same request is made.

    `tell` is called with one sentence for a person before each wait; `sleep` waits.
    """

    longest_s: float = 300.0
    attempts: int = 5
    tell: Callable[[str], None] = nobody_listens
    sleep: Callable[[float], None] = time.sleep

    def waits(self, asked_s: float, attempt: int) -> bool:
        """Whether `asked_s` is waited for after the `attempt`-th try (counted from 1)."""
        return attempt < self.attempts and asked_s <= self.longest_s

    def wait(self, server: str, asked_s: float) -> None:
        self.tell(f"{server} asks us to wait {spoken(asked_s)}")
        self.sleep(asked_s)


def spoken(seconds: float) -> str:
    """`45 s`, `5 min`, `1 h 20 min`; rounded up, so that nobody looks too early."""
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
