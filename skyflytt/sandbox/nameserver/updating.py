"""Updates (RFC 2136): the prerequisites are looked at first, and all changes are made, or none."""

from __future__ import annotations

from collections import defaultdict

import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.update
import dns.zone
from dns.name import Name

from skyflytt.sandbox.nameserver.zones import copy, next_serial, set_serial, soa

ONE_ALONE = (dns.rdatatype.CNAME, dns.rdatatype.SOA)
APEX_TYPES = (dns.rdatatype.SOA, dns.rdatatype.NS)


class Refused(Exception):
    """`rcode` says why nothing was changed."""

    def __init__(self, rcode: dns.rcode.Rcode) -> None:
        super().__init__(rcode)
        self.rcode = rcode


def updated(zone: dns.zone.Zone, update: dns.update.UpdateMessage) -> dns.zone.Zone | None:
    """The zone after the update, with the next serial; None when it changes nothing. Raises `Refused`."""
    for rrset in (*update.prerequisite, *update.update):
        if not rrset.name.is_subdomain(zone.origin or dns.name.root):
            raise Refused(dns.rcode.NOTZONE)
    _check_prerequisites(zone, update.prerequisite)
    after = copy(zone)
    for rrset in update.update:
        _change(after, rrset)
    # Two zones with other TTLs are equal to dnspython.
    if after.to_text(sorted=True) == zone.to_text(sorted=True):
        return None
    if soa(after).serial == soa(zone).serial:
        set_serial(after, next_serial(soa(zone).serial))
    return after


def _check_prerequisites(zone: dns.zone.Zone, prerequisites: list[dns.rrset.RRset]) -> None:
    """Section 3.2. Sets that are to be there with exactly these values are compared as a whole."""
    wanted: defaultdict[tuple[Name, dns.rdatatype.RdataType], set[str]] = defaultdict(set)
    for one in prerequisites:
        if one.deleting is None:
            wanted[one.name, one.rdtype] |= {rdata.to_text() for rdata in one}
        elif one.rdtype == dns.rdatatype.ANY:
            _there(zone.get_node(one.name), one, dns.rcode.NXDOMAIN, dns.rcode.YXDOMAIN)
        else:
            _there(zone.get_rdataset(one.name, one.rdtype), one, dns.rcode.NXRRSET, dns.rcode.YXRRSET)
    for (name, kind), values in wanted.items():
        found = zone.get_rdataset(name, kind)
        if found is None or {rdata.to_text() for rdata in found} != values:
            raise Refused(dns.rcode.NXRRSET)


def _there(found: object | None, one: dns.rrset.RRset, missing: dns.rcode.Rcode, present: dns.rcode.Rcode) -> None:
    if one.deleting == dns.rdataclass.ANY and found is None:
        raise Refused(missing)
    if one.deleting == dns.rdataclass.NONE and found is not None:
        raise Refused(present)


def _change(zone: dns.zone.Zone, rrset: dns.rrset.RRset) -> None:
    """Section 3.4.2."""
    if rrset.deleting is None:
        _add(zone, rrset)
    elif rrset.deleting == dns.rdataclass.NONE:
        _take_values(zone, rrset)
    else:
        _take_sets(zone, rrset)


def _add(zone: dns.zone.Zone, rrset: dns.rrset.RRset) -> None:
    """An alias beside other records is silently left out, and so is a serial that does not move on."""
    is_alias = rrset.rdtype == dns.rdatatype.CNAME
    if any(is_alias != (one.rdtype == dns.rdatatype.CNAME) for one in zone.get_node(rrset.name) or ()):
        return
    if rrset.rdtype == dns.rdatatype.SOA and rrset[0].serial <= soa(zone).serial:
        return
    found = None if rrset.rdtype in ONE_ALONE else zone.get_rdataset(rrset.name, rrset.rdtype)
    values = [*(one for one in found or () if one not in rrset), *rrset]
    zone.replace_rdataset(rrset.name, dns.rdataset.from_rdata_list(rrset.ttl, values))


def _take_values(zone: dns.zone.Zone, rrset: dns.rrset.RRset) -> None:
    found = zone.get_rdataset(rrset.name, rrset.rdtype)
    if found is None or rrset.rdtype == dns.rdatatype.SOA:
        return
    left = [rdata for rdata in found if rdata not in rrset]
    if not left and rrset.name == zone.origin and rrset.rdtype == dns.rdatatype.NS:
        return
    if left:
        zone.replace_rdataset(rrset.name, dns.rdataset.from_rdata_list(found.ttl, left))
    else:
        zone.delete_rdataset(rrset.name, rrset.rdtype)


def _take_sets(zone: dns.zone.Zone, rrset: dns.rrset.RRset) -> None:
    node = zone.get_node(rrset.name)
    kinds = [one.rdtype for one in node or ()] if rrset.rdtype == dns.rdatatype.ANY else [rrset.rdtype]
    for kind in kinds:
        if rrset.name != zone.origin or kind not in APEX_TYPES:
            zone.delete_rdataset(rrset.name, kind)
