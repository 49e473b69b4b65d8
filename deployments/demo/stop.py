"""Ctrl-C and SIGTERM, noticed even where a library swallows the exception that they raise."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether somebody asked the demo to stop; `asked` is the signal's number."""

    def __init__(self) -> None:
        self.asked: int | None = None
        self._waits = False
        for number in (signal.SIGINT, signal.SIGTERM):
            # A shell that starts a command in the background makes it deaf to Ctrl-C.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def heed(self) -> None:
        """Raise KeyboardInterrupt when somebody has asked, now or earlier."""
        if self.asked is not None:
            raise KeyboardInterrupt

    @contextmanager
    def later(self) -> Iterator[None]:
        """Nothing is interrupted in here, only right after it.

        An import is not a place to stop at: an extension module turns the interruption into an error of its own, or swallows it.
        """
        self._waits = True
        try:
            yield
        finally:
            self._waits = False
        self.heed()

    @property
    def exit_code(self) -> int:
        """As shells have it: 128 and the signal's number."""
        return 128 + (self.asked or signal.SIGINT)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self.asked = number
        if not self._waits:
            raise KeyboardInterrupt
