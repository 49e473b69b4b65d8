"""Tokens: refresh tokens give access tokens that end (https://developers.dropbox.com/oauth-guide), which act as a person or a team."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.dropbox.answers import Refused, unauthorized
from skyflytt.sandbox.servers.dropbox.settings import Account, Token


@dataclass(slots=True)
class Access:
    token: Token
    ends: datetime | None


def revoked(*, refresh: bool) -> Refused:
    """What is answered to a token that was taken back, or never was one."""
    if refresh:
        return Refused(400, {"error": "invalid_grant", "error_description": "refresh token is invalid or revoked"})
    return unauthorized("invalid_access_token")


class Tokens:
    """`values` has the secrets by the keys of the settings."""

    def __init__(self, account: Account, values: dict[str, str], clock: Clock) -> None:
        self._account, self._clock = account, clock
        self._refresh = {values[one.key]: one for one in account.tokens if one.kind == "refresh"}
        self._access = {values[one.key]: Access(one, None) for one in account.tokens if one.kind == "access"}

    def token(self, form: dict[str, str]) -> dict[str, object]:
        """The token endpoint's answer to a refresh token. Of errors, the form of RFC 6749, section 5.2."""
        if form.get("client_id") != self._account.app_key:
            raise Refused(400, {"error": "invalid_client", "error_description": "invalid_client: Invalid client_id"})
        if form.get("grant_type") == "authorization_code":
            return self._first(form)
        one = self._refresh.get(form.get("refresh_token", ""))
        if form.get("grant_type") != "refresh_token" or one is None:
            raise revoked(refresh=True)
        value = f"sl.{secrets.token_urlsafe(24)}"
        self._access[value] = Access(one, self._clock.now() + timedelta(seconds=self._account.token_life_s))
        return {"access_token": value, "token_type": "bearer", "expires_in": self._account.token_life_s}

    def _first(self, form: dict[str, str]) -> dict[str, object]:
        """The code that a browser would have shown is `code-` and the key of a refresh token; with PKCE, a verifier comes with it."""
        found = {f"code-{one.key}": (value, one) for value, one in self._refresh.items()}.get(form.get("code", ""))
        if found is None or not form.get("code_verifier"):
            raise Refused(400, {"error": "invalid_grant", "error_description": "code doesn't exist or has expired"})
        value, one = found
        told = {
            "access_token": "sl.unused",
            "token_type": "bearer",
            "expires_in": 14_400,
            "uid": "1",
            "scope": " ".join(one.scopes),
        }
        whose = {"team_id": self._account.team} if one.of == "team" else {"account_id": f"dbid:{one.key}"}
        return {**told, **whose, "refresh_token": value}

    def whose(self, authorization: str, scope: str) -> Token:
        """Raises `Refused` (401)."""
        found = self._access.get(authorization.removeprefix("Bearer "))
        if found is None:
            raise revoked(refresh=False)
        if found.ends is not None and self._clock.now() >= found.ends:
            raise unauthorized("expired_access_token")
        if scope and scope not in found.token.scopes:
            raise unauthorized("missing_scope", required_scope=scope)
        return found.token

    def end_all(self) -> None:
        for one in self._access.values():
            one.ends = self._clock.now()
