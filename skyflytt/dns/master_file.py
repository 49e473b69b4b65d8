"""A zone as a master file without its SOA (RFC 1035 section 5), the same bytes for the same zone."""

from __future__ import annotations

import hashlib
import re

from skyflytt.dns.records import value_of
from skyflytt.dns.zone import RecordSet, Zone
from skyflytt.errors.dns import SnapshotUnreadable

HEAD = re.compile(r"\A; zone (\S+)\n; serial (\d+|unknown)\n; signed (yes|no)\n; records (\d+)\n")


def to_text(zone: Zone) -> str:
    """Four lines of comment (zone, serial, signed, number of records), then a line for each record, sorted."""
    lines = [f"{one.name} {one.ttl_s} IN {one.type} {value}" for one in zone.sets for value in one.values]
    serial = "unknown" if zone.serial is None else str(zone.serial)
    signed = "yes" if zone.signed else "no"
    head = [f"; zone {zone.origin}", f"; serial {serial}", f"; signed {signed}", f"; records {len(lines)}"]
    return "".join(f"{line}\n" for line in head + lines)


def from_text(text: str, item: str) -> Zone:
    """The zone that `to_text` wrote; `item` names the file in failures. Raises `SnapshotUnreadable`."""
    head = HEAD.match(text)
    if head is None:
        raise SnapshotUnreadable(item, "its first lines do not name the zone, its serial and its records")
    origin, serial, signed, records = head.groups()
    lines = text[head.end() :].splitlines()
    if len(lines) != int(records):
        raise SnapshotUnreadable(item, f"it has {len(lines)} records and says that it has {records}")
    found: dict[tuple[str, str, int], list[str]] = {}
    for line in lines:
        key, value = _record(line, item)
        found.setdefault(key, []).append(value)
    sets = (RecordSet(name, kind, ttl_s, tuple(values)) for (name, kind, ttl_s), values in found.items())
    zone = Zone(origin, tuple(sorted(sets)), None if serial == "unknown" else int(serial), signed == "yes")
    if to_text(zone) != text:
        raise SnapshotUnreadable(item, "its records are not in their order, or stand there twice")
    return zone


def _record(line: str, item: str) -> tuple[tuple[str, str, int], str]:
    """Each line has all of its parts: dnspython's reader of master files takes a time that grows with the square of the records."""
    try:
        name, ttl_s, _, kind, value = line.split(" ", 4)
        known = value_of(kind, value) == value and ttl_s.isdecimal()
    except ValueError as error:
        raise SnapshotUnreadable(item, f"{line!r}: {error}") from error
    if not known:
        raise SnapshotUnreadable(item, f"{line!r} is not as it was written")
    return (name, kind, int(ttl_s)), value


def digest(text: str) -> str:
    """SHA-256 of the text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
