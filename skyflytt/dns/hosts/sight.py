"""A zone seen from outside: its name servers asked, by transfer where they give one, else name by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver

from skyflytt.dns.asking import NoAnswer, Server, ask, rrset_in, set_in
from skyflytt.dns.hosts.exchange import Exchange
from skyflytt.dns.records import absolute, zone_of
from skyflytt.dns.zone import Change, RecordSet, Zone
from skyflytt.errors.base import Failure
from skyflytt.errors.dns import HostUnreachable, ZoneNotFound

Key = tuple[str, str]
KNOWN = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
TRANSFER_TIMEOUT_S = 5.0


@dataclass(slots=True)
class Sight:
    """`servers` are all addresses of all authoritative servers, `questions` the names and types that are asked for."""

    origin: str
    servers: Sequence[Server]
    questions: Sequence[Key]
    _transfers: bool = field(default=True, repr=False)
    _wildcards: dict[tuple[Server, Key], RecordSet | None] = field(default_factory=dict, repr=False)
    """What was seen at wildcards, for as long as one look takes."""

    def zone(self) -> Zone:
        """As the first name server that answers shows it. Raises `HostUnreachable`, `ZoneNotFound`."""
        words = []
        self._wildcards.clear()
        for server in self.servers:
            try:
                return self._transferred(server) or self._asked(server)
            except NoAnswer as silence:
                words.append(f"{server.name} ({server.address}): {silence}")
        raise HostUnreachable(self.origin, "; ".join(words) or "it has no name server with an address")

    def everywhere(self, change: Change) -> list[tuple[str, RecordSet | None]]:
        """What each address of each name server says about one set. Raises `HostUnreachable` when one of them does not answer."""
        found: list[tuple[str, RecordSet | None]] = []
        self._wildcards.clear()
        for server in self.servers:
            try:
                found.append((f"{server.name} ({server.address})", self._set_at(server, change.key, change.after)))
            except NoAnswer as silence:
                # An address that this machine has no way to says nothing about the zone.
                if not silence.no_way:
                    raise HostUnreachable(self.origin, f"{server.name} ({server.address}): {silence}") from silence
        if not found:
            raise HostUnreachable(self.origin, "none of its name servers can be reached from here")
        return found

    def _transferred(self, server: Server) -> Zone | None:
        if self._transfers:
            try:
                return Exchange(server.address, server.port, timeout_s=TRANSFER_TIMEOUT_S).transfer(self.origin)
            except Failure:
                self._transfers = False
        return None

    def _asked(self, server: Server) -> Zone:
        about = self._answer(server, (self.origin, "SOA"))
        soa = rrset_in(about, (self.origin, "SOA"))
        if soa is None or not about.flags & dns.flags.AA:
            raise ZoneNotFound(self.origin, f"{server.name} ({server.address}) does not serve it")
        sets = tuple(sorted(set(self._sets(server))))
        signed = rrset_in(self._answer(server, (self.origin, "DNSKEY")), (self.origin, "DNSKEY")) is not None
        return Zone(self.origin, sets, int(soa[0].serial), signed)

    def _sets(self, server: Server) -> Iterator[RecordSet]:
        absent: set[str] = set()
        for key in self.questions:
            if key[0] in absent:
                continue
            answer = self._answer(server, key)
            if answer.rcode() == dns.rcode.NXDOMAIN:
                absent.add(key[0])
            alias = set_in(answer, (key[0], "CNAME"))
            for found in (_set_in(answer, key), alias):
                if found and not self._is_from_wildcard(server, found):
                    yield found

    def _set_at(self, server: Server, key: Key, wanted: RecordSet | None) -> RecordSet | None:
        found = _set_in(self._answer(server, key), key)
        return None if found and found != wanted and self._is_from_wildcard(server, found) else found

    def _is_from_wildcard(self, server: Server, found: RecordSet) -> bool:
        """Whether the same records stand at a wildcard above: then nobody can see whether the name has them itself."""
        if found.name.startswith("*.") or found.name == self.origin:
            return False
        name = found.name
        while name != self.origin:
            name = name.partition(".")[2]
            above = self._wildcard(server, (f"*.{name}", found.type))
            if above:
                return (above.ttl_s, above.values) == (found.ttl_s, found.values)
        return False

    def _wildcard(self, server: Server, key: Key) -> RecordSet | None:
        if (server, key) not in self._wildcards:
            self._wildcards[server, key] = set_in(self._answer(server, key), key)
        return self._wildcards[server, key]

    def _answer(self, server: Server, key: Key) -> dns.message.Message:
        answer = ask(server, *key)
        if answer.rcode() not in KNOWN:
            raise NoAnswer(f"it answers {dns.rcode.to_text(answer.rcode())}")
        return answer


def _set_in(answer: dns.message.Message, key: Key) -> RecordSet | None:
    """A part that was given to other servers is told beside the answer (RFC 1034 section 4.3.2)."""
    for one in answer.authority if key[1] == "NS" else ():
        if (absolute(one.name.to_text()), dns.rdatatype.to_text(one.rdtype)) == key:
            return zone_of(key[0], [one]).sets[0]
    return set_in(answer, key)


def delegated_to(origin: str, resolver: dns.resolver.Resolver) -> list[Server]:
    """Every address of every name server that resolvers know for the zone. Raises `ZoneNotFound`, `HostUnreachable`."""
    try:
        names = sorted(one.target.to_text() for one in resolver.resolve(origin, "NS", search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer) as error:
        raise ZoneNotFound(origin, "no name servers are known for it") from error
    except dns.exception.DNSException as error:
        raise HostUnreachable(origin, f"its name servers could not be looked up: {error}") from error
    return [Server(name, address) for name in names for address in _addresses(name, resolver)]


def _addresses(name: str, resolver: dns.resolver.Resolver) -> Iterable[str]:
    for kind in ("A", "AAAA"):
        try:
            yield from (str(one) for one in resolver.resolve(name, kind, search=False))
        except dns.exception.DNSException:
            continue
