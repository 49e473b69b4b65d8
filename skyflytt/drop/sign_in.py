"""Signing in to the drop server: one attempt of an address after the other, slowed after failures, judged beside the loop.

scrypt takes a tenth of a second of a core; in the loop itself, whoever guesses would stop everybody's downloads.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skyflytt.deadline.clock import Clock
from skyflytt.drop.access_log import AccessLog, entries
from skyflytt.drop.accounts import Accounts, DropAccount, SecretHash
from skyflytt.drop.failed_logins import FailedLogins, network_of

AT_ONCE = 2
LOOK_EVERY_S = 0.004
WRONG, UNKNOWN = "wrong secret", "no such account"
Answer = Callable[[str | None], None]
"""Takes the reason of a refusal, or None."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    name: str
    secret: str
    remote: str
    answer: Answer


@dataclass(slots=True)
class SignIn:
    """`loop` is pyftpdlib's; answers come in its thread. Everything but right secrets is logged here."""

    accounts: Accounts
    clock: Clock
    failures: FailedLogins
    log: AccessLog
    loop: Any
    _nobody: SecretHash = field(default_factory=lambda: SecretHash.of(""))
    _queues: dict[str, deque[_Attempt]] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE))
    _key: bytes = field(default_factory=lambda: os.urandom(32))
    _right: dict[str, tuple[SecretHash, bytes]] = field(default_factory=dict)

    def recall(self) -> None:
        """What the access log says of failures, so that a restart forgives nobody."""
        for entry in entries(self.log.path):
            at, name, remote = entry["at"], str(entry.get("account")), str(entry.get("remote"))
            if entry.get("event") == "login":
                self.failures.succeeded(name, remote)
            elif at is not None and str(entry.get("reason")).startswith((WRONG, UNKNOWN)):
                self.failures.failed(name, remote, at, exists=entry["reason"].startswith(WRONG))

    def knock(self, name: str, secret: str, remote: str, answer: Answer) -> None:
        queue = self._queues.setdefault(network_of(remote), deque())
        queue.append(_Attempt(name, secret, remote, answer))
        if len(queue) == 1:
            self._next(queue)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _next(self, queue: deque[_Attempt]) -> None:
        """The attempt stays at the head of its queue until it is answered."""
        attempt = queue[0]
        try:
            now = self.clock.now()
        except (OSError, ValueError) as unreadable:
            return self._answer(queue, f"the account or the clock cannot be read ({type(unreadable).__name__})")
        locked_until = self.failures.locked_until(attempt.name, attempt.remote, now)
        if locked_until is not None:
            return self._answer(queue, f"locked until {locked_until.isoformat()} after too many failed logins")
        wait_s = self.failures.wait_s(attempt.name, attempt.remote, now)
        self.loop.call_later(wait_s, self._judge, queue)
        return None

    def _judge(self, queue: deque[_Attempt]) -> None:
        attempt, account = queue[0], None
        try:
            account = self.accounts.get(attempt.name)
        except KeyError:
            pass  # judged all the same, so that it takes as long as for a name that exists
        except (OSError, ValueError) as unreadable:
            return self._answer(queue, f"the account or the clock cannot be read ({type(unreadable).__name__})")
        if account is not None and self._was_right(account, attempt.secret):
            return self._judged(queue, account, True)
        checked = self._threads.submit((account.secret if account else self._nobody).matches, attempt.secret)
        return self._look(queue, account, checked)

    def _look(self, queue: deque[_Attempt], account: DropAccount | None, checked: Future[bool]) -> None:
        if checked.done():
            self._judged(queue, account, checked.result())
        else:
            self.loop.call_later(LOOK_EVERY_S, self._look, queue, account, checked)

    def _judged(self, queue: deque[_Attempt], account: DropAccount | None, right: bool) -> None:
        try:
            now = self.clock.now()
        except (OSError, ValueError) as unreadable:
            return self._answer(queue, f"the account or the clock cannot be read ({type(unreadable).__name__})")
        attempt = queue[0]
        if account is None or not right:
            return self._answer(queue, self._failed(attempt, account, now))
        self.failures.succeeded(attempt.name, attempt.remote)
        self._right[account.name] = (account.secret, self._quick(attempt.secret))
        return self._answer(queue, account.refusal(now))

    def _failed(self, attempt: _Attempt, account: DropAccount | None, now: datetime) -> str:
        locked = self.failures.failed(attempt.name, attempt.remote, now, exists=account is not None)
        return (UNKNOWN if account is None else WRONG) + (", address locked" if locked else "")

    def _answer(self, queue: deque[_Attempt], reason: str | None) -> None:
        attempt = queue.popleft()
        try:
            if reason is not None:
                self.log.write("login-failed", attempt.name, attempt.remote, reason=reason)
            attempt.answer(reason)
        finally:
            if queue:
                self.loop.call_later(0, self._next, queue)
            else:
                self._queues.pop(network_of(attempt.remote), None)

    def _was_right(self, account: DropAccount, secret: str) -> bool:
        """Whether it is the secret that was right the last time; programs sign in a dozen times to fetch a dozen files at once."""
        known = self._right.get(account.name)
        return known is not None and known[0] == account.secret and hmac.compare_digest(known[1], self._quick(secret))

    def _quick(self, secret: str) -> bytes:
        return hmac.digest(self._key, secret.encode("utf-8", "surrogateescape"), hashlib.sha256)
