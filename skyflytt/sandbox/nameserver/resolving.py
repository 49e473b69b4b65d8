"""A resolver as the rest of the world has one: it keeps an answer until its TTL has run out by the sandbox's clock (RFC 1034 section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from skyflytt.deadline.clock import Clock

TIMEOUT_S = 2.0
Asked = tuple[str, int]


@dataclass(slots=True)
class Resolver:
    """Asks `servers` one after the other, which know all zones of the sandbox."""

    servers: tuple[tuple[str, int], ...]
    clock: Clock
    kept: dict[Asked, tuple[datetime, dns.message.Message]] = field(default_factory=dict)

    def respond(self, wire: bytes, *, stream: bool) -> Iterator[bytes]:
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError):
            return
        if len(query.question) != 1 or query.flags & dns.flags.QR:
            return
        response = dns.message.make_response(query, recursion_available=True)
        self._fill(response)
        yield response.to_wire(max_size=65_535 if stream else 1232, prefer_truncation=True)

    def _fill(self, response: dns.message.Message) -> None:
        asked = response.question[0]
        key, now = (asked.name.to_text().lower(), asked.rdtype), self.clock.now()
        until, kept = self.kept.get(key, (now, None))
        if kept is None or until <= now:
            kept = self._ask(asked.name.to_text(), asked.rdtype)
            if kept is None:
                response.set_rcode(dns.rcode.SERVFAIL)
                return
            until = now + timedelta(seconds=_lasting(kept))
            self.kept[key] = until, kept
        response.set_rcode(kept.rcode())
        response.answer.extend(kept.answer)
        response.authority.extend(kept.authority)

    def _ask(self, name: str, kind: int) -> dns.message.Message | None:
        query = dns.message.make_query(name, dns.rdatatype.RdataType(kind))
        for host, port in self.servers:
            try:
                answer, _ = dns.query.udp_with_fallback(query, host, TIMEOUT_S, port)
            except (OSError, dns.exception.DNSException):
                continue
            if answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return answer
        return None


def _lasting(answer: dns.message.Message) -> int:
    """Seconds; that something is not there lasts as long as the SOA says (RFC 2308 section 5)."""
    if answer.answer:
        return min(one.ttl for one in answer.answer)
    return min((min(one.ttl, one[0].minimum) for one in answer.authority if one.rdtype == dns.rdatatype.SOA), default=0)
