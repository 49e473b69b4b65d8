"""Dropbox: the sign-in, the team and member, and each permission of the app that the token carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.errors.base import Failure, NeedsPerson, Transient
from skyflytt.errors.dropbox import DropboxScopeMissing
from skyflytt.files.dropbox.connect import Calls, clients, signed_in
from skyflytt.patience import Patience
from skyflytt.permission import needed
from skyflytt.project.servers import DropboxServer
from skyflytt.readiness.dropbox_asks import ask
from skyflytt.readiness.finding import Finding, State, fine, of_failure
from skyflytt.readiness.permissions import DropboxScope, click_for, needed_later, permissions
from skyflytt.readiness.uses import Use

PATIENCE_S, ATTEMPTS = 30.0, 3


def check_dropbox(
    settings: DropboxServer, secret: str, uses: Sequence[Use], patience: Patience | None = None
) -> Iterator[Finding]:
    """Reads only. The first thing that keeps all others from being asked for ends it."""
    waits = patience or Patience(longest_s=PATIENCE_S, attempts=ATTEMPTS)
    roles = {use.role for use in uses}
    scopes = [one for one in permissions().dropbox if settings.member or not one.team]
    try:
        with clients(settings, secret, waits) as (_, of_team):
            asked = [one for one in needed(scopes, roles) if one.ask in ("team", "members")]
            of_the_team = [] if of_team is None else [_asked(of_team, settings, one) for one in asked]
        yield from of_the_team
        if any(one.state is State.MISSING for one in of_the_team):
            return
        with signed_in(settings, secret, waits) as calls:
            who = f"{calls.account}, {'as an administrator' if settings.acts_as == 'admin' else 'as a member'}"
            yield fine("sign-in", f"it acts for {who if settings.member else calls.account}")
            yield from _scopes(calls, settings, scopes, uses)
    except DropboxScopeMissing as missing:
        yield _missing(_named(missing, scopes), missing, settings)
    except Failure as failure:
        yield of_failure("sign-in", failure, click_for(failure.code))


def _scopes(
    calls: Calls, settings: DropboxServer, scopes: Sequence[DropboxScope], uses: Sequence[Use]
) -> Iterator[Finding]:
    roles = {use.role for use in uses}
    for one in needed(scopes, roles):
        if one.ask not in ("team", "members"):
            yield _asked(calls, settings, one)
    for one in needed_later(scopes, roles):
        found = _asked(calls, settings, one)
        if found.state is not State.FINE:
            means = f"not there, and not needed before the end, for {one.what_for}"
            yield Finding(State.NOTE, one.name, means, found.click, found.code, one.documentation)


def _asked(calls: Calls, settings: DropboxServer, one: DropboxScope) -> Finding:
    try:
        ask(calls, one.ask, settings.root)
    except DropboxScopeMissing as missing:
        return _missing(one, missing, settings)
    except Transient as busy:
        # The upload that nobody began is not known, which is as it should be.
        if busy.code.startswith("connection."):
            return of_failure(one.name, busy)
    except NeedsPerson as failure:
        return of_failure(one.name, failure, click_for(failure.code))
    except Failure:
        # There is nothing at the path that was asked for: the permission itself is there.
        pass
    return fine(one.name, f"allowed, for {one.what_for}")


def _missing(one: DropboxScope | None, missing: DropboxScopeMissing, settings: DropboxServer) -> Finding:
    if one is None:
        return of_failure("sign-in", missing)
    means = f"the token does not have it, and it is needed for {one.what_for} ({missing.detail})"
    state = State.MISSING
    if one.optional:
        state, means = State.NOTE, f"the token does not have it, so {one.optional}"
    return Finding(state, one.name, means, tick(one.name, settings), missing.code, one.documentation)


def tick(name: str, settings: DropboxServer) -> str:
    again = "run `skyflytt dropbox sign-in` again" if settings.auth == "refresh" else "make a new token"
    return (
        f"App Console → {settings.app_key or 'the app'} → Permissions → {name} → Submit; then {again}, "
        "since a token keeps the permissions that it was made with"
    )


def _named(missing: DropboxScopeMissing, scopes: Sequence[DropboxScope]) -> DropboxScope | None:
    return next((one for one in scopes if one.name in missing.detail), None)
