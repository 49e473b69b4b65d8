"""Ctrl-C waits for the end of a transaction: in its middle it could leave a connection behind that keeps the ledger locked."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What SIGINT's handler would do in this block is done right after it. Only the main thread is ever interrupted."""
    usual = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
    if not callable(usual):
        yield
        return
    asked: list[FrameType | None] = []
    signal.signal(signal.SIGINT, lambda _number, frame: asked.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if asked:
            usual(signal.SIGINT, asked[0])
