"""Compares a directory's accounts with the project's mailboxes, and its licences with who uses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from skyflytt.concern.directory_facts import DirectoryFacts, LicenceFacts
from skyflytt.concern.sample import NOTHING, Sample, Sampling
from skyflytt.directory.count import Counted, count
from skyflytt.directory.port import Account, Directory
from skyflytt.project.model import Project

SILENT_DAYS = 90


def count_directory(name: str, directory: Directory, project: Project, at: datetime) -> DirectoryFacts:
    """The directory's facts, in two listings. Raises what the directory does."""
    counted = count(directory)
    accounts = {account.address: account for account in directory.accounts()}
    addresses = {one.source.login.lower(): one.name for one in project.mailboxes}
    known = addresses.keys() & accounts.keys()
    enabled = (account for account in accounts.values() if account.enabled)
    missing = (
        f"{login} (mailbox {mailbox})" for login, mailbox in addresses.items() if "@" in login and login not in known
    )
    return DirectoryFacts(
        name,
        len(accounts),
        without_mailbox=_sample(_shown(account) for account in enabled if account.address not in addresses),
        without_account=_sample(missing) if known else NOTHING,
        licences=tuple(_licences(counted, at, told=any(one.last_active for one in accounts.values()))),
    )


def _licences(counted: Counted, at: datetime, *, told: bool) -> Iterator[LicenceFacts]:
    """`told`: the directory tells of activity; else silence says nothing."""
    for licence in counted.licences:
        holders = counted.holders.get(licence.key, ())
        idle = (_shown(one) for one in holders if not one.enabled or (told and _silent(one, at)))
        held = max(len(holders) + licence.used_elsewhere, licence.used or 0)
        yield LicenceFacts(licence.name, licence.total if licence.metered else None, held, _sample(idle))


def _silent(account: Account, at: datetime) -> bool:
    return account.last_active is None or at - account.last_active > timedelta(days=SILENT_DAYS)


def _shown(account: Account) -> str:
    return f"{account.name} <{account.address}>" if account.name else account.address


def _sample(texts: Iterable[str]) -> Sample:
    sampling = Sampling()
    for text in texts:
        sampling.add(text)
    return sampling.sample()
