"""What a server of a zone has to answer: a set of its own, one from a wildcard, or nothing (RFC 1034 section 4.3.2, RFC 4592)."""

from __future__ import annotations

from skyflytt.dns.alias import KIND as ALIAS
from skyflytt.dns.zone import RecordSet, Zone


def expected(zone: Zone, key: tuple[str, str]) -> RecordSet | None:
    """The set of this name and type, wildcards included; None where the answer has none."""
    name, kind = key
    if _exists(zone, name):
        return zone.find(name, kind)
    source = _wildcard(zone, name)
    found = zone.find(source, kind) if source else None
    return RecordSet(name, kind, found.ttl_s, found.values) if found else None


def seen_from_outside(zone: Zone, key: tuple[str, str]) -> bool:
    """False for what servers do not tell: what lies within a part that was given to others, and what hosts have beside DNS."""
    name, kind = key
    if kind == ALIAS:
        return False
    for above in _upwards(zone, name):
        if above != zone.origin and zone.find(above, "NS"):
            return above == name and kind == "DS"
    return True


def _exists(zone: Zone, name: str) -> bool:
    """Also when it only has names below it (RFC 8020)."""
    return any(one.name == name or one.name.endswith(f".{name}") for one in zone.sets)


def _wildcard(zone: Zone, name: str) -> str | None:
    """The wildcard at the nearest name above that exists."""
    for above in _upwards(zone, name)[1:]:
        if above == zone.origin or _exists(zone, above):
            return f"*.{above}"
    return None


def _upwards(zone: Zone, name: str) -> list[str]:
    """The name and all above it, up to the zone's own."""
    names = [name]
    while names[-1] != zone.origin and "." in names[-1].rstrip("."):
        names.append(names[-1].split(".", 1)[1])
    return names
