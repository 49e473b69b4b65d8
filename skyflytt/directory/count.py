"""Count an organisation's licences: each once, however often its provider reports it, and who holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from skyflytt.directory.port import Account, Directory, Licence
from skyflytt.errors.directory import DirectoryAnswerWrong


@dataclass(frozen=True, slots=True)
class Counted:
    """What a directory had at one moment. `reported` says how often the provider told each licence; `holders` by licence's key.

    A licence that accounts hold and that the provider does not list is in `unlisted`, and counted like the others.
    """

    licences: tuple[Licence, ...]
    reported: dict[str, int]
    holders: dict[str, tuple[Account, ...]]
    unlisted: tuple[str, ...] = ()

    @property
    def twice(self) -> tuple[str, ...]:
        """The keys of what was reported more than once."""
        return tuple(sorted(key for key, times in self.reported.items() if times > 1))

    @property
    def units_left(self) -> int:
        """Units that the organisation has or uses, trials included: 0 is what lets it be deleted."""
        return sum(self.units_of(one) for one in self.licences)

    def units_of(self, licence: Licence) -> int:
        held = len(self.holders.get(licence.key, ()))
        if not licence.metered:
            return held
        return max(licence.total or 0, licence.used or 0, held)


def count(directory: Directory) -> Counted:
    """Ask for licences and accounts. Raises `DirectoryAnswerWrong` where one licence is reported with two different counts."""
    told = list(directory.licences())
    reported = Counter(one.key for one in told)
    once = _once(told)
    holders: dict[str, list[Account]] = {}
    for account in directory.accounts():
        for key in account.licences:
            holders.setdefault(key, []).append(account)
    unlisted = tuple(sorted(set(holders) - set(once)))
    licences = (*once.values(), *(Licence(key, key) for key in unlisted))
    return Counted(
        tuple(sorted(licences, key=lambda one: (one.name, one.key))),
        dict(reported),
        {key: tuple(sorted(found, key=lambda one: one.key)) for key, found in holders.items()},
        unlisted,
    )


def _once(told: Iterable[Licence]) -> dict[str, Licence]:
    found: dict[str, Licence] = {}
    for one in told:
        first = found.setdefault(one.key, one)
        if first != one:
            figures = " and ".join(f"{each.used} of {each.total}" for each in (first, one))
            raise DirectoryAnswerWrong(one.name, f"it is reported twice, with {figures} in use")
    return found
