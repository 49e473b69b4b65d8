"""Puts the company's data in place: whole or not at all, so that a start that was killed is simply made again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from skyflytt.sandbox.company import SEED, files
from skyflytt.sandbox.company.mail import letters
from skyflytt.sandbox.company.people import STAFF
from skyflytt.sandbox.servers.imap_store import MailStore

SHARES = ("homes", "company")


def fill_mail(folder: Path, seed: int = SEED) -> None:
    """The old provider's mail: `folder/mail.sqlite`."""
    with_beside = _beside(folder)
    store = MailStore(with_beside / "mail.sqlite")
    store.begin()
    for person in STAFF:
        ids = {}
        for letter in letters(person, seed):
            for level in _levels(letter.folder):
                if level not in ids:
                    ids[level] = store.add_folder(person.address, level).id
            store.append(ids[letter.folder], letter.raw, letter.flags, letter.received)
        for name in _all_folders(person.key):
            if name not in ids:
                store.add_folder(person.address, name)
    store.commit()
    store.close()
    with_beside.rename(folder)


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


def _levels(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _all_folders(key: str) -> list[str]:
    from skyflytt.sandbox.company.mail import FOLDERS  # noqa: PLC0415

    return [level for name in FOLDERS[key] for level in _levels(name)]
