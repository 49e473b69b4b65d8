"""Who may be in the drop, and for how long: the accounts and the clock are asked at every command."""

from __future__ import annotations

from skyflytt.deadline.clock import Clock
from skyflytt.drop.accounts import Accounts, DropAccount, Permission

PERMISSIONS = {Permission.OPERATOR: "elradfmwT", Permission.CUSTOMER: "elr"}


class DropAuthorizer:
    """pyftpdlib's authorizer over `Accounts`; signing in is the affair of `SignIn`."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    def refusal(self, name: str) -> str | None:
        """Why the account may not be here, or None. What cannot be read is closed."""
        try:
            return self._accounts.get(name).refusal(self._clock.now())
        except KeyError:
            return "the account no longer exists"
        except (OSError, ValueError) as unreadable:
            return f"the account or the clock cannot be read ({type(unreadable).__name__})"

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
