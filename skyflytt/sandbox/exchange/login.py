"""Who is asking: Basic (RFC 7617) and bearer tokens (RFC 6750) that this server gave out itself."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets as randomness
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.exchange.failing import Unauthorized
from skyflytt.sandbox.exchange.settings import Account, Settings


class Logins:
    """The accounts with their passwords, and the tokens that are still good. Passwords are read anew each time: they may be changed."""

    def __init__(self, settings: Settings, secrets_file: Path, clock: Clock) -> None:
        self._settings = settings
        self._secrets_file = secrets_file
        self._clock = clock
        self._tokens: dict[str, tuple[Account, datetime]] = {}

    def account(self, authorization: str) -> Account:
        """The account that an Authorization header proves. Raises `Unauthorized`."""
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "basic" and self._settings.basic:
            return self._basic(credentials.strip())
        if scheme.lower() == "bearer" and self._settings.bearer:
            return self._bearer(credentials.strip())
        raise Unauthorized

    def token(self, login: str, secret: str) -> dict[str, Any]:
        """The answer to a token request (RFC 6749 §4.3, §4.4). Raises `Unauthorized`."""
        account = self._known(login, secret)
        token = randomness.token_urlsafe(32)
        lasting = self._settings.token_seconds
        self._tokens[token] = account, self._clock.now() + timedelta(seconds=lasting)
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(lasting)}

    def challenges(self) -> list[str]:
        offered = ['Basic realm="localhost"'] if self._settings.basic else []
        return offered + (['Bearer client_id="00000002-0000-0ff1-ce00-000000000000"'] if self._settings.bearer else [])

    def _basic(self, credentials: str) -> Account:
        try:
            raw = base64.b64decode(credentials, validate=True)
        except binascii.Error as error:
            raise Unauthorized from error
        try:
            login, _, password = raw.decode().partition(":")
        except UnicodeDecodeError:
            # Clients disagree on the charset, which RFC 7617 §2.1 left open for long.
            login, _, password = raw.decode("latin-1").partition(":")
        return self._known(login, password)

    def _bearer(self, token: str) -> Account:
        account, until = self._tokens.get(token, (None, None))
        if account is None or until is None or until <= self._clock.now():
            raise Unauthorized
        return account

    def _known(self, login: str, password: str) -> Account:
        passwords = json.loads(self._secrets_file.read_text(encoding="utf-8"))
        for account in self._settings.accounts:
            known = passwords.get(account.secret)
            same = isinstance(known, str) and hmac.compare_digest(known.encode(), password.encode())
            if account.login.lower() == login.lower() and same:
                return account
        raise Unauthorized
