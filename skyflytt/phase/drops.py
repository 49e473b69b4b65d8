"""Open a project's drop, fill it, let the customer in, extend it, see who came, close it, prove that, and erase what it held."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skyflytt.drop.accounts import Accounts
from skyflytt.drop.embedded_accounts import EmbeddedAccounts
from skyflytt.drop.keeper import AccountKeeper
from skyflytt.drop.lifecycle import (
    DropState,
    DropStatus,
    DropWork,
    Opened,
    close_drop,
    drop_rows,
    drop_status,
    erase_contents,
    extend,
    fill,
    later_end,
    lost_files,
    open_drop,
    prove_closed,
    put_back,
    renew_secret,
)
from skyflytt.drop.remote.accounts import open_remote_accounts, over_ssh
from skyflytt.drop.s3.opening import open_s3_keeper
from skyflytt.errors.drop import DropAccountsElsewhere
from skyflytt.files.crew import Pair
from skyflytt.files.ftps import open_ftps
from skyflytt.files.paced import paced
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import open_s3
from skyflytt.files.sftp import open_sftp
from skyflytt.ledger.passes import Account
from skyflytt.phase.drop_contents import archives_of, drop_contents, keep_secret, one_more_of, passphrase_file_of
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import connections, line_limiter
from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import FtpsServer, S3Server

OPERATOR = "operator"
ACTOR = "skyflytt"


@dataclass(frozen=True, slots=True)
class DropOpened:
    """`secret_file` (mode 0600) holds what the customer signs in with, to be handed over by another way than mail.

    `passphrase_file` is that of an encrypted drop's archives, to be handed over by yet another; None where it is not encrypted.
    `put_back` counts the files that the open drop had lost at its place.
    """

    account: Account
    opened: Opened
    secret_file: Path
    passphrase_file: Path | None = None
    put_back: int = 0


def fill_and_open(
    migration: Migration,
    name: str,
    progress: Callable[[int, int], None],
    until: datetime | None = None,
    *,
    beyond_by: str | None = None,
) -> DropOpened:
    """Fill the drop, write its manifest and pages, and open it from now on for the days that the project says, or until `until`.

    Called again for an open drop, it makes sure that everything is there, and puts back what is not.
    """
    with _work(migration, name) as work, _contents(migration, name) as contents:
        account = fill(
            work,
            contents,
            progress,
            lambda: _one_more(migration, name),
            connections(migration, *_servers(migration, name)),
        )
        lost = lost_files(work)
        if lost:
            put_back(work, contents, lost)
        opened = open_drop(work, until, beyond_by=beyond_by)
        secret_file = secret_file_of(migration, name)
        # Killed after the account was made and before its secret was kept: nobody knows that secret.
        if opened.secret is None and (lost or not secret_file.exists()):
            opened = renew_secret(work)
        if opened.secret is not None:
            keep_secret(secret_file, opened.secret)
        passphrase = passphrase_file_of(migration, name)
        return DropOpened(account, opened, secret_file, passphrase if passphrase.exists() else None, len(lost))


def extend_drop(
    migration: Migration, name: str, *, days: int = 0, until: datetime | None = None, beyond_by: str | None = None
) -> Opened:
    """Keep it open for so many days more, or until `until`; the customer's new secret is kept where the place needs one."""
    with _work(migration, name) as work:
        opened = extend(work, until or later_end(work, days), beyond_by=beyond_by)
        if opened.secret is not None:
            keep_secret(secret_file_of(migration, name), opened.secret)
        return opened


def status_of(migration: Migration, name: str) -> DropStatus:
    """How it stands, and what the place's log says of who came."""
    with _work(migration, name) as work:
        return drop_status(work)


def close_and_prove(migration: Migration, name: str) -> str:
    """End all access for good and show that the customer's credentials are refused; the proof (JSON text)."""
    with _work(migration, name) as work:
        close_drop(work)
        secret_file = secret_file_of(migration, name)
        secret = secret_file.read_text() if secret_file.exists() else None
        proof = prove_closed(work, secret)
        secret_file.unlink(missing_ok=True)
        passphrase_file_of(migration, name).unlink(missing_ok=True)
        for folder in (archives_of(migration, name), migration.folder("handover", f"{name}.archives.notes")):
            shutil.rmtree(folder)
        return proof


def erase_drop(migration: Migration, name: str) -> dict[str, object]:
    """Erase what the closed drop held at its place; the record. Raises `DropNotErasable` while a condition is missing."""
    with _work(migration, name) as work:
        record: dict[str, object] = json.loads(erase_contents(work).erasure or "{}")
        return record


def secret_file_of(migration: Migration, name: str) -> Path:
    """Where the customer's secret is kept until the drop is closed."""
    return migration.folder("handover") / f"{name}.secret"


@contextmanager
def _work(migration: Migration, name: str) -> Iterator[DropWork]:
    server_name = migration.project.drop(name).server
    server = migration.project.server(server_name)
    secret = migration.secrets.get(server_key(server_name))
    if not isinstance(server, FtpsServer | S3Server):
        raise TypeError(f"{server_name} holds no drops")
    with _store(migration, server, secret) as store, _keeper(migration, server_name, server, secret) as keeper:
        yield DropWork(migration.ledger, migration.project, name, store, keeper, ACTOR)


@contextmanager
def _keeper(
    migration: Migration, server_name: str, server: FtpsServer | S3Server, secret: str
) -> Iterator[AccountKeeper]:
    if isinstance(server, S3Server):
        with open_s3_keeper(server, secret, migration.clock) as bucket:
            yield bucket
    elif server.manage is not None:
        with open_remote_accounts(server, secret, migration.clock) as remote:
            yield remote
    elif server.accounts_dir is not None:
        yield EmbeddedAccounts(Accounts(server.accounts_dir), server, migration.clock)
    else:
        raise DropAccountsElsewhere(server_name, "the project file names neither accounts_dir nor manage")


def _store(migration: Migration, server: FtpsServer | S3Server, secret: str) -> AbstractContextManager[FileStore]:
    if isinstance(server, S3Server):
        opened: AbstractContextManager[FileStore] = open_s3(server, secret)
    elif server.manage is not None:
        opened = open_sftp(over_ssh(server, server.manage), secret)
    else:
        opened = open_ftps(server, secret, user=OPERATOR)
    return paced(opened, line_limiter(migration))


def _contents(migration: Migration, name: str) -> AbstractContextManager[FileStore]:
    """Archives of a drop that is open stay the ones that were handed over, whatever became of the source."""
    row = drop_rows(migration.ledger, migration.name).get(name)
    opening = one_more_of if row is not None and row.state is DropState.OPEN else drop_contents
    return opening(migration, migration.project.drop(name))


@contextmanager
def _one_more(migration: Migration, name: str) -> Iterator[Pair]:
    """The contents and the drop's store, over connections of their own."""
    drop = migration.project.drop(name)
    server = migration.project.server(drop.server)
    if not isinstance(server, FtpsServer | S3Server):
        raise TypeError(f"{drop.server} holds no drops")
    secret = migration.secrets.get(server_key(drop.server))
    with one_more_of(migration, drop) as contents, _store(migration, server, secret) as store:
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
