"""The accounts of one machine as a directory. There are no licences in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.port import Account, Capabilities, Licence, Organisation, Seen
from skyflytt.directory.ssh.commands import commands_of
from skyflytt.directory.ssh.running import Commands
from skyflytt.errors.accounts import CommandMissing
from skyflytt.errors.directory import AccountNotFound, ActivityNotTold, ChangeNotSeen, LicenceRefused
from skyflytt.files.sftp.connect import signed_in
from skyflytt.project.servers import SftpServer
from skyflytt.project.servers.ssh_accounts import AccountCommands, Listing, SshAccountsServer


@dataclass(frozen=True, slots=True)
class _Listed:
    """`login` is the name as the machine writes it: Anna and anna may be two."""

    key: str
    login: str
    name: str


def capabilities(*, seen: bool, delete: bool) -> Capabilities:
    """What a server can do for which the project file has these commands."""
    return Capabilities("ssh-accounts", licences=False, reclaims=False, activity=seen, deletes_accounts=delete)


class SshAccounts:
    """`Directory` over an SSH connection. An account is called by its key or its name."""

    def __init__(self, running: Commands, commands: AccountCommands, close: contextlib.ExitStack) -> None:
        self._running = running
        self._commands = commands
        self._close = close

    @property
    def capabilities(self) -> Capabilities:
        return capabilities(seen=self._commands.seen is not None, delete=self._commands.delete is not None)

    def close(self) -> None:
        self._close.close()

    def organisation(self) -> Organisation:
        return Organisation(self._running.name, self._running.name.rpartition(":")[0])

    def accounts(self) -> Iterator[Account]:
        locked, able = self._logins(self._commands.locked), self._logins(self._commands.administrators)
        last = self._last_seen()
        for one in self._listed():
            yield Account(
                one.key,
                one.login.lower(),
                one.name,
                one.login not in locked,
                administrator=one.login in able,
                last_active=last.get(one.login),
            )

    def licences(self) -> Iterator[Licence]:
        return iter(())

    def activity(self, since: datetime) -> Iterator[Seen]:
        if self._commands.seen is None:
            raise ActivityNotTold(self._running.name, "no command for it is named in `commands`")
        keys = {one.login: one.key for one in self._listed()}
        for row in self._running.rows(self._commands.seen):
            at = instant(row.get("at", ""))
            if at is not None and at >= since and row["account"] in keys:
                yield Seen(at, Activity.APP_SIGN_IN, keys[row["account"]])

    def assign(self, licence: str, account: str) -> None:
        raise LicenceRefused(f"{licence} of {account}", "the accounts of a machine hold no licences")

    def reclaim(self, licence: str, account: str) -> None:
        raise LicenceRefused(f"{licence} of {account}", "the accounts of a machine hold no licences")

    def lock(self, account: str) -> None:
        """Nobody signs in to it any more; all it has stays. One that is locked is no error. Raises `AccountNotFound`, `ChangeNotSeen`."""
        self._bar("lock", account, barred=True)

    def unlock(self, account: str) -> None:
        """Its owner may sign in again, with what let in before."""
        self._bar("unlock", account, barred=False)

    def delete_account(self, account: str) -> None:
        if self._commands.delete is None:
            raise CommandMissing(self._running.name, "`delete` is not named")
        found = self._find(account)
        if found is None:
            return
        self._running.act(self._commands.delete, found.login)
        if any(one.key == found.key for one in self._listed()):
            raise ChangeNotSeen(f"{account} at {self._running.name}", "it is still listed")

    def _bar(self, act: Literal["lock", "unlock"], account: str, *, barred: bool) -> None:
        acting = getattr(self._commands, act)
        if acting is None:
            raise CommandMissing(self._running.name, f"`{act}` is not named")
        found = self._find(account)
        if found is None or not self._running.act(acting, found.login):
            raise AccountNotFound(account, f"{self._running.name} does not list it")
        if self._commands.locked is not None and (found.login in self._logins(self._commands.locked)) is not barred:
            raise ChangeNotSeen(f"{account} at {self._running.name}", f"after `{act}` it is as it was")

    def _find(self, account: str) -> _Listed | None:
        """Only what the machine itself lists is ever put into a command."""
        listed = list(self._listed())
        exactly = (one for one in listed if account in (one.key, one.login))
        nearly = [one for one in listed if one.login.lower() == account.lower()]
        return next(exactly, nearly[0] if len(nearly) == 1 else None)

    def _listed(self) -> Iterator[_Listed]:
        given: set[str] = set()
        for row in self._running.rows(self._commands.accounts):
            login = row["account"]
            key = row.get("key") or login
            # What looks like an option of a command is no account's name.
            if key not in given and not login.startswith("-"):
                given.add(key)
                yield _Listed(key, login, row.get("name", ""))

    def _logins(self, listing: Listing | None) -> frozenset[str]:
        return frozenset(row["account"] for row in self._running.rows(listing)) if listing else frozenset()

    def _last_seen(self) -> dict[str, datetime]:
        last: dict[str, datetime] = {}
        for row in self._running.rows(self._commands.seen) if self._commands.seen else ():
            name, at = row["account"], instant(row.get("at", ""))
            if at is not None and (name not in last or at > last[name]):
                last[name] = at
        return last


def instant(text: str) -> datetime | None:
    """Seconds since 1970, or ISO 8601; without an offset, UTC. None for what is neither."""
    try:
        found = (
            datetime.fromtimestamp(float(text), UTC)
            if text.replace(".", "", 1).isdigit()
            else datetime.fromisoformat(text)
        )
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def open_ssh_accounts(server: SshAccountsServer, secret: str | None) -> SshAccounts:
    """Signed in, host key checked. Close it. Raises failures of `skyflytt.errors.connection`."""
    fields = {"host", "port", "user", "known_hosts", "key_file", "agent"}
    reached = SftpServer.model_validate({"kind": "sftp", **server.model_dump(include=fields)})
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(signed_in(reached, secret))
        running = Commands(client, f"{server.host}:{server.port}", server.sudo)
        return SshAccounts(running, commands_of(server), stack.pop_all())
    raise AssertionError("an exit stack never swallows")
