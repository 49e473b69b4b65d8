"""A zone in memory that keeps the port's promises, and can be made to break them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from skyflytt.deadline.clock import Clock
from skyflytt.dns.port import Capabilities
from skyflytt.dns.verdict import Answer, ServerVerdict
from skyflytt.dns.zone import Change, Zone, with_sets
from skyflytt.errors.dns import ZoneMoved
from skyflytt.project.domains import CustomerDomain


class Killed(BaseException):
    """What a process sees of its own end."""


@dataclass
class MemoryHost:
    """`killed_after`: so many sets are changed before the process is gone; `loses`: it says yes to these keys and does nothing."""

    zone: Zone
    capabilities: Capabilities = field(default_factory=lambda: Capabilities("memory"))
    killed_after: int | None = None
    loses: frozenset[tuple[str, str]] = frozenset()
    changes: list[Change] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.zone.origin

    def read(self) -> Zone:
        return self.zone

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        assert expected.origin == self.origin
        there = self.zone.by_key()
        for one in changes:
            if there.get(one.key) not in (one.before, one.after):
                raise ZoneMoved(self.origin, " ".join(one.key))
        for number, one in enumerate(changes):
            if number == self.killed_after:
                self.killed_after = None
                raise Killed
            if one.key not in self.loses:
                self.set(one)

    def set(self, change: Change) -> None:
        """What somebody does there, us or another."""
        self.changes.append(change)
        self.zone = replace(with_sets(self.zone, {change.key: change.after}), serial=(self.zone.serial or 0) + 1)

    def close(self) -> None:
        return

    def look(
        self, _domain: CustomerDomain, _after: Zone, changes: Sequence[Change], _clock: Clock
    ) -> list[ServerVerdict]:
        """As if it were the zone's only server, for `DomainMove.look`."""
        wrong = tuple(one.key for one in changes if self.zone.find(*one.key) != one.after)
        answer = Answer.WRONG if wrong else Answer.RIGHT
        return [ServerVerdict("authoritative", "ns1", "192.0.2.53", 53, answer, self.zone.serial, wrong)]
