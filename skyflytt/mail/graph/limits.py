"""What an application may ask of one mailbox, and the gate that keeps to it.

https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits. What is sent counts from when it is answered: the server saw
it before that, so that its own window ends before ours.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Lock

from skyflytt.patience import nobody_listens, spoken


@dataclass(frozen=True, slots=True)
class Limits:
    """For each pair of an application and a mailbox. Times are seconds."""

    at_once: int = 4
    requests: int = 10_000
    requests_window_s: float = 600.0
    upload_bytes: int = 150_000_000
    upload_window_s: float = 300.0


OUTLOOK = Limits()
TOLD_FROM_S = 5.0
"""Shorter waits are not worth a sentence."""


@dataclass(slots=True)
class _Window:
    """`most` of something in any `length_s` seconds; `going` is on its way and not answered yet."""

    most: int
    length_s: float
    going: int = 0
    held: int = 0
    past: deque[tuple[float, int]] = field(default_factory=deque)

    def wait_s(self, amount: int, now: float) -> float | None:
        """0 for what may go; None while only an answer can make room. What alone is more than `most` goes when nothing else did."""
        while self.past and self.past[0][0] + self.length_s <= now:
            self.held -= self.past.popleft()[1]
        if self.held + self.going + amount <= self.most or self.held + self.going == 0:
            return 0.0
        return self.past[0][0] + self.length_s - now if self.past else None

    def answered(self, amount: int, now: float) -> None:
        self.going -= amount
        if amount:
            self.held += amount
            self.past.append((now, amount))


class MailboxGate:
    """Of one application and one mailbox; shared by everybody of this process who works at it."""

    def __init__(
        self,
        limits: Limits = OUTLOOK,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self._now = now
        self._sleep = sleep
        self._changed = Condition()
        self._open = 0
        self._requests = _Window(limits.requests, limits.requests_window_s)
        self._upload = _Window(limits.upload_bytes, limits.upload_window_s)
        self._door = Lock()

    def rest(self, sleep: Callable[[float], None], seconds: float) -> None:
        """The service wants to be left alone: nobody passes meanwhile."""
        with self._door:
            sleep(seconds)

    @contextmanager
    def passed(
        self, requests: int, sent_bytes: int, tell: Callable[[str], None] = nobody_listens, mailbox: str = ""
    ) -> Iterator[None]:
        places = min(requests, self.limits.at_once)
        self._enter(requests, sent_bytes, places, lambda s: tell(_sentence(self.limits, mailbox, s)))
        try:
            yield
        finally:
            with self._changed:
                now = self._now()
                self._requests.answered(requests, now)
                self._upload.answered(sent_bytes, now)
                self._open -= places
                self._changed.notify_all()

    def _enter(self, requests: int, sent_bytes: int, places: int, tell: Callable[[float], None]) -> None:
        while (wait_s := self._tried(requests, sent_bytes, places)) > 0:
            if wait_s >= TOLD_FROM_S:
                tell(wait_s)
            self._sleep(wait_s)

    def _tried(self, requests: int, sent_bytes: int, places: int) -> float:
        """0 once it is in; else the seconds until it is worth another try."""
        with self._door:
            pass
        with self._changed:
            while True:
                now = self._now()
                waits = (self._requests.wait_s(requests, now), self._upload.wait_s(sent_bytes, now))
                known = max((wait for wait in waits if wait is not None), default=0.0)
                if known > 0:
                    return known
                if None not in waits and self._open + places <= self.limits.at_once:
                    break
                self._changed.wait()
            self._open += places
            self._requests.going += requests
            self._upload.going += sent_bytes
            return 0.0


def _sentence(limits: Limits, mailbox: str, seconds: float) -> str:
    megabytes, window = limits.upload_bytes // 1_000_000, spoken(limits.upload_window_s)
    requests = f"{limits.requests:,} requests in {spoken(limits.requests_window_s)}"
    return f"Microsoft Graph takes {megabytes} MB in {window} and {requests} for {mailbox}: we wait {spoken(seconds)}"


_GATES: dict[tuple[str, ...], MailboxGate] = {}
_MAKING = Lock()


def gate_of(*key: str) -> MailboxGate:
    """The one gate for this service, application and mailbox."""
    with _MAKING:
        return _GATES.setdefault(tuple(part.casefold() for part in key), MailboxGate())
