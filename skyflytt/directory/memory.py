"""A directory in memory: for rehearsals and for the contract that every directory keeps to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from skyflytt.directory.port import Account, Capabilities, Licence, Organisation, Seen
from skyflytt.errors.directory import (
    AccountNotFound,
    LicenceNotFound,
    LicenceRefused,
    OrganisationKept,
    OrganisationNotFound,
)


class MemoryDirectory:
    """Holds what it is given; `old_reads`: so many lists of accounts still show the state before a change."""

    capabilities = Capabilities(name="memory", customers=True, settles_within_s=3, organisation_gone_within_s=3)

    def __init__(
        self,
        organisation: Organisation,
        accounts: Iterable[Account] = (),
        licences: Iterable[Licence] = (),
        seen: Iterable[Seen] = (),
        *,
        old_reads: int = 0,
    ) -> None:
        self._organisation: Organisation | None = organisation
        self._accounts = {one.key: one for one in accounts}
        self._licences = list(licences)
        self.seen = list(seen)
        self._old_reads, self._old_left, self._old = old_reads, 0, list[Account]()

    def organisation(self) -> Organisation:
        if self._organisation is None:
            raise OrganisationNotFound("memory", "it was deleted")
        return self._organisation

    def accounts(self) -> Iterator[Account]:
        self.organisation()
        if self._old_left:
            self._old_left -= 1
            yield from list(self._old)
            return
        yield from list(self._accounts.values())

    def licences(self) -> Iterator[Licence]:
        self.organisation()
        for one in self._licences:
            held = sum(1 for who in self._accounts.values() if one.key in who.licences)
            yield replace(one, used=held + one.used_elsewhere) if one.metered else one

    def activity(self, since: datetime) -> Iterator[Seen]:
        yield from (one for one in self.seen if one.at >= since)

    def assign(self, licence: str, account: str) -> None:
        who, found = self._account(account), self._licence(licence)
        held = sum(1 for one in self._accounts.values() if licence in one.licences)
        if licence in who.licences:
            return
        if found.total is not None and held + found.used_elsewhere >= found.total:
            raise LicenceRefused(licence, "no unit is left")
        self._put(replace(who, licences=tuple(sorted({*who.licences, licence}))))

    def reclaim(self, licence: str, account: str) -> None:
        who, _ = self._account(account), self._licence(licence)
        self._put(replace(who, licences=tuple(one for one in who.licences if one != licence)))

    def delete_account(self, account: str) -> None:
        self._keep_old()
        self._accounts.pop(account, None)

    def delete_organisation(self) -> None:
        if any(one.total for one in self._licences) or len(self._accounts) > 1:
            raise OrganisationKept("memory", "it has licences, or more than one account")
        self._organisation = None

    def close(self) -> None:
        """Nothing is open."""

    def _account(self, key: str) -> Account:
        if key not in self._accounts:
            raise AccountNotFound(key)
        return self._accounts[key]

    def _licence(self, key: str) -> Licence:
        for one in self._licences:
            if one.key == key:
                return one
        raise LicenceNotFound(key)

    def _put(self, account: Account) -> None:
        self._keep_old()
        self._accounts[account.key] = account

    def _keep_old(self) -> None:
        if not self._old_left:
            self._old = list(self._accounts.values())
        self._old_left = self._old_reads
