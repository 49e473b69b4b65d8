"""Whose a caller is: by the account, through the project's devices, mailboxes and contacts. One that nobody is found for is said to be so."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.callers.tally import MANY
from skyflytt.project.devices import Device
from skyflytt.project.fields import EMAIL, Language
from skyflytt.project.model import Project

KIND_OF_DEVICE = {"laptop": "desktop-client", "desktop": "desktop-client", "scanner": "printer"}
"""Kinds of the project file that callers have another word for."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or a mailbox. `by` says how it was found: `mailbox anna`, `contact`, `device Annas telefon`; empty where it was not."""

    name: str
    email: str = ""
    by: str = ""
    language: Language | None = None

    @property
    def known(self) -> bool:
        return bool(self.by)


class Owners:
    """Finds owners in one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_name: dict[str, Owner | None] = {}
        """By whole names and by those before the @; None where two people have the same."""
        for device in project.devices:
            if device.account:
                self._keep(device.account, self._of_device(device))
        for box in project.mailboxes:
            owner = self._of_mailbox(box.name, box.source.login, box.target.login)
            for name in (box.source.login, box.target.login, box.name):
                self._keep(name, owner)
        for contact in project.customer.contacts:
            owner = Owner(contact.name, contact.email, "contact", contact.language)
            self._keep(contact.email, owner)
            self._keep(contact.name, owner)

    def of(self, account: str) -> Owner:
        """The owner of an account as a log has it: `anna@example.com`, `NORRSKEN\\anna`, `anna`."""
        if account == MANY:
            return Owner(MANY)
        plain = account.rpartition("\\")[2].casefold()
        found = self._by_name.get(plain)
        if found is None and ("@" not in plain or self._has_no_domains(plain)):
            found = self._by_name.get(plain.partition("@")[0] + "@")
        return found or Owner(account or "?")

    def device(self, owner: Owner, account: str, kind: str) -> str:
        """What people call the device, where the project file names one that fits and no other does."""
        named = [one for one in self._project.devices if KIND_OF_DEVICE.get(one.kind, one.kind) == kind]
        of_account = [one for one in named if one.account and one.account.casefold() == account.casefold()]
        of_owner = [one for one in named if one.owner and one.owner == owner.name and not one.account]
        found = of_account or of_owner
        return found[0].name if len(found) == 1 else ""

    def _keep(self, name: str, owner: Owner) -> None:
        whole = name.casefold()
        self._by_name.setdefault(whole, owner)
        before = whole.partition("@")[0] + "@"
        known = self._by_name.setdefault(before, owner)
        if known is not None and known.name != owner.name:
            self._by_name[before] = None

    def _has_no_domains(self, plain: str) -> bool:
        """Whether the account's domain is of Active Directory alone, as in `anna@norrsken.local`."""
        return plain.endswith((".local", ".lan", ".internal", ".intra"))

    def _of_device(self, device: Device) -> Owner:
        contact = next((one for one in self._project.customer.contacts if one.name == device.owner), None)
        if contact is not None:
            return Owner(contact.name, contact.email, f"device {device.name}", contact.language)
        return Owner(device.owner or device.name, "", f"device {device.name}")

    def _of_mailbox(self, name: str, source: str, target: str) -> Owner:
        emails = [one for one in (target, source) if EMAIL.fullmatch(one)]
        for contact in self._project.customer.contacts:
            if contact.email.casefold() in {one.casefold() for one in emails}:
                return Owner(contact.name, contact.email, f"mailbox {name}", contact.language)
        return Owner(name, emails[0] if emails else "", f"mailbox {name}")
