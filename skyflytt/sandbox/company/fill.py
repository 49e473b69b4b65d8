"""Puts the company's data in place: whole or not at all, so that a start that was killed is simply made again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from skyflytt.outlook.mime import Delivery
from skyflytt.sandbox.company import SEED, exchange, files
from skyflytt.sandbox.company.internet import zones
from skyflytt.sandbox.company.items import items as items_of
from skyflytt.sandbox.company.mail import FOLDERS, NEWEST, letters
from skyflytt.sandbox.company.people import STAFF, Person
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.exchange.store import items, open_store
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.nameserver.zones import read, write
from skyflytt.sandbox.servers.imap_store import MailStore

SHARES = ("homes", "company")


def fill_exchange(folder: Path, seed: int = SEED) -> None:
    """The old provider's mailboxes, `folder/exchange.sqlite`, and the settings that its server goes by."""
    beside = _beside(folder)
    running.write_settings(beside, exchange.settings())
    database = open_store(running.store_file(beside))
    with database.writing():
        for person in STAFF:
            _fill_mailbox(database, person, seed)
    database.close()
    beside.rename(folder)


def _fill_mailbox(database: Database, person: Person, seed: int) -> None:
    store = exchange.mailbox(database, person)
    folders = {name: exchange.find_folder(database, store, name) for name in exchange.levels([*FOLDERS[person.key]])}
    for letter in letters(person, seed):
        folder = folders.get(letter.folder) or exchange.find_folder(database, store, letter.folder)
        items.deliver(database, folder.id, letter.raw, Delivery(letter.received, letter.flags), NEWEST)
    for role, message in items_of(person):
        items.add(database, exchange.default_folder(database, store, role).id, message, NEWEST)


def fill_files(folder: Path, seed: int = SEED) -> None:
    """The old provider's shares: `folder/homes` and `folder/company`."""
    beside = _beside(folder)
    files.build(beside, seed)
    beside.rename(folder)


def empty_mail(folder: Path) -> None:
    """The new provider: accounts with nothing but an INBOX, which the server makes at first login."""
    beside = _beside(folder)
    MailStore(beside / "mail.sqlite").close()
    beside.rename(folder)


def fill_zones(folder: Path) -> None:
    """What a name server answers for: the company's domain as the old provider set it up, and the domains of everybody else."""
    beside = _beside(folder)
    for name, text in zones().items():
        write(beside, read(text, name))
    beside.rename(folder)


def empty_files(folder: Path) -> None:
    beside = _beside(folder)
    for share in SHARES:
        (beside / share).mkdir()
    beside.rename(folder)


def _beside(folder: Path) -> Path:
    """An empty folder next to `folder`; what an earlier attempt left is thrown away."""
    beside = folder.with_name(f".{folder.name}.filling")
    if beside.exists():
        shutil.rmtree(beside)
    beside.mkdir(parents=True)
    os.chmod(beside, 0o700)  # noqa: PTH101
    return beside
