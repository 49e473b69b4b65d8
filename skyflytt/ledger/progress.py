"""How a pass tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

Progress = Callable[[int, int], None]
"""Told now and then: how many of how many open items are settled."""


@runtime_checkable
class Metered(Protocol):
    """A `Progress` that wants to know of the bytes too. It may be told from any thread."""

    def moved(self, size_bytes: int) -> None:
        """So many bytes more have gone through."""
        ...


def untold(_done: int, _of: int) -> None:
    """Progress that nobody asked for."""


def moved(progress: Progress, size_bytes: int) -> None:
    """Tell the bytes to a progress that counts them."""
    if isinstance(progress, Metered):
        progress.moved(size_bytes)
