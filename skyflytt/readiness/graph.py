"""Microsoft 365: the sign-in, whose tenant it is, what the application may do, and whether every mailbox is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote

from skyflytt.errors.base import Failure
from skyflytt.errors.graph import ConsentMissing
from skyflytt.errors.mail import MailboxMissing
from skyflytt.files.sharepoint.library import drive_of, site_path
from skyflytt.graph import GraphClient, Refused
from skyflytt.graph.client import Ask, open_sign_in
from skyflytt.graph.permissions import opening
from skyflytt.mail.graph.errors import of_mailbox
from skyflytt.patience import Patience
from skyflytt.permission import needed
from skyflytt.project.servers import SharepointServer
from skyflytt.project.servers.graph_sign_in import GraphSignIn
from skyflytt.readiness.finding import Finding, State, fine, of_failure
from skyflytt.readiness.graph_asks import Asking, Places
from skyflytt.readiness.permissions import click_for, needed_later, permissions
from skyflytt.readiness.tenants import check_tenant
from skyflytt.readiness.uses import MAIL, Use

PATIENCE_S, ATTEMPTS = 30.0, 3
"""Somebody is waiting for the answer."""
LICENCE = (
    "Microsoft 365 admin center → Users → Active users → the person → Licenses and apps: a licence with Exchange Online; then wait until "
    "the mailbox is made"
)


def check_graph(
    settings: GraphSignIn, secret: str, uses: Sequence[Use], patience: Patience | None = None
) -> Iterator[Finding]:
    """Reads only. The first thing that keeps all others from being asked for ends it."""
    with open_sign_in(settings, secret) as (http, sign_in):
        try:
            sign_in.token()
        except Failure as failure:
            yield of_failure("sign-in", failure, click_for(failure.code))
            return
        yield fine("sign-in", f"the application {settings.client_id} signs in to {settings.tenant}")
        waits = patience or Patience(longest_s=PATIENCE_S, attempts=ATTEMPTS)
        client = GraphClient(http, sign_in, settings.graph_url, waits)
        logins = list(dict.fromkeys(use.mailbox.login for use in uses if use.role in MAIL and use.mailbox))
        yield from check_tenant(http, settings, _addresses(settings, logins))
        yield from _permissions(client, settings, uses, logins)
        if logins:
            yield from _mailboxes(client, logins)


def _addresses(settings: GraphSignIn, logins: Iterable[str]) -> list[str]:
    own = settings.user if isinstance(settings, SharepointServer) else None
    return [*logins, *([own] if own else [])]


def _permissions(
    client: GraphClient, settings: GraphSignIn, uses: Sequence[Use], logins: Sequence[str]
) -> Iterator[Finding]:
    roles = {use.role for use in uses}
    places, user = Places(_places(client, settings, logins)), logins[0] if logins else ""
    given = [one for one in permissions().graph if places.has(one.ask.path)]
    asking = Asking(client, places, settings.auth, settings.client_id, user)
    for one in needed(given, roles):
        yield asking.about(one)
    for one in needed_later(given, roles):
        found = asking.about(one)
        if found.state is not State.FINE:
            means = f"not there, and not needed before the end, for {one.what_for}"
            yield Finding(State.NOTE, found.about, means, found.click, found.code, one.documentation)


def _places(client: GraphClient, settings: GraphSignIn, logins: Sequence[str]) -> dict[str, Callable[[], str]]:
    found: dict[str, Callable[[], str]] = {}
    if logins:
        found["user"] = lambda: quote(logins[0], safe="@")
        found["mailbox"] = lambda: _first_mailbox(client, logins)
        found["folder"] = lambda: _first_folder(client, found["mailbox"](), logins[0])
    if isinstance(settings, SharepointServer):
        found["drive"] = lambda: f"/drives/{quote(str(drive_of(client, settings)['id']), safe='!')}"
        found["root"] = lambda: _root(client, found["drive"]())
        if settings.site is not None:
            found["site"] = lambda: site_path(settings.site or "")
    return found


def _first_mailbox(client: GraphClient, logins: Sequence[str]) -> str:
    for login in logins:
        answer = _asked(client, [login])[0]
        if isinstance(answer, str):
            return f"/admin/exchange/mailboxes/{quote(answer, safe='')}"
        if not isinstance(answer, MailboxMissing):
            raise answer
    raise MailboxMissing(logins[0], "none of the project's mailboxes is there")


def _first_folder(client: GraphClient, mailbox: str, login: str) -> str:
    path = f"{mailbox}/folders"
    try:
        page = client.get(path, {"$top": "1"})
    except Refused as refused:
        raise _meaning(refused, client.host, login, opening("GET", path)) from refused
    return next((quote(str(one["id"]), safe="") for one in client.elements(path, page)), "nobody")


def _root(client: GraphClient, drive: str) -> str:
    try:
        return quote(str(client.get(f"{drive}/root", {"$select": "id"}).get("id")), safe="!")
    except Refused as refused:
        raise ConsentMissing("reading the library", str(refused)) from refused


def _mailboxes(client: GraphClient, logins: Sequence[str]) -> Iterator[Finding]:
    """Every mailbox, twenty in a request; those that are there are one line."""
    answers = list(zip(logins, _asked(client, logins), strict=True))
    there = [login for login, answer in answers if isinstance(answer, str)]
    if there:
        yield fine("mailboxes", f"{len(there)} of {len(logins)} are there")
    for login, answer in answers:
        if isinstance(answer, MailboxMissing):
            yield of_failure(f"mailbox {login}", answer, LICENCE)
        elif isinstance(answer, Failure):
            yield of_failure(f"mailbox {login}", answer, click_for(answer.code))


def _asked(client: GraphClient, logins: Sequence[str]) -> list[str | Failure]:
    """Of each, its id in the import and export API, or why there is none."""
    asks = [Ask(f"/users/{quote(login, safe='@')}/settings/exchange") for login in logins]
    try:
        answers = client.batch(asks)
    except Failure as failure:
        return [failure] * len(logins)
    found: list[str | Failure] = []
    for login, ask, answer in zip(logins, asks, answers, strict=True):
        if isinstance(answer, Refused):
            found.append(_meaning(answer, client.host, login, opening("GET", ask.path)))
        else:
            id_ = answer.get("primaryMailboxId")
            found.append(str(id_) if id_ else MailboxMissing(login, "it has no primary mailbox at Exchange Online"))
    return found


def _meaning(refused: Refused, host: str, login: str, permission: str) -> Failure:
    return of_mailbox(refused, host, login, permission) or MailboxMissing(login, str(refused))
