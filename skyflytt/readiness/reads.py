"""A first read of whatever a project does with a server, by the same ways that the work itself will go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

from skyflytt.dns.hosts import open_host
from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted, ServerUnreachable
from skyflytt.errors.files import PathMissing
from skyflytt.notice.smtp import connected
from skyflytt.phase.directories import open_directory
from skyflytt.phase.door import door_of
from skyflytt.phase.look_at_server import look_at_server
from skyflytt.phase.mailboxes import open_to_read
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import folder_of, open_place, open_server
from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import S3Server, SmtpServer
from skyflytt.readiness.finding import Finding, State, fine, of_failure
from skyflytt.readiness.permissions import click_for
from skyflytt.readiness.uses import Role, Use

AT_ONCE = 4


def first_reads(migration: Migration, server: str, uses: Sequence[Use]) -> list[Finding]:
    """One finding for each use, in their order; a server that nothing names is looked at from outside."""
    if not uses:
        return [_unused(migration, server)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(partial(_read, migration, server), uses))


def one_of_each(uses: Iterable[Use]) -> list[Use]:
    """The first use of each role: enough where every mailbox is reached by the same sign-in."""
    return list({use.role: use for use in reversed(list(uses))}.values())[::-1]


def _read(migration: Migration, server: str, use: Use) -> Finding:
    try:
        return fine(use.words, READS[use.role](migration, server, use))
    except Failure as failure:
        return of_failure(use.words, failure, click_for(failure.code))


def _mailbox(migration: Migration, _server: str, use: Use) -> str:
    assert use.mailbox is not None
    with open_to_read(migration, use.mailbox, use.keys) as source:
        return f"{use.mailbox.login} opens, with {len(source.folders())} folders"


def _files(migration: Migration, _server: str, use: Use) -> str:
    assert use.share is not None
    folder = folder_of(use.share)
    with open_place(migration, use.share) as store:
        if folder and store.stat(folder) is None:
            if use.role is Role.FILES_TARGET:
                return f"it opens; the first pass makes the folder {folder}"
            raise PathMissing(folder, "the server has no such folder")
        next(iter(store.scan(folder)), None)
        return f"{folder or 'it'} opens and can be listed"


def _accounts(migration: Migration, _server: str, use: Use) -> str:
    with open_directory(migration, migration.project.directory(use.name)) as directory:
        return f"it is the organisation {directory.organisation().name}"


def _drop(migration: Migration, server: str, _use: Use) -> str:
    if isinstance(migration.project.server(server), S3Server):
        with open_server(migration, server) as store:
            next(iter(store.scan()), None)
        return "the bucket opens and can be listed"
    return _outside(migration, server)


def _zone(migration: Migration, _server: str, use: Use) -> str:
    domain = next(one for one in migration.project.domains if one.name == use.name)
    with closing(open_host(migration.project, domain, migration.secrets)) as host:
        return f"the zone is read, {len(host.read().sets)} sets of records"


def _sending(migration: Migration, server: str, _use: Use) -> str:
    settings = migration.project.server(server)
    assert isinstance(settings, SmtpServer)
    with connected(settings, migration.secrets.get(server_key(server)) if settings.user else None):
        return f"{'it takes the sign-in' if settings.user else 'it answers'}; no message was sent"


def _outside(migration: Migration, server: str) -> str:
    """Reached as anybody can. Raises `ServerUnreachable`, `CertificateNotTrusted`."""
    door = door_of(migration.project.server(server))
    if door is None:
        return "it is on this machine, or its address is only known after a sign-in"
    facts = look_at_server(server, door, migration.clock)
    if facts.not_trusted:
        raise CertificateNotTrusted(f"{door.host}:{door.port}", facts.not_trusted)
    if facts.unreachable:
        raise ServerUnreachable(f"{door.host}:{door.port}", facts.unreachable)
    return f"{door.host}:{door.port} answers; nobody signed in"


def _unused(migration: Migration, server: str) -> Finding:
    if isinstance(migration.project.server(server), SmtpServer):
        return _read(migration, server, Use(Role.SENDING, "notices"))
    try:
        said = _outside(migration, server)
    except Failure as failure:
        return of_failure("server", failure, click_for(failure.code))
    return Finding(State.NOTE, "server", f"nothing in the project file uses it; {said}")


READS: Mapping[Role, Callable[[Migration, str, Use], str]] = {
    Role.MAIL_SOURCE: _mailbox,
    Role.MAIL_TARGET: _mailbox,
    Role.FILES_SOURCE: _files,
    Role.FILES_TARGET: _files,
    Role.LOGS: _files,
    Role.ACCOUNTS: _accounts,
    Role.DROP: _drop,
    Role.ZONE: _zone,
    Role.SENDING: _sending,
}
