"""Signing in to Dropbox: whose token it is, as whom it acts, and which space its paths begin at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import urlsplit

import dropbox
from dropbox import common, team

from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.dropbox import DropboxMemberUnknown, DropboxSpaceRefused, DropboxTeamWrong
from skyflytt.files.dropbox.failures import failures
from skyflytt.files.dropbox.session import Session
from skyflytt.patience import Patience

TIMEOUT_S = 60
WITHOUT_WORD_S = 2.0
"""The first wait where Dropbox names no time; doubled each time."""
T = TypeVar("T")


class DropboxSettings(Protocol):
    """`skyflytt.project.servers.DropboxServer`."""

    @property
    def auth(self) -> Literal["refresh", "token"]: ...
    @property
    def app_key(self) -> str | None: ...
    @property
    def team(self) -> str | None: ...
    @property
    def member(self) -> str | None: ...
    @property
    def acts_as(self) -> Literal["member", "admin"]: ...
    @property
    def space(self) -> Literal["home", "team"]: ...
    @property
    def root(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def ca_file(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class Calls:
    """One client. `server` is what failures call it; `account` is whom it acts as."""

    client: Any
    server: str
    account: str = ""
    patience: Patience = field(default_factory=Patience)

    def ask(self, item: str, act: Callable[[Any], T]) -> T:
        """The answer of one call; `item` is the path that it is about."""
        with failures(item, self.server):
            return act(self.client)

    def wait_and_ask(self, item: str, act: Callable[[Any], T]) -> T:
        """The same, where Dropbox's asks to wait are obeyed: for what may be asked again. Raises `ServerBusy` when it goes on too long."""
        attempt = 0
        while True:
            try:
                return self.ask(item, act)
            except ServerBusy as busy:
                attempt += 1
                wait = busy.retry_after_s if busy.retry_after_s is not None else WITHOUT_WORD_S * 2 ** (attempt - 1)
                if not self.patience.waits(wait, attempt):
                    raise
                self.patience.wait(self.server, wait)


@contextmanager
def signed_in(server: DropboxSettings, secret: str, patience: Patience | None = None) -> Iterator[Calls]:
    """A client that acts as the settings say. Raises what `failures` does, `DropboxTeamWrong`, `DropboxSpaceRefused`."""
    with clients(server, secret, patience) as (calls, of_team):
        client = _as_member(server, of_team) if of_team is not None else calls.client
        acting = Calls(client, calls.server, patience=calls.patience)
        account = acting.wait_and_ask("the account", lambda one: one.users_get_current_account())
        check_team(server, acting.server, account.team.id if account.team is not None else "")
        yield Calls(_rooted(server, acting, account.root_info), acting.server, account.email, calls.patience)


@contextmanager
def clients(
    server: DropboxSettings, secret: str, patience: Patience | None = None
) -> Iterator[tuple[Calls, Calls | None]]:
    """The token by itself, for what is asked of a person's or of a team's; the second is None unless `member` is set."""
    session = Session(server.ca_file, server.url)
    try:
        options: dict[str, Any] = {
            "session": session,
            "timeout": TIMEOUT_S,
            # How long is waited, and for what, is decided here: the package would sleep on its own.
            "max_retries_on_error": 0,
            "max_retries_on_rate_limit": 0,
            "user_agent": "skyflytt",
            "app_key": server.app_key,
        }
        options["oauth2_refresh_token" if server.auth == "refresh" else "oauth2_access_token"] = secret
        name, waits = named(server), patience or Patience()
        with failures("the sign-in", name):
            one = dropbox.DropboxTeam(**options) if server.member else dropbox.Dropbox(**options)
            one.check_and_refresh_access_token()
        calls = Calls(one, name, patience=waits)
        yield calls, calls if server.member else None
    finally:
        session.close()


def named(server: DropboxSettings) -> str:
    """What failures call it."""
    host = urlsplit(server.url).netloc if server.url else "Dropbox"
    return f"{host}, {server.member}" if server.member else host


def _as_member(server: DropboxSettings, of_team: Calls) -> Any:
    member = server.member or ""
    check_team(server, of_team.server, of_team.wait_and_ask("the team", lambda one: one.team_get_info()).team_id)
    if not member.startswith("dbmid:"):
        member = member_id(of_team, member)
    return of_team.client.as_admin(member) if server.acts_as == "admin" else of_team.client.as_user(member)


def member_id(of_team: Calls, address: str) -> str:
    """The team member id of an address. Raises `DropboxMemberUnknown`."""
    selector = team.UserSelectorArg.email(address)
    found = of_team.wait_and_ask(address, lambda one: one.team_members_get_info_v2([selector])).members_info
    for one in found:
        if one.is_member_info():
            profile = one.get_member_info().profile
            if profile.status.is_active():
                return str(profile.team_member_id)
            raise DropboxMemberUnknown(address, f"the member is {profile.status._tag}")
    raise DropboxMemberUnknown(address, "nobody in the team has this address")


def check_team(server: DropboxSettings, name: str, found: str) -> None:
    """Raises `DropboxTeamWrong`."""
    if server.team is not None and found != server.team:
        raise DropboxTeamWrong(name, f"{found or 'no team'} instead of {server.team}")


def _rooted(server: DropboxSettings, acting: Calls, roots: Any) -> Any:
    """Paths begin at the member's own folder unless the header says otherwise (Path Root Header Modes)."""
    if server.space == "home":
        return acting.client
    if roots.root_namespace_id == roots.home_namespace_id:
        raise DropboxSpaceRefused(acting.server, "the account has no team space")
    return acting.client.with_path_root(common.PathRoot.root(roots.root_namespace_id))
