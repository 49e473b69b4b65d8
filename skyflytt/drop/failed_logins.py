"""Failed sign-ins: who has to wait, and who is locked out for a while.

An address is locked out, never an account: whoever guesses at an account from elsewhere must not keep its customer out. After
`allowed` failures in a row an address is locked for that account, after three times as many (over all accounts) for every account;
each further lock is twice as long. An account that is guessed at from many addresses is slowed for addresses that it never came from.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST_LOCK = timedelta(days=1)
LONGEST_WAIT_S = 30.0
FORGOTTEN_AFTER = timedelta(days=1)
MOST_KEPT = 20_000
ANY_ACCOUNT = "*"


@dataclass(slots=True)
class _Tally:
    last: datetime
    in_row: int = 0
    locks: int = 0
    locked_until: datetime | None = None


@dataclass(slots=True)
class FailedLogins:
    """All in memory; the server fills it anew from its access log when it starts. Times are aware."""

    allowed: int
    lock: timedelta
    delay_s: float
    _pairs: dict[tuple[str, str], _Tally] = field(default_factory=dict)
    _accounts: dict[str, _Tally] = field(default_factory=dict)
    _known: set[tuple[str, str]] = field(default_factory=set)

    def failed(self, account: str, remote: str, at: datetime, *, exists: bool) -> bool:
        """Count a wrong secret; whether this address is locked out by it. Names that no account has are counted together."""
        address = network_of(remote)
        locked = self._count((address, ANY_ACCOUNT), at, 3 * self.allowed)
        if exists:
            locked = self._count((address, account), at, self.allowed) or locked
            tally = self._accounts.setdefault(account, _Tally(at))
            self._forget_old(tally, at, self.lock)
            tally.in_row, tally.last = tally.in_row + 1, at
        if len(self._pairs) > MOST_KEPT:
            self._prune(at)
        return locked

    def succeeded(self, account: str, remote: str) -> None:
        """The right secret: failures at this account from there are forgotten, those at other accounts are not."""
        address = network_of(remote)
        self._known.add((address, account))
        mine = self._pairs.pop((address, account), None)
        everyone = self._pairs.get((address, ANY_ACCOUNT))
        if mine is not None and everyone is not None:
            everyone.in_row = max(0, everyone.in_row - mine.in_row)

    def locked_until(self, account: str, remote: str, now: datetime) -> datetime | None:
        address = network_of(remote)
        ends = [
            tally.locked_until
            for key in ((address, account), (address, ANY_ACCOUNT))
            if (tally := self._pairs.get(key)) is not None and tally.locked_until is not None
        ]
        return max((end for end in ends if now < end), default=None)

    def wait_s(self, account: str, remote: str, now: datetime) -> float:
        """How long this attempt waits before its secret is looked at, be it right or wrong."""
        address = network_of(remote)
        mine = self._pairs.get((address, account)) or self._pairs.get((address, ANY_ACCOUNT))
        doublings = min(mine.in_row + self.allowed * mine.locks, 10) if mine is not None else 0
        guessed_at = self._accounts.get(account)
        if guessed_at is not None and (address, account) not in self._known and now - guessed_at.last < self.lock:
            doublings = max(doublings, guessed_at.in_row // self.allowed)
        return min(LONGEST_WAIT_S, self.delay_s * 2 ** (min(doublings, 10) - 1)) if doublings else 0.0

    def _count(self, key: tuple[str, str], at: datetime, allowed: int) -> bool:
        tally = self._pairs.setdefault(key, _Tally(at))
        self._forget_old(tally, at, FORGOTTEN_AFTER)
        tally.in_row, tally.last = tally.in_row + 1, at
        if tally.in_row < allowed:
            return False
        tally.locked_until = at + min(LONGEST_LOCK, self.lock * 2 ** min(tally.locks, 10))
        tally.in_row, tally.locks = 0, tally.locks + 1
        return True

    def _forget_old(self, tally: _Tally, at: datetime, after: timedelta) -> None:
        if at - max(tally.last, tally.locked_until or tally.last) > after:
            tally.in_row = tally.locks = 0

    def _prune(self, at: datetime) -> None:
        """Old ones first, and of the rest the half that is longest ago: an attacker with many addresses must not fill the memory."""
        kept = sorted(self._pairs.items(), key=lambda item: item[1].locked_until or item[1].last, reverse=True)
        self._pairs = dict(kept[: MOST_KEPT // 2])
        self._accounts = {name: tally for name, tally in self._accounts.items() if at - tally.last < FORGOTTEN_AFTER}


def network_of(remote: str) -> str:
    """The address itself; of IPv6 the /64, which is what one customer of a provider has for itself."""
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
