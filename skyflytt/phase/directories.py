"""A project's directories: opened, counted, given back; what they tell of activity, and of what is left after the deletion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from skyflytt.deadline.countdown import CountState
from skyflytt.decommission.absence import AbsenceCheck
from skyflytt.directory.absence import licences_left, no_directory, not_measured
from skyflytt.directory.activity import heed_activity, running
from skyflytt.directory.erase import Deletable, Organisation
from skyflytt.directory.exchange import open_exchange
from skyflytt.directory.licences import LicenceLedger
from skyflytt.directory.microsoft365 import open_microsoft365
from skyflytt.directory.port import Directory
from skyflytt.directory.ssh import open_ssh_accounts
from skyflytt.directory.standing import heed_standing, look
from skyflytt.directory.webex import open_webex
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import OrganisationNotFound
from skyflytt.ledger import journal
from skyflytt.ledger.schema import journal as table
from skyflytt.patience import Patience
from skyflytt.phase.migration import Migration
from skyflytt.project.directories import DirectoryLeft
from skyflytt.project.secret_keys import server_key
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import ExchangePowershellServer, Microsoft365Server, SshAccountsServer, WebexServer

ACTOR = "skyflytt"
LOOKED = "directory-looked-at"
LOOK_EVERY = timedelta(hours=6)
"""Providers throttle who asks for everybody's activity often; the count is in days."""


def _webex(migration: Migration, name: str, server: WebexServer) -> Directory:
    return open_webex(server, _secret(migration, name), migration.clock, tell=migration.tell)


def _microsoft365(migration: Migration, name: str, server: Microsoft365Server) -> Directory:
    secret = _secret(migration, name, optional=server.auth == "certificate")
    return open_microsoft365(server, secret, Patience(tell=migration.tell))


def _exchange(migration: Migration, name: str, server: ExchangePowershellServer) -> Directory:
    secret = _secret(migration, name, optional=server.auth == "kerberos")
    return open_exchange(server, secret, Patience(tell=migration.tell))


def _ssh_accounts(migration: Migration, name: str, server: SshAccountsServer) -> Directory:
    return open_ssh_accounts(server, None if server.key_file or server.agent else _secret(migration, name))


def _secret(migration: Migration, name: str, *, optional: bool = False) -> str:
    try:
        return migration.secrets.get(server_key(name))
    except SecretMissing:
        if optional:
            return ""
        raise


OPENERS: Mapping[str, Callable[[Migration, str, Any], Directory]] = {
    "webex": _webex,
    "microsoft365": _microsoft365,
    "exchange-powershell": _exchange,
    "ssh-accounts": _ssh_accounts,
}
"""Of each kind of server, how its directory is opened: the migration, the server's name, its settings."""


@contextmanager
def open_directory(migration: Migration, left: DirectoryLeft) -> Iterator[Directory]:
    server = migration.project.server(left.server)
    with closing(OPENERS[server.kind](migration, left.server, server)) as directory:
        yield directory


@contextmanager
def open_for_erasure(migration: Migration, left: DirectoryLeft) -> Iterator[Deletable]:
    """For the deletion of the organisation alone, behind its interlock; the capabilities say whether it can be made."""
    with open_directory(migration, left) as directory:
        yield directory  # type: ignore[misc]


def book(migration: Migration, left: DirectoryLeft, by: str = ACTOR) -> LicenceLedger:
    """The directory's pages of the licence ledger."""
    return LicenceLedger(migration.ledger, migration.name, left.name, by)


def organisation(migration: Migration, left: DirectoryLeft, by: str = ACTOR) -> Organisation:
    return Organisation(migration.ledger, migration.name, left.counted_as, migration.project.zone, by)


def heed_directories(migration: Migration, *, always: bool = False) -> list[str]:
    """Ask the directories whose organisations are counted down who was there; what followed, a sentence each.

    Not more often than every six hours, unless `always`. A directory that cannot be asked is a sentence too, and stops nothing.
    """
    said = []
    for left in migration.project.directories:
        if running(migration.ledger, migration.name, left.counted_as) is None or not (
            always or _is_due(migration, left)
        ):
            continue
        try:
            said += heed(migration, left)
        except Failure as failure:
            said.append(f"{left.name} could not be asked: {failure.sentence} [{failure.code}]")
    return said


def look_at(migration: Migration, name: str) -> tuple[str, bool]:
    """What is left in the directory, in a sentence, and whether nothing is: neither licences nor customers; the count follows."""
    left = migration.project.directory(name)
    if running(migration.ledger, migration.name, left.counted_as) is not None:
        heed(migration, left)
    with open_directory(migration, left) as directory:
        try:
            found = look(directory)
        except OrganisationNotFound:
            return f"{name}: the organisation is not there any more", True
    managed = (
        "it is not told whom it manages" if found.customers is None else f"{found.customers} customers are managed"
    )
    return f"{name}: {found.units} units of licences are left, {managed}", found.empty


def heed(migration: Migration, left: DirectoryLeft) -> list[str]:
    """Activity first, then what the organisation still has; a sentence for each change of its count."""
    ledger, name, zone = migration.ledger, migration.name, migration.project.zone
    journal.append(ledger, name, actor=ACTOR, action=LOOKED, subject=left.name)
    with open_directory(migration, left) as directory:
        said = [
            f"{left.counted_as}: {one.what} on {one.at.astimezone(zone):%Y-%m-%d %H:%M}, the count begins anew"
            for one in heed_activity(ledger, name, left.counted_as, directory, zone, by=ACTOR)
        ]
        try:
            found = look(directory)
        except OrganisationNotFound:
            return [
                *said,
                f"{left.counted_as} is not there any more: note who deleted it (`skyflytt countdown deleted`)",
            ]
        state = heed_standing(ledger, name, left.counted_as, found, zone, by=ACTOR)
    if state is CountState.MARKED:
        said.append(f"{left.counted_as} is marked: no licence is left, and it manages no customers")
    if state is CountState.PREVENTED:
        said.append(f"{left.counted_as} has {found.units} units of licences again: nothing is deleted")
    return said


def licences_absent(migration: Migration) -> list[AbsenceCheck]:
    """Of each directory, whether any licence is left; UNKNOWN only where none is configured, or one gave no answer."""
    directories = migration.project.directories
    if not directories:
        return [no_directory()]
    return [_absent(migration, left, f"directory {number}") for number, left in enumerate(directories, 1)]


def _absent(migration: Migration, left: DirectoryLeft, place: str) -> AbsenceCheck:
    try:
        with open_directory(migration, left) as directory:
            return licences_left(directory, place)
    except Failure as failure:
        return not_measured(place, failure)


def _is_due(migration: Migration, left: DirectoryLeft) -> bool:
    told = (table.c.project == migration.name) & (table.c.action == LOOKED) & (table.c.subject == left.name)
    with migration.ledger.reading() as connection:
        last = connection.execute(select(func.max(table.c.at)).where(told)).scalar_one()
    return last is None or migration.clock.now() - last >= LOOK_EVERY
