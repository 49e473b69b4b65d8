"""Telling a message that breaks the connection from a server that is away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from skyflytt.errors.base import Transient
from skyflytt.errors.connection import ConnectionLost

IN_A_ROW = 10
"""So many messages at which the connection breaks, and none between them that passes, are the server's trouble and not theirs."""

P = TypeVar("P")


@contextmanager
def harmless(lost: ConnectionLost) -> Iterator[None]:
    """What is asked for after a break: where that cannot be had either, the server is away."""
    try:
        yield
    except Transient:
        raise lost from lost.__cause__


def halves(left: Sequence[P]) -> Iterator[Sequence[P]]:
    middle = len(left) // 2
    return filter(None, (left[:middle], left[middle:]))
