"""The host of a domain's zone, as the project file names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dns.exception
import dns.name
import dns.resolver

from skyflytt.dns.asking import Server
from skyflytt.dns.hosts.by_hand import ByHandHost
from skyflytt.dns.hosts.cloudflare import CALLS_PER_MINUTE as CLOUDFLARE_CALLS
from skyflytt.dns.hosts.cloudflare import open_cloudflare
from skyflytt.dns.hosts.loopia import CALLS_PER_MINUTE as LOOPIA_CALLS
from skyflytt.dns.hosts.loopia import open_loopia
from skyflytt.dns.hosts.pace import Pace, shared_pace
from skyflytt.dns.hosts.rfc2136 import open_rfc2136
from skyflytt.dns.hosts.route53 import CALLS_PER_MINUTE as ROUTE53_CALLS
from skyflytt.dns.hosts.route53 import open_route53
from skyflytt.dns.hosts.sight import Sight, delegated_to
from skyflytt.dns.port import ZoneHost
from skyflytt.dns.queried import resolver_of
from skyflytt.dns.records import absolute, full_name
from skyflytt.dns.usual_names import usual_questions
from skyflytt.errors.dns import DomainUnknown, ZoneRefused
from skyflytt.project.domains import CustomerDomain, split_address
from skyflytt.project.model import Project
from skyflytt.project.secret_keys import server_key
from skyflytt.project.secrets import Secrets
from skyflytt.project.servers import (
    DNS_KINDS,
    ByHandServer,
    CloudflareServer,
    LoopiaServer,
    Rfc2136Server,
    Route53Server,
)

HOST_KINDS = DNS_KINDS
TYPES_AT_A_NAME = ("A", "AAAA", "CNAME", "MX", "TXT", "SRV", "NS", "CAA", "TLSA", "HTTPS")
Paces = Callable[[str, str, int | None], Pace]


def open_host(project: Project, domain: CustomerDomain, secrets: Secrets, *, paces: Paces = shared_pace) -> ZoneHost:
    """The host of the domain's zone. The caller closes it. `paces` gives the pace of an account: kind, account, calls in a minute.

    Raises `DomainUnknown` (bad input) when the domain names no host, `SecretMissing`, and what looking for the zone raises.
    """
    if domain.host is None:
        raise DomainUnknown(domain.name, "it names no `host`")
    server, origin = project.server(domain.host), origin_of(domain.name)
    key = server_key(domain.host)
    if isinstance(server, Rfc2136Server):
        return open_rfc2136(origin, server, secrets.get(key) if server.key_name else None)
    if isinstance(server, Route53Server):
        account = server.access_key_id
        pace = paces("route53", account or "", ROUTE53_CALLS)
        return open_route53(origin, server, secrets.get(key) if account else None, pace)
    if isinstance(server, CloudflareServer):
        return open_cloudflare(origin, server, secrets.get(key), paces("cloudflare", domain.host, CLOUDFLARE_CALLS))
    if isinstance(server, LoopiaServer):
        return open_loopia(origin, server, secrets.get(key), paces("loopia", server.user, LOOPIA_CALLS))
    if isinstance(server, ByHandServer):
        return open_by_hand(origin, server, domain)
    raise DomainUnknown(
        domain.name, f"its `host` {domain.host} is a server of kind {server.kind}, which hosts no zones"
    )


def origin_of(domain: str) -> str:
    """The zone's name as DNS has it: `åre.example` is `xn--re-xia.example.` (RFC 5891)."""
    try:
        return absolute(dns.name.from_unicode(domain, idna_codec=dns.name.IDNA_2008_UTS_46).to_text())
    except dns.exception.DNSException as error:
        raise ZoneRefused(domain, f"its name cannot be one in DNS: {error}") from error


def open_by_hand(origin: str, server: ByHandServer, domain: CustomerDomain) -> ByHandHost:
    """Looks up the name servers, unless the project file has their addresses. Raises `ZoneNotFound`, `HostUnreachable`."""
    given = [Server(one, *split_address(one)) for one in domain.name_servers]
    servers = given or delegated_to(origin, _resolver(origin, domain))
    questions = tuple(dict.fromkeys((full_name(name, origin), kind) for name, kind in _questions(server, domain)))
    return ByHandHost(origin, Sight(origin, servers, questions), server.called, server.min_ttl_s)


def _questions(server: ByHandServer, domain: CustomerDomain) -> Iterator[tuple[str, str]]:
    yield from usual_questions()
    yield from ((one.name, one.type) for one in domain.records)
    yield from ((name, kind) for name in ("*", *server.names) for kind in TYPES_AT_A_NAME)


def _resolver(origin: str, domain: CustomerDomain) -> dns.resolver.Resolver:
    try:
        return resolver_of(domain)
    except dns.resolver.NoResolverConfiguration as error:
        raise ZoneRefused(origin, "this machine has no resolver: name the domain's `name_servers`") from error
