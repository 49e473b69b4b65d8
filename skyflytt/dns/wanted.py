"""What the project file decided about records, laid over the zone as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import dns.exception
import dns.name

from skyflytt.dns.pointing import Pointing
from skyflytt.dns.records import full_name, plain_text, value_of
from skyflytt.dns.zone import RecordSet, Zone, with_sets
from skyflytt.errors.dns import PlanInvalid
from skyflytt.project.domains import DomainRecord

TTL_S = 3600
"""How long others may keep a set that was not there before, unless the project file says otherwise."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the project file with its values as DNS writes them."""

    name: str
    type: str
    values: tuple[str, ...]
    ttl_s: int | None
    keep: str | None
    matching: str | None

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.type

    def means(self, value: str) -> bool:
        """Whether a record of this name and type is one that the entry is about."""
        if self.matching is None or value in self.values:
            return True
        return self.matching.lower() in plain_text(self.type, value).lower()


def decisions(origin: str, records: Iterable[DomainRecord]) -> list[Decision]:
    """Raises `PlanInvalid` with the entry whose values are no records of their type."""
    found = []
    for one in records:
        try:
            name = dns.name.from_text(full_name(one.name, origin)).to_text()
            values = tuple(value_of(one.type, value) for value in one.values)
        except (ValueError, dns.exception.DNSException) as error:
            raise PlanInvalid(origin, f"{one.name} {one.type}: {error}") from error
        found.append(Decision(name, one.type, values, one.ttl_s, one.keep, one.matching))
    return found


def wanted_zone(zone: Zone, decided: Iterable[Decision]) -> Zone:
    """The zone with every decision carried out; sets that none is about stay as they are."""
    for one in decided:
        if one.keep is None:
            zone = with_sets(zone, {one.key: _after(zone.find(*one.key), one)})
    return zone


def decision_on(found: Pointing, decided: Iterable[Decision]) -> Decision | None:
    """The entry that is about this record."""
    return next((one for one in decided if one.key == found.key and one.means(found.value)), None)


def _after(before: RecordSet | None, one: Decision) -> RecordSet | None:
    staying = {value for value in before.values if not one.means(value)} if before else set()
    values = tuple(sorted(staying | set(one.values)))
    ttl_s = one.ttl_s or (before.ttl_s if before else TTL_S)
    return RecordSet(one.name, one.type, ttl_s, values) if values else None
