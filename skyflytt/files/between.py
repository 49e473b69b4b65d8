"""Two addresses opened together, as often as a pass wants another connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from tzlocal import get_localzone

from skyflytt.deadline.clock import Clock
from skyflytt.files.address import FileAddress
from skyflytt.files.crew import OpenPair, Pair
from skyflytt.files.limiter import Limiter, shared_limiter
from skyflytt.files.paced import paced
from skyflytt.files.port import FileStore
from skyflytt.files.timetable import Timetable, read_window


def between(
    source: FileAddress, target: FileAddress, secrets: tuple[str | None, str | None], limiter: Limiter | None
) -> OpenPair:
    """Opens both, each time anew; what goes over a line waits for its turn."""

    @contextmanager
    def opened() -> Iterator[Pair]:
        with _opened(source, secrets[0], limiter) as old, _opened(target, secrets[1], limiter) as new:
            yield old, new

    return opened


def local_limiter(windows: Sequence[str], clock: Clock) -> Limiter | None:
    """What keeps this process to `mon-fri 08:00-17:00 20` by the clock on this machine's wall; None without windows."""
    if not windows:
        return None
    return shared_limiter(Timetable(tuple(map(read_window, windows)), get_localzone()), clock)


def _opened(address: FileAddress, secret: str | None, limiter: Limiter | None) -> AbstractContextManager[FileStore]:
    store = address.open(secret)
    return store if address.kind == "local" else paced(store, limiter)
