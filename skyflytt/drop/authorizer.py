"""Who is let in to the drop, and for how long: the accounts and the clock are asked at every sign-in and every command."""

from __future__ import annotations

from typing import Any

from pyftpdlib.exceptions import AuthenticationFailed

from skyflytt.deadline.clock import Clock
from skyflytt.drop.accounts import Accounts, DropAccount, Permission, SecretHash
from skyflytt.drop.server_settings import DropServerSettings

PERMISSIONS = {Permission.OPERATOR: "elradfmwT", Permission.CUSTOMER: "elr"}


class DropAuthorizer:
    """pyftpdlib's authorizer over `Accounts`: asks the account's file and the clock every time."""

    def __init__(self, accounts: Accounts, clock: Clock, settings: DropServerSettings) -> None:
        self._accounts = accounts
        self._clock = clock
        self._settings = settings
        self._nobody = SecretHash.of("")

    def refusal(self, name: str) -> str | None:
        """Why the account may not be here, or None. What cannot be read is closed."""
        try:
            return self._accounts.get(name).refusal(self._clock.now())
        except KeyError:
            return "the account no longer exists"
        except (OSError, ValueError) as unreadable:
            return f"the account or the clock cannot be read ({type(unreadable).__name__})"

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        """The client learns only that it failed; the access log says why."""
        reason = self._why_not(username, password)
        if reason is None:
            return
        handler.drop_log.write("login-failed", username, handler.remote_ip, reason=reason)
        raise AuthenticationFailed("Authentication failed.")

    def _why_not(self, name: str, password: str) -> str | None:
        try:
            account = self._accounts.get(name)
        except KeyError:
            self._nobody.matches(password)  # takes as long as for a name that exists
            return "no such account"
        except (OSError, ValueError):
            return self.refusal(name)
        try:
            now = self._clock.now()
        except (OSError, ValueError):
            return self.refusal(name)
        failures = self._accounts.failures(name)
        if failures.locked_until is not None and now < failures.locked_until:
            return f"locked until {failures.locked_until.isoformat()} after too many failed logins"
        if not account.secret.matches(password):
            counted = self._accounts.login_failed(
                name, now, allowed=self._settings.failed_logins_allowed, lock=self._settings.lock
            )
            return "wrong secret" + (", account locked" if counted.locked_until else "")
        if failures.count or failures.locked_until:
            self._accounts.record_failures(name, type(failures)())
        return account.refusal(now)

    def _account(self, username: str) -> DropAccount:
        return self._accounts.get(username)

    def has_user(self, username: str) -> bool:
        return username in self._accounts.names()

    def get_home_dir(self, username: str) -> str:
        return str(self._accounts.home_of(self._account(username)).resolve())

    def get_perms(self, username: str) -> str:
        return PERMISSIONS[self._account(username).permission]

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:  # noqa: ARG002
        return self.refusal(username) is None and perm in self.get_perms(username)

    def get_msg_login(self, username: str) -> str:
        closes = self._account(username).closes
        return "Welcome." if closes is None else f"Welcome. Open until {closes.isoformat()}."

    def get_msg_quit(self, username: str) -> str:  # noqa: ARG002
        return "Goodbye."

    def impersonate_user(self, username: str, password: str) -> None:
        """All files belong to the server's own user."""

    def terminate_impersonation(self, username: str) -> None:
        """See impersonate_user."""
