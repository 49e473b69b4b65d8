"""The port to a directory: the accounts, the licences and the life of one organisation at a provider that is being left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from skyflytt.deadline.countdown import Activity


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a directory can do, as data.

    `licences`: it tells licences and who holds them. `reclaims`: licences can be taken back and given by program. `activity`: it tells
    who was there, and when. `activity_days`: how far back, None where that is not documented. `customers`: it tells whom the
    organisation manages. `deletes_accounts`, and `recovery_days`: how long a deleted account can be brought back (0: never).
    `settles_within_s`: how long after a change its old state may still be told; 0 where a read is always the newest.
    `organisation_gone_within_s`: how long a deletion of the whole organisation takes; None where it cannot be made by program.
    """

    name: str
    licences: bool = True
    reclaims: bool = True
    activity: bool = True
    activity_days: int | None = None
    customers: bool = False
    deletes_accounts: bool = True
    recovery_days: int = 0
    settles_within_s: float = 0
    organisation_gone_within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose directory this is. `customers` are the keys of the organisations that it manages; None where that is not told."""

    key: str
    name: str
    customers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `key` is the provider's own and does not change; `address` is what its owner signs in with, in lower case.

    `enabled`: it lets its owner in. `licences` are the keys of the licences that it holds, sorted, each once. `administrator`: it may
    change the organisation. `last_active` is aware; None where it is not told or nobody ever was.
    """

    key: str
    address: str
    name: str = ""
    enabled: bool = True
    licences: tuple[str, ...] = ()
    administrator: bool = False
    last_active: datetime | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence (SKU) of the organisation, as the provider tells it.

    `key` is what `assign` and `reclaim` take; `name` is for people. `total` are the units bought, `used` those in use, by the
    provider's own count (None: not told); `used_elsewhere` those of `used` that no account holds (rooms, devices). `trial`: None where
    the provider does not say. `metered`: False where the provider keeps no count of it, whatever `used` says. `subscription` is the
    provider's number of the contract.
    """

    key: str
    name: str
    total: int | None = None
    used: int | None = None
    used_elsewhere: int = 0
    trial: bool | None = None
    metered: bool = True
    subscription: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody was there: `what` at `at` (aware). `account` is the key or the address of who it was; None where not told."""

    at: datetime
    what: Activity
    account: str | None = None


class Directory(Protocol):
    """One organisation at one provider. Failures are `skyflytt.errors.directory` and `skyflytt.errors.connection`.

    An implementation must wait and ask again where the provider asks to wait, and raise `DirectoryBusy` when that goes on. It must
    turn an error inside an answer that says success into its failure. It may read an old state after a change, as long as
    `capabilities.settles_within_s` says; whoever needs the new state asks again until then (`skyflytt.directory.settle`).
    It must not change anything that was not asked for, and must not cache what it reads.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    def organisation(self) -> Organisation:
        """Raises `OrganisationNotFound` when there is none, or none any more."""

    def accounts(self) -> Iterator[Account]:
        """Every account once, in the provider's order; an account that comes on two pages is given once."""

    def licences(self) -> Iterator[Licence]:
        """Every licence as the provider tells it: what it reports twice is given twice, and counted by `skyflytt.directory.count`."""

    def activity(self, since: datetime) -> Iterator[Seen]:
        """What happened from `since` (aware) on, in no order. Raises `ActivityNotTold` where the contract does not include it."""

    def assign(self, licence: str, account: str) -> None:
        """Give it. An account that holds it already is no error. Raises `LicenceRefused` (none left, or not for this account)."""

    def reclaim(self, licence: str, account: str) -> None:
        """Take it back; its units are free for others. An account that does not hold it is no error. Raises `LicenceRefused`."""

    def delete_account(self, account: str) -> None:
        """Delete it with everything of it; one that is not there is no error. Only `skyflytt.directory.erase` calls this."""

    def close(self) -> None: ...


class OrganisationDeletion(Protocol):
    """What a directory has besides, where its capabilities say that the whole organisation can be deleted by program."""

    def delete_organisation(self) -> None:
        """For good, with all users' data. Only `skyflytt.directory.erase` calls this, and only with a permit of the interlock."""
