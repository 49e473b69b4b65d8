"""The company's mailboxes at the old provider, which is an Exchange: whose they are, and which of its folders stands for which of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.sandbox.company.people import DOMAIN, MAIL_TEST, STAFF, Person
from skyflytt.sandbox.exchange.settings import Account, Limits, Mailbox, Settings
from skyflytt.sandbox.exchange.store import folders, mailboxes
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.exchange.store.roles import PRIMARY, SWEDISH

ROLES = {"INBOX": "inbox", "Sent": "sentitems", "Drafts": "drafts", "Trash": "deleteditems", "Junk": "junkemail"}
"""The folders that every Exchange mailbox has, by the names of the company's plan."""
CONNECTIONS = 10


def settings() -> Settings:
    """Everybody signs in to their own mailbox; the password is that of the mailbox at the system being left."""
    mailboxes_ = [
        Mailbox(address=person.address, name=person.name, language="sv" if _is_swedish(person) else "en")
        for person in STAFF
    ]
    accounts = [
        Account(login=person.address, secret=f"mailboxes.{person.key}.source", mailbox=person.address)
        for person in STAFF
    ]
    return Settings(
        mailboxes=(*mailboxes_, Mailbox(address=MAIL_TEST, name="Postprov")),
        accounts=(*accounts, Account(login=MAIL_TEST, secret=f"mailboxes.{DOMAIN}.old", mailbox=MAIL_TEST)),
        limits=Limits(connections=CONNECTIONS),
    )


def mailbox(database: Database, person: Person) -> Store:
    """The person's mailbox, made with its default folders when it is not there."""
    (own,) = (one for one in settings().mailboxes if one.address == person.address)
    return mailboxes.add(database, own.address, name=own.name, language=own.language)


def place(person: Person, folder: str) -> str:
    """A folder of the plan as the mailbox shows it, with `/` between levels; the inbox is INBOX whatever it is called."""
    first, *rest = folder.split("/")
    return "/".join([first if first == "INBOX" else default_name(person, ROLES.get(first)) or first, *rest])


def default_name(person: Person, role: str | None) -> str:
    """What the mailbox calls the folder of this role (`calendar`); "" where it has none."""
    names = {one.id: one.name for one in PRIMARY} | (SWEDISH if _is_swedish(person) else {})
    return names.get(role or "", "")


def find_folder(database: Database, store: Store, folder: str) -> Folder:
    """The folder of the plan in the mailbox; made where it is missing."""
    first, *rest = folder.split("/")
    if not rest and (found := folders.by_role(database, store, ROLES.get(first, ""))) is not None:
        return found
    return folders.by_path(database, store, [first, *rest])


def default_folder(database: Database, store: Store, role: str) -> Folder:
    """The calendar, the contacts and others. Raises KeyError for a role that mailboxes do not have."""
    found = folders.by_role(database, store, role)
    if found is None:
        raise KeyError(role)
    return found


def levels(folders_: Sequence[str]) -> list[str]:
    """The folders with all that are above them, each once, parents first."""
    above = (
        "/".join(parts[: count + 1]) for parts in (name.split("/") for name in folders_) for count in range(len(parts))
    )
    return list(dict.fromkeys(above))


def _is_swedish(person: Person) -> bool:
    return person.language == "sv"
