"""Look at what stands around the mailboxes and shares. Reads only, and whatever cannot be seen is a fact."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import dns.nameserver
import dns.resolver

from skyflytt.application.cards import cards
from skyflytt.concern.directory_count import count_directory
from skyflytt.concern.directory_facts import DirectoryFacts
from skyflytt.concern.domain_asking import Asking
from skyflytt.concern.domain_count import count_domain
from skyflytt.concern.domain_facts import DomainFacts
from skyflytt.concern.surroundings import Surroundings
from skyflytt.errors.base import Failure
from skyflytt.phase.directories import open_directory
from skyflytt.phase.door import door_of
from skyflytt.phase.look_at_server import look_at_server
from skyflytt.phase.migration import Migration
from skyflytt.project.directories import DirectoryLeft
from skyflytt.project.domains import CustomerDomain, split_address
from skyflytt.project.model import Project

AT_ONCE = 8
LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


def look_around(migration: Migration) -> Surroundings:
    """Everything, side by side where it waits for the network."""
    project = migration.project
    with ThreadPoolExecutor(AT_ONCE) as pool:
        doors = [(name, door) for name, server in project.servers.items() if (door := door_of(server)) is not None]
        servers = [pool.submit(look_at_server, name, door, migration.clock) for name, door in doors]
        domains = [pool.submit(look_at_domain, project, domain) for domain in project.domains]
        return Surroundings(
            domains=tuple(one.result() for one in domains),
            servers=tuple(one.result() for one in servers),
            directories=tuple(look_at_directory(migration, left) for left in project.directories),
            cards=tuple(cards(migration.ledger, migration.name).values()),
            workspace_free_bytes=shutil.disk_usage(migration.workspace).free,
            archived_bytes=_archived(migration),
        )


def look_at_domain(project: Project, domain: CustomerDomain) -> DomainFacts:
    """What DNS tells of the domain. Its own servers are asked where the project names them, since they tell the whole TTL."""
    outside = _resolver(domain.resolvers)
    inside = _resolver(domain.name_servers) if domain.name_servers else outside
    return count_domain(domain.name, (*belongings(project), *domain.old), Asking(inside, outside))


def look_at_directory(migration: Migration, left: DirectoryLeft) -> DirectoryFacts:
    """What the directory tells of accounts and licences."""
    try:
        with open_directory(migration, left) as directory:
            return count_directory(left.name, directory, migration.project, migration.clock.now())
    except Failure as failure:
        return DirectoryFacts(left.name, failure_code=failure.code, failure=failure.sentence)


def belongings(project: Project) -> tuple[str, ...]:
    """Names and addresses of the servers that mailboxes and shares are moved away from, as far as DNS may know them."""
    left = [*(one.source.server for one in project.mailboxes), *(one.source.server for one in project.shares)]
    doors = (door_of(project.server(name)) for name in left)
    return tuple(sorted({door.host for door in doors if door is not None} - LOOPBACK))


def _resolver(addresses: Sequence[str]) -> dns.resolver.Resolver:
    """Of these servers, or of this machine's own; one without any answers nothing."""
    if not addresses:
        try:
            return dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            return dns.resolver.Resolver(configure=False)
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(*split_address(one)) for one in addresses]
    return resolver


def _archived(migration: Migration) -> int:
    """What archives and PST files of earlier passes take; exports of a file per message are too many to look at."""
    files = (path for pattern in ("archives/*", "exports/*/pst/*") for path in migration.workspace.glob(pattern))
    return sum(path.stat().st_size for path in files if path.is_file())
