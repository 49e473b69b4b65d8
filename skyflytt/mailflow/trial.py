"""One trial: a letter goes out, and is waited for where it belongs and where it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from time import monotonic, sleep

from skyflytt.deadline.clock import Clock
from skyflytt.decommission.absence import Verdict
from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.mailflow import ExchangersDiffer, LetterRefused, NoExchanger
from skyflytt.mail.port import MailSource
from skyflytt.mailflow.inwards import Accepted
from skyflytt.mailflow.letter import Letter, is_letter, judged
from skyflytt.mailflow.watch import Found, Watch
from skyflytt.notice.failures import RecipientRefused


class Direction(StrEnum):
    INWARDS = "inwards"
    """From outside to an address of the domain, by its MX."""
    OUTWARDS = "outwards"
    """From the new home to a mailbox outside."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a letter is waited for, and how often is looked; in seconds."""

    most_s: float = 300.0
    every_s: float = 5.0
    wait: Callable[[float], None] = sleep
    passed: Callable[[], float] = monotonic


@dataclass(frozen=True, slots=True)
class Flow:
    """What a trial came to. Times are the project's clock's; `seconds` were measured from handing over to finding.

    `expected` and `arrived` name ends ("old home"); `arrived` is empty when the letter was not found. UNKNOWN: it could not be tried.
    """

    direction: Direction
    token: str
    expected: str
    verdict: Verdict
    said: str
    sent_at: datetime
    found_at: datetime | None = None
    seconds: float | None = None
    through: str = ""
    secured: str = ""
    arrived: str = ""
    judged: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is sent and where it belongs. `ends` opens each mailbox by the name of its end; never two of them are open at once."""

    direction: Direction
    letter: Letter
    send: Callable[[], Accepted]
    ends: Mapping[str, Callable[[], AbstractContextManager[MailSource]]]
    expected: str


def attempt(errand: Errand, clock: Clock, patience: Patience | None = None) -> Flow:
    """Send it and wait. What fails is told in the flow, never raised: a letter that cannot be sent is a result.

    Where it does not belong is looked at last, when it did not come where it does.
    """
    patience = patience or Patience()
    return _Attempt(errand, clock, patience, clock.now(), patience.passed()).run()


@dataclass(slots=True)
class _Attempt:
    errand: Errand
    clock: Clock
    patience: Patience
    sent_at: datetime
    began: float
    accepted: Accepted | None = None

    def run(self) -> Flow:
        watched, others = self.errand.expected, [one for one in self.errand.ends if one != self.errand.expected]
        try:
            watches = {name: self._begun(name) for name in others}
            with self.errand.ends[watched]() as mailbox:
                watch = Watch(mailbox)
                self._send()
                if found := self._waited_for(watch, mailbox):
                    return self._arrived(watched, found)
            for name, watch in watches.items():
                with self.errand.ends[name]() as mailbox:
                    if found := watch.look(mailbox, self._is_it):
                        return self._arrived(name, found)
        except Failure as failure:
            return self._failed(failure)
        return self._told(
            Verdict.FAILED, f"{self._taken}; {self.patience.most_s:.0f} s later it is not at the {watched}"
        )

    def _begun(self, name: str) -> Watch:
        with self.errand.ends[name]() as mailbox:
            return Watch(mailbox)

    def _send(self) -> None:
        """A server that asks to come again (a grey list does so with strangers) is asked again while the time lasts."""
        self.sent_at, self.began = self.clock.now(), self.patience.passed()
        while self.accepted is None:
            try:
                self.accepted = self.errand.send()
            except ServerBusy as busy:
                if not self._goes_on(busy.retry_after_s or 6 * self.patience.every_s):
                    raise

    def _waited_for(self, watch: Watch, mailbox: MailSource) -> Found | None:
        while (found := watch.look(mailbox, self._is_it)) is None and self._goes_on(self.patience.every_s):
            pass
        return found

    def _goes_on(self, seconds: float) -> bool:
        """Whether there is time for one more look; waits until then."""
        if self.patience.passed() - self.began + seconds > self.patience.most_s:
            return False
        self.patience.wait(seconds)
        return True

    def _is_it(self, raw: bytes) -> bool:
        return is_letter(raw, self.errand.letter.token)

    @property
    def _taken(self) -> str:
        return f"{self.accepted.host} took it" if self.accepted else "it was not sent"

    def _failed(self, failure: Failure) -> Flow:
        """A mailbox that cannot be looked at, or a server that is not reached from here, leaves the question open."""
        unsent = self.accepted is None and isinstance(
            failure, LetterRefused | RecipientRefused | ExchangersDiffer | NoExchanger
        )
        return self._told(Verdict.FAILED if unsent else Verdict.UNKNOWN, f"{self._taken}: {failure}")

    def _arrived(self, where: str, found: Found) -> Flow:
        right = where == self.errand.expected
        words = f"it arrived at the {where}{' in the junk folder' if found.junk else ''}; {self._taken}"
        told = self._told(
            Verdict.PASS if right else Verdict.FAILED,
            words if right else f"{words}. It was expected at the {self.errand.expected}",
        )
        seconds = round(self.patience.passed() - self.began, 1)
        return replace(told, found_at=self.clock.now(), seconds=seconds, arrived=where, judged=judged(found.raw))

    def _told(self, verdict: Verdict, said: str) -> Flow:
        through, secured = (self.accepted.host, self.accepted.secured) if self.accepted else ("", "")
        letter, ways = self.errand.letter, self.errand
        return Flow(
            ways.direction, letter.token, ways.expected, verdict, said, self.sent_at, through=through, secured=secured
        )
