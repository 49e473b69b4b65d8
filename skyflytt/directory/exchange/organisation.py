"""An Exchange on-premises, or one customer's part of a shared one, as a directory.

Licences of Exchange on-premises are bought by counting people (CALs); the server keeps none, so this directory has none either.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.exchange.failures import Reported
from skyflytt.directory.exchange.mobile_devices import MobileDevice, mobile_devices
from skyflytt.directory.exchange.objects import instant, text
from skyflytt.directory.exchange.shell import Cmdlet, ExchangeSettings, ExchangeShell, select
from skyflytt.directory.port import Account, Capabilities, Licence, Organisation, Seen
from skyflytt.errors.directory import LicenceRefused, OrganisationNotFound
from skyflytt.patience import Patience

CAPABILITIES = Capabilities("exchange-powershell", licences=False, reclaims=False, recovery_days=30)
"""A database keeps disabled mailboxes for 30 days unless its own settings say otherwise."""
ADMINISTRATORS = "Organization Management"
MAILBOX = ("Guid", "ExchangeGuid", "PrimarySmtpAddress", "DisplayName", "AccountDisabled")


class ExchangeDirectory:
    """`Directory` over a session of remote PowerShell. An account is called by its GUID or its address."""

    capabilities = CAPABILITIES

    def __init__(self, shell: ExchangeShell, organizational_unit: str | None) -> None:
        self._shell = shell
        self._unit = organizational_unit

    @property
    def shell(self) -> ExchangeShell:
        """For what is no directory's business, such as export requests."""
        return self._shell

    def close(self) -> None:
        self._shell.close()

    def organisation(self) -> Organisation:
        if self._unit is not None:
            if not self._run(Cmdlet("Get-OrganizationalUnit", {"Identity": self._unit}), select("Name")):
                raise OrganisationNotFound(self._unit, "Exchange has no such organizational unit")
            return Organisation(self._unit, self._unit.rpartition("/")[2])
        found = self._run(Cmdlet("Get-OrganizationConfig"), select("Guid", "Name"))
        if not found:
            raise OrganisationNotFound(self._shell.server, "Exchange tells of no organisation")
        return Organisation(text(found[0], "Guid"), text(found[0], "Name"))

    def accounts(self) -> Iterator[Account]:
        able, logons, given = self._administrators(), self._logons(), set()
        for row in self._run(self._mailboxes(), select(*MAILBOX)):
            key = text(row, "Guid").lower()
            if key and key not in given:
                given.add(key)
                yield Account(
                    key,
                    text(row, "PrimarySmtpAddress").lower(),
                    text(row, "DisplayName"),
                    row.get("AccountDisabled") is not True,
                    administrator=key in able,
                    last_active=logons.get(text(row, "ExchangeGuid").lower()),
                )

    def licences(self) -> Iterator[Licence]:
        return iter(())

    def activity(self, since: datetime) -> Iterator[Seen]:
        """The last logon of each mailbox, and the last time each of its devices synchronised."""
        for account in self.accounts():
            if account.last_active is not None and account.last_active >= since:
                yield Seen(account.last_active, Activity.APP_SIGN_IN, account.key)
        for device in self.mobile_devices():
            if device.last_success is not None and device.last_success >= since:
                yield Seen(device.last_success, Activity.APP_SIGN_IN, device.address)

    def mobile_devices(self) -> Iterator[MobileDevice]:
        """What phones and tablets synchronise; also read to find who still calls home."""
        try:
            yield from mobile_devices(self._shell, self._unit)
        except Reported as error:
            raise error.failure() from error

    def assign(self, licence: str, account: str) -> None:
        raise LicenceRefused(
            f"{licence} of {account}", "Exchange on-premises keeps no licences; CALs are counted by hand"
        )

    def reclaim(self, licence: str, account: str) -> None:
        raise LicenceRefused(
            f"{licence} of {account}", "Exchange on-premises keeps no licences; CALs are counted by hand"
        )

    def delete_account(self, account: str) -> None:
        """The mailbox, and with it its archive. The Active Directory account stays: it may open more than mail."""
        try:
            self._shell.run(Cmdlet("Disable-Mailbox", {"Identity": account, "Confirm": False}))
        except Reported as error:
            if not error.not_there:
                raise error.failure() from error

    def _mailboxes(self) -> Cmdlet:
        within = {"OrganizationalUnit": self._unit} if self._unit else {}
        return Cmdlet("Get-Mailbox", {"ResultSize": "Unlimited", **within})

    def _logons(self) -> dict[str, datetime]:
        """By the mailbox's own GUID. Who never signed in has no statistics."""
        rows = self._run(self._mailboxes(), Cmdlet("Get-MailboxStatistics"), select("MailboxGuid", "LastLogonTime"))
        found = {text(row, "MailboxGuid").lower(): instant(row, "LastLogonTime") for row in rows}
        return {key: at for key, at in found.items() if at is not None}

    def _administrators(self) -> frozenset[str]:
        """Nobody, where the account may not look: then it is one customer's part, whose people are none."""
        try:
            rows = self._shell.run(Cmdlet("Get-RoleGroupMember", {"Identity": ADMINISTRATORS}), select("Guid"))
        except Reported as error:
            if error.not_allowed or error.not_there:
                return frozenset()
            raise error.failure() from error
        return frozenset(text(row, "Guid").lower() for row in rows)

    def _run(self, *pipeline: Cmdlet) -> list[dict[str, Any]]:
        try:
            return self._shell.run(*pipeline)
        except Reported as error:
            if error.not_there:
                return []
            raise error.failure() from error


def open_exchange(settings: ExchangeSettings, secret: str, patience: Patience | None = None) -> ExchangeDirectory:
    """Signs in when it is first asked. Close it: an account has few sessions."""
    return ExchangeDirectory(ExchangeShell(settings, secret, patience or Patience()), settings.organizational_unit)
