"""A whole zone as the messages of a transfer (RFC 5936): the SOA first and last, everything else between."""

from __future__ import annotations

from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import dns.zone

SETS_IN_A_MESSAGE = 100


def transfer(zone: dns.zone.Zone, query: dns.message.Message) -> Iterator[bytes]:
    """Signed as one sequence where the query was signed (RFC 8945 section 5.3.1)."""
    head = zone.find_rrset(zone.origin or "@", dns.rdatatype.SOA)
    sets = [head]
    for name in sorted(zone):
        sets += [dns.rrset.from_rdata_list(name, one.ttl, list(one)) for one in zone[name] if one.rdtype != head.rdtype]
    sets.append(head)
    context = None
    for start in range(0, len(sets), SETS_IN_A_MESSAGE):
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        response.answer.extend(sets[start : start + SETS_IN_A_MESSAGE])
        if start:
            response.question.clear()
        yield response.to_wire(max_size=65_535, multi=True, tsig_ctx=context)
        context = response.tsig_ctx
