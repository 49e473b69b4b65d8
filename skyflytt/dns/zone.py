"""A zone as data: record sets in presentation form, in one order, so that two zones can be compared and hashed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class RecordSet:
    """All records of one name and type (RFC 2181 section 5).

    `name` is absolute, in lower case, with its last dot; `type` in capitals ("MX"). `values` are sorted, in the presentation form of
    RFC 1035 section 5.1 with absolute names, as dnspython's `Rdata.to_text()` writes them.
    """

    name: str
    type: str
    ttl_s: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """Everything that a zone holds, sorted. `serial` is the SOA's; None where the host does not tell it (RFC 1035 section 3.3.13).

    The SOA itself and what signing adds (RRSIG, NSEC, NSEC3, NSEC3PARAM, DNSKEY, CDS, CDNSKEY) are not among `sets`: whoever serves the
    zone makes them anew with each change. `signed` says that they were there.
    """

    origin: str
    sets: tuple[RecordSet, ...]
    serial: int | None = None
    signed: bool = False

    def find(self, name: str, kind: str) -> RecordSet | None:
        return next((one for one in self.sets if (one.name, one.type) == (name, kind)), None)

    def by_key(self) -> dict[tuple[str, str], RecordSet]:
        return {(one.name, one.type): one for one in self.sets}


@dataclass(frozen=True, slots=True)
class Change:
    """One set before and after; `before` None makes it, `after` None takes it away. Both have the same name and type."""

    before: RecordSet | None
    after: RecordSet | None

    @property
    def key(self) -> tuple[str, str]:
        one = self.after or self.before
        assert one is not None, "a change of nothing"
        return one.name, one.type


def changes_between(before: Zone, after: Zone) -> Iterator[Change]:
    """What leads from one zone to the other, sorted by name and type."""
    old, new = before.by_key(), after.by_key()
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield Change(old.get(key), new.get(key))


def with_sets(zone: Zone, sets: Mapping[tuple[str, str], RecordSet | None]) -> Zone:
    """The zone with some sets replaced, added, or (None) taken away."""
    found: dict[tuple[str, str], RecordSet | None] = {**zone.by_key(), **sets}
    return replace(zone, sets=tuple(sorted(one for one in found.values() if one is not None)))


def in_safe_order(changes: Iterable[Change]) -> list[Change]:
    """For a host that makes one after the other: room for what replaces it first, then what is new, mail last, removals at the end.

    An alias may not stand beside other records (RFC 1034 section 3.6.2), so what blocks a new set goes before it.
    """
    changes = list(changes)
    coming = {change.key[0]: change.key[1] for change in changes if change.before is None}

    def rank(change: Change) -> int:
        name, kind = change.key
        if change.after is None:
            return 0 if name in coming and "CNAME" in (kind, coming[name]) else 4
        if kind == "MX":
            return 3
        return 1 if change.before is None else 2

    return sorted(changes, key=lambda change: (rank(change), change.key))
