"""Whether an application may do something at Microsoft Graph: it is asked for, and the refusal is read.

Tokens name what they allow, but Microsoft says that they are opaque to those who carry them
(https://learn.microsoft.com/entra/identity-platform/access-tokens), so none is looked into.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from skyflytt.directory.microsoft365.failures import NOT_PREMIUM
from skyflytt.errors.base import Failure
from skyflytt.errors.graph import ConsentMissing
from skyflytt.errors.sharepoint import LibraryReadOnly
from skyflytt.graph import GraphClient, Refused
from skyflytt.graph.permissions import GraphPermission
from skyflytt.graph.refusal import parsed
from skyflytt.mail.graph.errors import of_mailbox
from skyflytt.readiness.finding import Finding, State, fine, of_failure
from skyflytt.readiness.permissions import click_for

PLACE = re.compile(r"\{(\w+)\}")
READ_ONLY = re.compile(r"read.?only|locked|archived", re.IGNORECASE)
"""In the words of a 403: everybody is kept from writing, and not this application alone."""
FORBIDDEN, LOCKED = 403, 423


class Places:
    """What the placeholders of requests stand for, each looked for when it is first needed. What is not there, is told once."""

    def __init__(self, finding: Mapping[str, Callable[[], str]]) -> None:
        self._finding = finding
        self._found: dict[str, str | Failure] = {}
        self._told: set[str] = set()

    def has(self, path: str) -> bool:
        return all(name in self._finding for name in PLACE.findall(path))

    def filled(self, path: str) -> str | None:
        """None where something is missing that was told before. Raises the `Failure` of what is missing now."""
        for name in PLACE.findall(path):
            found = self._place(name)
            if isinstance(found, str):
                path = path.replace(f"{{{name}}}", found)
            elif name in self._told:
                return None
            else:
                self._told.add(name)
                raise found
        return path

    def _place(self, name: str) -> str | Failure:
        if name not in self._found:
            try:
                self._found[name] = self._finding[name]()
            except Failure as failure:
                self._found[name] = failure
        return self._found[name]


@dataclass(frozen=True, slots=True)
class Asking:
    """One sign-in. `auth` and `application` are the settings'; `user` is the mailbox that requests about mailboxes are for."""

    client: GraphClient
    places: Places
    auth: str
    application: str
    user: str = ""

    def about(self, one: GraphPermission) -> Finding:
        """Whether the permission is there."""
        name = one.called(self.auth)
        try:
            path = self.places.filled(one.ask.path)
            if path is None:
                return Finding(State.NOT_ASKED, name, "it can only be asked for when what is missing above is there")
            refused = _refusal(self.client, one, path)
            failure = None if refused is None else _failure(refused, one, name, self.client.host, self.user)
        except ConsentMissing as consent:
            failure = consent
        except Failure as other:
            return of_failure(name, other, click_for(other.code))
        if failure is None:
            return fine(name, f"allowed, for {one.what_for}")
        if isinstance(failure, ConsentMissing):
            return _missing(one, name, failure, add(name, self.auth, self.application))
        return of_failure(name, failure, click_for(failure.code))


def _refusal(client: GraphClient, one: GraphPermission, path: str) -> Refused | None:
    """None where it is allowed, whatever else is wrong with what was asked for: it is about nothing that there is."""
    try:
        answer = client.request(one.ask.method, path, body=one.ask.body, again=True)
    except Refused as refused:
        return refused if refused.status in (FORBIDDEN, LOCKED) else None
    if one.ask.gives_up:
        _give_up(client, parsed(answer.content), one.ask.gives_up)
    return None


def _give_up(client: GraphClient, answer: Any, name: str) -> None:
    """What was begun ends by itself too, a little later; its address is a secret, and is told nowhere."""
    address = answer.get(name) if isinstance(answer, dict) else None
    if isinstance(address, str):
        with suppress(httpx.HTTPError, httpx.InvalidURL):
            client.signed_in_advance.delete(address)


def _failure(refused: Refused, one: GraphPermission, name: str, host: str, user: str) -> Failure | None:
    if (
        "{drive}" in one.ask.path
        and one.ask.method != "GET"
        and (refused.status == LOCKED or READ_ONLY.search(f"{refused.code} {refused.words}"))
    ):
        return LibraryReadOnly("of this server", str(refused))
    if refused.code in NOT_PREMIUM:
        return ConsentMissing(f"{name}, as the tenant's contract has no Entra ID P1", str(refused))
    if {"mailbox", "user"} & set(PLACE.findall(one.ask.path)):
        return of_mailbox(refused, host, user, name)
    return ConsentMissing(name, str(refused))


def _missing(one: GraphPermission, name: str, failure: ConsentMissing, click: str) -> Finding:
    if one.optional:
        means = f"the application does not have it, so {one.optional} ({failure.detail})"
        return Finding(State.NOTE, name, means, click, failure.code, one.documentation)
    means = f"the application does not have it, and it is needed for {one.what_for} ({failure.detail})"
    return Finding(State.MISSING, name, means, click, failure.code, one.documentation)


def add(name: str, auth: str, application: str) -> str:
    kind = "Delegated permissions" if auth == "device-code" else "Application permissions"
    return (
        f"Entra admin center → App registrations → {application} → API permissions → Add a permission → Microsoft Graph → {kind} → "
        f"{name} → Add permissions; then (or where it is listed already) Grant admin consent"
    )
