"""Blocks as a run has just read them: each of its steps opens the project, which may have a dozen, and would ask the server for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol, TypeVar

from prefect.runtime import flow_run

FRESH_S = 30.0
"""What somebody mends is seen by the next run at once, and by a run at work after this."""
Loaded_co = TypeVar("Loaded_co", covariant=True)


class Kind(Protocol[Loaded_co]):
    """A class of blocks."""

    def load(self, name: str) -> Loaded_co:
        """The block of that name, from the server."""
        ...


class RecentBlocks:
    """What the runs of this process have read lately, each for itself."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._read: dict[tuple[str, object, str], tuple[float, object]] = {}
        self._lock = Lock()

    def load(self, kind: Kind[Loaded_co], name: str) -> Loaded_co:
        """Outside of a run always from the server. What `load` of the class raises gets out, and is tried again the next time."""
        run = flow_run.id
        if run is None:
            return kind.load(name)
        key = (run, kind, name)
        with self._lock:
            fresh_since_s = self._now_s() - FRESH_S
            self._read = {one: (read_s, block) for one, (read_s, block) in self._read.items() if read_s > fresh_since_s}
            if key in self._read:
                return self._read[key][1]  # type: ignore[return-value]
        block = kind.load(name)
        with self._lock:
            self._read[key] = (self._now_s(), block)
        return block
