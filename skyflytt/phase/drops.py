"""Open a project's drop, fill it, let the customer in, close it and prove that it is closed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from skyflytt.drop.accounts import Accounts
from skyflytt.drop.embedded_accounts import EmbeddedAccounts
from skyflytt.drop.lifecycle import DropWork, Opened, close_drop, fill, open_drop, prove_closed, renew_secret
from skyflytt.drop.presigned_index import open_presigned_index
from skyflytt.errors.drop import DropAccountsElsewhere
from skyflytt.files.crew import Pair
from skyflytt.files.ftps import open_ftps
from skyflytt.files.paced import paced
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import open_s3
from skyflytt.ledger.passes import Account
from skyflytt.phase.drop_contents import drop_contents
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import connections, line_limiter
from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import FtpsServer, S3Server

OPERATOR = "operator"
ACTOR = "skyflytt"


@dataclass(frozen=True, slots=True)
class DropOpened:
    """`secret_file` (mode 0600) holds what the customer signs in with, to be handed over by another way than mail."""

    account: Account
    opened: Opened
    secret_file: Path


def fill_and_open(migration: Migration, name: str, progress: Callable[[int, int], None]) -> DropOpened:
    """Fill the drop, write its manifest and pages, and open it from now on for the days that the project says."""
    with _work(migration, name) as work, drop_contents(migration, migration.project.drop(name)) as contents:
        account = fill(
            work,
            contents,
            progress,
            lambda: _one_more(migration, name),
            connections(migration, *_servers(migration, name)),
        )
        opened = open_drop(work)
        secret_file = secret_file_of(migration, name)
        if opened.secret is None and not secret_file.exists():
            # Killed after the account was made and before its secret was kept: nobody knows that secret.
            opened = renew_secret(work)
        if opened.secret is not None:
            _keep(secret_file, opened.secret)
        return DropOpened(account, opened, secret_file)


def close_and_prove(migration: Migration, name: str) -> str:
    """End all access for good and show that the customer's credentials are refused; the proof (JSON text)."""
    with _work(migration, name) as work:
        close_drop(work)
        secret_file = secret_file_of(migration, name)
        secret = secret_file.read_text() if secret_file.exists() else None
        proof = prove_closed(work, secret)
        secret_file.unlink(missing_ok=True)
        return proof


def secret_file_of(migration: Migration, name: str) -> Path:
    """Where the customer's secret is kept until the drop is closed."""
    return migration.folder("handover") / f"{name}.secret"


@contextmanager
def _work(migration: Migration, name: str) -> Iterator[DropWork]:
    server_name = migration.project.drop(name).server
    server = migration.project.server(server_name)
    secret = migration.secrets.get(server_key(server_name))
    if isinstance(server, FtpsServer):
        if server.accounts_dir is None:
            raise DropAccountsElsewhere(server_name, "the project file names no accounts_dir")
        keeper = EmbeddedAccounts(Accounts(server.accounts_dir), server, migration.clock)
        with _store(migration, server, secret) as store:
            yield DropWork(migration.ledger, migration.project, name, store, keeper, ACTOR)
    elif isinstance(server, S3Server):
        with (
            _store(migration, server, secret) as bucket,
            open_presigned_index(server, secret, migration.clock) as index,
        ):
            yield DropWork(migration.ledger, migration.project, name, bucket, index, ACTOR)
    else:
        raise TypeError(f"{server_name} holds no drops")


def _store(migration: Migration, server: FtpsServer | S3Server, secret: str) -> AbstractContextManager[FileStore]:
    opened = open_s3(server, secret) if isinstance(server, S3Server) else open_ftps(server, secret, user=OPERATOR)
    return paced(opened, line_limiter(migration))


@contextmanager
def _one_more(migration: Migration, name: str) -> Iterator[Pair]:
    """The contents and the drop's store, over connections of their own."""
    drop = migration.project.drop(name)
    server = migration.project.server(drop.server)
    if not isinstance(server, FtpsServer | S3Server):
        raise TypeError(f"{drop.server} holds no drops")
    secret = migration.secrets.get(server_key(drop.server))
    with drop_contents(migration, drop) as contents, _store(migration, server, secret) as store:
        yield contents, store


def _servers(migration: Migration, name: str) -> Iterator[str]:
    """Those that one more connection of a drop's filling opens one more to."""
    drop = migration.project.drop(name)
    yield drop.server
    if "shares" in drop.contents:
        yield from (share.source.server for share in migration.project.shares)
    if "applications" in drop.contents:
        backups = (one.backup for one in migration.project.applications if one.backup is not None)
        yield from (migration.project.share(backup.share).source.server for backup in backups)


def _keep(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
