"""Check the servers of a project, one after another: vendors' clouds permission by permission, then a first read of everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from skyflytt.deadline.clock import Clock
from skyflytt.errors.base import Failure
from skyflytt.patience import Patience
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.project.model import Project
from skyflytt.project.secret_keys import server_key
from skyflytt.project.secrets import SecretMissing, Secrets
from skyflytt.project.servers import DropboxServer, Server
from skyflytt.project.servers.graph_sign_in import GraphSignIn
from skyflytt.readiness.dropbox import check_dropbox
from skyflytt.readiness.finding import Finding, ServerCheck, State, of_failure
from skyflytt.readiness.graph import check_graph
from skyflytt.readiness.reads import first_reads, one_of_each
from skyflytt.readiness.uses import Use, uses_of


def check_servers(
    migration: Migration, names: Iterable[str] = (), patience: Patience | None = None
) -> Iterator[ServerCheck]:
    """Those of `names`, or all. Each is given as soon as it is done."""
    for name in names or migration.project.servers:
        yield check_server(migration, name, patience)


def check_server(migration: Migration, name: str, patience: Patience | None = None) -> ServerCheck:
    """Nothing is written. Whatever is missing or does not answer is a finding; `LookupError` where there is no such server."""
    server, uses = migration.project.server(name), uses_of(migration.project, name)
    findings = _findings(migration, name, server, uses, patience)
    return ServerCheck(name, server.kind, tuple(one.words for one in uses), tuple(findings))


def _findings(
    migration: Migration, name: str, server: Server, uses: Sequence[Use], patience: Patience | None
) -> list[Finding]:
    if not isinstance(server, GraphSignIn | DropboxServer):
        return first_reads(migration, name, uses)
    try:
        findings = list(_of_cloud(migration, name, server, uses, patience))
    except Failure as failure:
        return [of_failure("sign-in", failure)]
    if not uses:
        return [*findings, Finding(State.NOTE, "server", "nothing in the project file uses it")]
    if any(one.state in (State.MISSING, State.NOT_ASKED) for one in findings):
        # A read would only say once more what is missing.
        return findings
    return findings + first_reads(migration, name, one_of_each(uses))


def _of_cloud(
    migration: Migration, name: str, server: GraphSignIn | DropboxServer, uses: Sequence[Use], patience: Patience | None
) -> Iterator[Finding]:
    if isinstance(server, DropboxServer):
        return check_dropbox(server, migration.secrets.get(server_key(name)), uses, patience)
    return check_graph(server, _secret(migration.secrets, name, server), uses, patience)


def _secret(secrets: Secrets, name: str, server: GraphSignIn) -> str:
    try:
        return secrets.get(server_key(name))
    except SecretMissing:
        if server.auth == "certificate":
            return ""
        raise


@contextmanager
def open_for_check(project: Project, secrets: Secrets, clock: Clock) -> Iterator[Migration]:
    """The project without its own ledger, which stays as it is: the check's own is in a folder that goes when it ends."""
    with TemporaryDirectory(prefix="skyflytt-check-") as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.sqlite'}"
        with open_migration(project, Path(folder), secrets, clock, url) as migration:
            yield migration
