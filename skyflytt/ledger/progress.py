"""How a pass tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told now and then: how many of how many open items are settled."""


def untold(_done: int, _of: int) -> None:
    """Progress that nobody asked for."""
