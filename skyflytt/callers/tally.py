"""Who called, how often and until when: one row for each account, device, program, protocol and address, and nothing else of a log.

Whoever guesses passwords makes up names: beyond some ten thousand rows, what failed is counted by address, then as one.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from skyflytt.callers.event import Event

MANY = "(many)"
FAILING_ROWS = 20_000
ROWS = 60_000
LONGEST = {"account": 256, "device": 128, "agent": 300, "address": 64}
"""In bytes of UTF-8; the rest of a longer one is cut."""


class Key(NamedTuple):
    """Whose calls are counted together. Texts are printable."""

    account: str
    device: str
    agent: str
    protocol: str
    address: str


@dataclass(slots=True)
class Calls:
    """How often, from when to when (seconds since 1970); 0 where there was none."""

    count: int = 0
    failed: int = 0
    first: int = 0
    last: int = 0
    last_failed: int = 0

    def add(self, at: int, signed_in: int, failed: int) -> None:
        if not self.first or at < self.first:
            self.first = at
        if signed_in:
            self.count += signed_in
            self.last = max(self.last, at)
        if failed:
            self.failed += failed
            self.last_failed = max(self.last_failed, at)

    def join(self, other: Calls) -> None:
        self.count += other.count
        self.failed += other.failed
        self.first = min(one for one in (self.first or other.first, other.first or self.first))
        self.last = max(self.last, other.last)
        self.last_failed = max(self.last_failed, other.last_failed)


def narrowed(key: tuple[Any, ...], known: Container[Any], rows: int, *, only_failed: bool) -> tuple[Any, ...]:
    """What a new key of (account, device, agent, protocol, address), in str or bytes, is counted under: itself, or one for many where
    there are many rows already."""
    most = FAILING_ROWS if only_failed else ROWS
    many = MANY if isinstance(key[0], str) else MANY.encode()
    if rows >= most:
        key = (many, many[:0], many[:0], *key[3:]) if only_failed else (*key[:4], many)
    if rows >= 2 * most and key not in known:
        key = (many, many[:0], many[:0], key[3], many)
    return key


class Tally:
    """Counts events from `since` on (seconds since 1970), in bounded memory."""

    def __init__(self, since: int = 0, own_addresses: frozenset[bytes] = frozenset()) -> None:
        self._since, self._own = since, own_addresses
        self._raw: dict[tuple[Any, ...], Calls] = {}
        self.events = self.before = self.own = self.first = self.last = 0

    def add(self, event: Event) -> None:
        at, protocol, account, device, agent, address, signed_in, failed = event
        self.events += 1
        self.last = max(self.last, at)
        if not self.first or at < self.first:
            self.first = at
        if at < self._since:
            self.before += 1
            return
        if address in self._own:
            self.own += 1
            return
        key = (account, device, agent, protocol, address)
        calls = self._raw.get(key)
        if calls is None:
            calls = self._new(key, only_failed=not signed_in)
        calls.add(at, signed_in, failed)

    def _new(self, key: tuple[Any, ...], *, only_failed: bool) -> Calls:
        place = narrowed(key, self._raw, len(self._raw), only_failed=only_failed)
        return self._raw.setdefault(place, Calls())

    def rows(self) -> Iterator[tuple[Key, Calls]]:
        """What was counted, with texts that can be shown and kept; those that look alike then are joined."""
        joined: dict[Key, Calls] = {}
        for (account, device, agent, protocol, address), calls in self._raw.items():
            key = Key(
                _text(account, "account"),
                _text(device, "device"),
                _text(agent, "agent"),
                protocol,
                _text(address, "address"),
            )
            if key in joined:
                joined[key].join(calls)
            else:
                joined[key] = calls
        yield from joined.items()


def _text(raw: bytes, what: str) -> str:
    """UTF-8 or, as old servers write, Latin-1; without what a terminal would obey."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = "".join(one if one.isprintable() else "�" for one in text).strip()
    if len(raw) * 2 <= LONGEST[what]:
        return text
    return text.encode()[: LONGEST[what]].decode(errors="ignore")
