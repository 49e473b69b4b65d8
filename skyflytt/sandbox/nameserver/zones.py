"""The zones that a name server answers for: master files (RFC 1035 section 5) in one folder, each replaced as a whole."""

from __future__ import annotations

import os
from pathlib import Path

import dns.name
import dns.rdataset
import dns.rdatatype
import dns.zone
from dns.rdtypes.ANY.SOA import SOA

SUFFIX = ".zone"


class Zones:
    """Read at the start; afterwards the folder follows what is replaced here. Names are absolute."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._zones = {zone.origin: zone for zone in map(_read, sorted(folder.glob(f"*{SUFFIX}")))}

    @property
    def origins(self) -> list[dns.name.Name]:
        return [origin for origin in self._zones if origin is not None]

    def at(self, origin: dns.name.Name) -> dns.zone.Zone | None:
        return self._zones.get(origin)

    def above(self, name: dns.name.Name) -> dns.zone.Zone | None:
        """The zone that holds a name: the longest whose origin the name lies under."""
        found = [origin for origin in self.origins if name.is_subdomain(origin)]
        return self._zones[max(found, key=len)] if found else None

    def replace(self, zone: dns.zone.Zone) -> None:
        """The zone is on the disk when this returns; killed in the middle, the old one is there."""
        write(self._folder, zone)
        self._zones[zone.origin] = zone


def read(text: str, origin: str) -> dns.zone.Zone:
    return dns.zone.from_text(text, origin=origin, relativize=False)


def copy(zone: dns.zone.Zone) -> dns.zone.Zone:
    return dns.zone.from_text(zone.to_text(sorted=True, relativize=False), origin=zone.origin, relativize=False)


def write(folder: Path, zone: dns.zone.Zone) -> None:
    final = folder / f"{zone.origin}".rstrip(".")
    beside = final.with_name(f".{final.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(zone.to_text(sorted=True, relativize=False))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(final.with_name(f"{final.name}{SUFFIX}"))


def soa(zone: dns.zone.Zone) -> SOA:
    found = zone.find_rdataset(zone.origin or "@", dns.rdatatype.SOA)[0]
    assert isinstance(found, SOA)
    return found


def set_serial(zone: dns.zone.Zone, serial: int) -> None:
    ttl = zone.find_rdataset(zone.origin or "@", dns.rdatatype.SOA).ttl
    now = soa(zone).replace(serial=serial)
    zone.replace_rdataset(zone.origin or "@", dns.rdataset.from_rdata(ttl, now))


def next_serial(serial: int) -> int:
    """RFC 1982 section 3.1; 0 is left out, which some servers take for none."""
    return (serial + 1) % 2**32 or 1


def _read(path: Path) -> dns.zone.Zone:
    return read(path.read_text(encoding="utf-8"), path.name.removesuffix(SUFFIX))
