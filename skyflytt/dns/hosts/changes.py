"""What every host does before and after a change: look whether it may be made, what is left of it, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import dns.exception

from skyflytt.dns.hosts.texts import text_of
from skyflytt.dns.port import Capabilities
from skyflytt.dns.records import MADE_BY_SERVERS, parsed
from skyflytt.dns.zone import Change, RecordSet, Zone
from skyflytt.errors.dns import ChangeLost, ChangeRefused, ZoneMoved

Same = Callable[[RecordSet | None, RecordSet | None], bool]
Midway = Callable[[RecordSet | None, Change], bool]
"""Whether a set is as a kill in the middle of its change leaves it."""
LONGEST_TTL_S = 2**31 - 1
"""RFC 2181 section 8."""


def exactly(one: RecordSet | None, other: RecordSet | None) -> bool:
    return one == other


def but_for_strings(one: RecordSet | None, other: RecordSet | None) -> bool:
    """For hosts that cut texts anew: a TXT record says the same however its strings are cut (RFC 7208 section 3.3)."""
    return one == other or (one is not None and other is not None and _joined(one) == _joined(other))


def never_midway(_found: RecordSet | None, _change: Change) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Changing:
    """How one host compares. `same` is its equality of sets, `midway` knows the states between, where changes are not whole ones."""

    origin: str
    same: Same = exactly
    midway: Midway = never_midway

    def left(self, changes: Sequence[Change], now: Zone) -> list[Change]:
        """The changes that are still to be made. Raises `ZoneMoved` with every set that is neither as before nor as after."""
        found = now.by_key()
        open_ones = [one for one in changes if not self.same(found.get(one.key), one.after)]
        moved = [one for one in open_ones if not self._expected(found.get(one.key), one)]
        if moved:
            raise ZoneMoved(self.origin, "; ".join(_difference(one, found.get(one.key)) for one in moved))
        return open_ones

    def arrived(self, changes: Sequence[Change], now: Zone) -> None:
        """Raises `ChangeLost` with every set that is not as it was asked for."""
        found = now.by_key()
        lost = [one for one in changes if not self.same(found.get(one.key), one.after)]
        if lost:
            raise ChangeLost(self.origin, "; ".join(_missing(one, found.get(one.key)) for one in lost))

    def _expected(self, found: RecordSet | None, change: Change) -> bool:
        return self.same(found, change.before) or self.midway(found, change)


def check(origin: str, changes: Sequence[Change], can: Capabilities, expected: Zone) -> None:
    """Raises `ChangeRefused` before anything is sent, with the first change that this host can never make."""
    if expected.origin != origin:
        raise ChangeRefused(origin, f"the changes were planned for {expected.origin}")
    seen: set[tuple[str, str]] = set()
    for one in changes:
        why = _refusal(origin, one, can) or ("it is named twice" if one.key in seen else None)
        if why:
            raise ChangeRefused(origin, f"{one.key[0]} {one.key[1]}: {why}")
        seen.add(one.key)


def _refusal(origin: str, change: Change, can: Capabilities) -> str | None:
    name, kind = change.key
    if name != origin and not name.endswith(f".{origin}"):
        return f"the name is not in the zone {origin}"
    if kind in MADE_BY_SERVERS:
        return "whoever serves the zone makes these records"
    if can.types is not None and kind not in can.types:
        return f"{can.name} does not let records of this type be changed by program; change them in its own pages"
    return _refused_set(change.after, can) if change.after else None


def _refused_set(one: RecordSet, can: Capabilities) -> str | None:
    if not one.values:
        return "a set without records; to take it away, say so"
    if not can.min_ttl_s <= one.ttl_s <= LONGEST_TTL_S:
        return f"{can.name} keeps no TTL of {one.ttl_s} s; the shortest is {can.min_ttl_s} s"
    try:
        for value in one.values:
            parsed(one.type, value)
    except (dns.exception.DNSException, ValueError) as error:
        return f"{error}"
    return None


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Sets that go first, then those that change, then new ones: so a CNAME can take the place of addresses, and the other way round."""
    return sorted(changes, key=lambda one: (one.after is not None, one.before is None, one.key))


def _joined(one: RecordSet) -> object:
    if one.type not in ("TXT", "SPF"):
        return one
    texts = sorted(text_of(value) for value in one.values)
    return one.name, one.type, one.ttl_s, tuple(texts)


def _difference(change: Change, found: RecordSet | None) -> str:
    name, kind = change.key
    return f"{name} {kind} was {shown(change.before)} and is {shown(found)}"


def _missing(change: Change, found: RecordSet | None) -> str:
    name, kind = change.key
    return f"{name} {kind} is {shown(found)} instead of {shown(change.after)}"


def shown(one: RecordSet | None) -> str:
    """A set's records in one line."""
    return "absent" if one is None else f"{', '.join(one.values)} (TTL {one.ttl_s})"
