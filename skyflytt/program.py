"""Entry point of the console script: hears Ctrl-C from the first import on."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType


class _Interruption:
    """Whether somebody pressed Ctrl-C; while `waits`, nothing is interrupted.

    An import is not a place to stop at: an extension module turns the interruption into an error of its own, or swallows it.
    """

    def __init__(self) -> None:
        self.asked = False
        self.waits = True
        # A shell that starts a command in the background makes it deaf to Ctrl-C.
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        if not self.waits:
            raise KeyboardInterrupt


def main() -> None:
    """Run the command line and exit with its status."""
    interruption = _Interruption()
    from skyflytt.cli import run  # noqa: PLC0415 - after Ctrl-C is heard

    interruption.waits = False
    status = _status(run, interruption)
    # What is left is Python's own end, where Ctrl-C would turn a status into a death by signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(status)


def _status(run: Callable[[], int], interruption: _Interruption) -> int:
    from skyflytt.cli.failures import INTERRUPTED, tell_interrupted  # noqa: PLC0415

    try:
        if not interruption.asked:
            status = run()
            interruption.waits = True
            return status
    except (KeyboardInterrupt, Exception):
        interruption.waits = True
        # A library may turn the interruption into an error of its own.
        if not interruption.asked:
            raise
    tell_interrupted()
    return INTERRUPTED
