"""Starts again what has died, as systemd's `Restart=always` or compose's `restart: always` do on other machines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from deployments.cluster.members import Member
from skyflytt.errors.base import Failure

LOOK_EVERY_S = 0.5
PAUSE_S = 2.0


@dataclass(slots=True)
class Supervisor:
    """A thread for each member: none waits for the start of another. `back` hears who is there again, after how many seconds."""

    members: Sequence[Member]
    back: Callable[[str, float], None]
    _ending: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Supervisor:
        self._threads = [threading.Thread(target=self._watch, args=(one,), daemon=True) for one in self.members]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _watch(self, member: Member) -> None:
        while not self._ending.wait(LOOK_EVERY_S):
            if member.process() is None:
                self._start_again(member)

    def _start_again(self, member: Member) -> None:
        began = time.monotonic()
        while not self._ending.wait(PAUSE_S):
            try:
                member.start()
            except Failure:
                continue
            self.back(member.name, time.monotonic() - began)
            return
