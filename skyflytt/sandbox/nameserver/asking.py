"""The answer to a query (RFC 1034 section 4.3.2), with authority and never from anywhere else."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone

from skyflytt.sandbox.nameserver.zones import Zones

LONGEST_CHAIN = 8


def answer(zones: Zones, query: dns.message.Message) -> dns.message.Message:
    """REFUSED for what is not held here; a name without records of the type gets the SOA (RFC 2308 section 2)."""
    response = dns.message.make_response(query, our_payload=1232)
    (asked,) = query.question
    zone = zones.above(asked.name)
    if zone is None:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    response.flags |= dns.flags.AA
    found, exists = _found(zones, asked.name, asked.rdtype)
    response.answer.extend(found)
    if not exists:
        response.set_rcode(dns.rcode.NXDOMAIN)
    if not found:
        response.authority.append(_set(zone, zone.origin or asked.name, dns.rdatatype.SOA))
    return response


def _found(zones: Zones, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> tuple[list[dns.rrset.RRset], bool]:
    """The sets that answer, an alias and what it leads to one after the other; and whether the last name exists."""
    found: list[dns.rrset.RRset] = []
    for _ in range(LONGEST_CHAIN):
        zone = zones.above(name)
        if zone is None:
            break
        node = zone.get_node(name)
        if node is None:
            return found, bool(found) or any(other.is_subdomain(name) for other in zone)
        if kind == dns.rdatatype.ANY:
            return [_set(zone, name, dataset.rdtype) for dataset in node], True
        if node.get_rdataset(zone.rdclass, kind) is not None:
            return [*found, _set(zone, name, kind)], True
        alias = node.get_rdataset(zone.rdclass, dns.rdatatype.CNAME)
        if alias is None:
            break
        found.append(_set(zone, name, dns.rdatatype.CNAME))
        name = alias[0].target
    return found, True


def _set(zone: dns.zone.Zone, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.rrset.RRset:
    return zone.find_rrset(name, kind)
