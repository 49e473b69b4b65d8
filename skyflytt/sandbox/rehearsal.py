"""The hour that a sandbox goes by, when it was started with a clock file: shown, and moved forward."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from skyflytt.deadline.clock import FileClock
from skyflytt.sandbox.failures import NoRehearsalClock
from skyflytt.sandbox.lifecycle import load


def clock_of(root: Path) -> FileClock:
    """The sandbox's clock. Raises `NoSandbox`, or `NoRehearsalClock` when it goes by this machine's."""
    sandbox = load(root)
    if sandbox.clock_file is None:
        raise NoRehearsalClock(str(root))
    return FileClock(sandbox.clock_file)


def move_on(root: Path, to: str) -> datetime:
    """Move the clock to an instant in ISO 8601 with its offset; ValueError for one that is none, or that lies behind."""
    clock = clock_of(root)
    at = datetime.fromisoformat(to)
    if at.tzinfo is None:
        raise ValueError(f"{to} has no offset; write for instance {to}+02:00")
    if at < clock.now():
        raise ValueError(f"{to} lies behind; the clock stands at {clock.now().isoformat()} and only moves forward")
    clock.move_to(at)
    return clock.now()
