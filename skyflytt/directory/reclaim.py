"""Give licences back, one holding after another; only what the provider's own list no longer shows counts as reclaimed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import sleep

from skyflytt.directory.licences import OPEN, Holding, HoldingState, LicenceLedger, LicenceRow, Stage
from skyflytt.directory.port import Directory
from skyflytt.directory.settle import settled
from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.directory import ChangeNotSeen, LicenceOutOfOrder

FOUND_BACK = "directory.found-back"
"""The code of a holding that was gone before it was asked for: somebody else gave it back."""


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What one run came to: how many holdings are given back now, and the failures by licence and address."""

    reclaimed: int
    failed: dict[str, Failure]


def to_reclaim(book: LicenceLedger, only: Collection[str] = ()) -> list[tuple[LicenceRow, Holding]]:
    """What a run would give back, in its order: licence by licence. `only` are keys of licences; none: all of them.

    Raises `LicenceOutOfOrder` for a licence that was never measured, or is confirmed already.
    """
    rows = {one.licence: one for one in _may_be_reclaimed(book, only)}
    found = [(rows[one.licence], one) for one in book.holdings() if one.licence in rows and one.state in OPEN]
    return sorted(found, key=lambda pair: _order(*pair))


def reclaim(
    book: LicenceLedger,
    directory: Directory,
    *,
    only: Collection[str] = (),
    wait: Callable[[float], None] = sleep,
) -> Reclaimed:
    """Give back everything that is open, or go on where a killed run stopped. What one account refuses does not stop the others.

    Raises `LicenceOutOfOrder` as `to_reclaim`.
    """
    failed: dict[str, Failure] = {}
    due = to_reclaim(book, only)
    held = _held(directory) if due else set()
    for row, one in due:
        if (one.licence, one.account) not in held:
            _settle(book, row, one, None if one.state is HoldingState.RECLAIMING else FOUND_BACK)
        elif failure := _ask(book, directory, one):
            failed[_named(row, one)] = failure
    failed |= _look(book, directory, {row.licence: row for row, _ in due}, wait)
    return _finish(book, _may_be_reclaimed(book, only), failed)


def _ask(book: LicenceLedger, directory: Directory, one: Holding) -> Failure | None:
    asked = book.set_holding(one, HoldingState.RECLAIMING)
    try:
        directory.reclaim(one.licence, one.account)
    except Permanent as failure:
        book.set_holding(asked, HoldingState.FAILED, failure.code)
        return failure
    return None


def _look(
    book: LicenceLedger, directory: Directory, rows: dict[str, LicenceRow], wait: Callable[[float], None]
) -> dict[str, Failure]:
    """Read the provider's list until all that was asked for is gone from it, or it has had its time: then what is left failed."""

    def asked() -> list[Holding]:
        found = [one for one in book.holdings() if one.state is HoldingState.RECLAIMING and one.licence in rows]
        return sorted(found, key=lambda one: _order(rows[one.licence], one))

    def all_gone() -> bool:
        held = _held(directory) if asked() else set()
        for one in asked():
            if (one.licence, one.account) not in held:
                _settle(book, rows[one.licence], one)
        return not asked()

    failed: dict[str, Failure] = {}
    if not settled(all_gone, directory.capabilities.settles_within_s, wait):
        for one in asked():
            failure = ChangeNotSeen(rows[one.licence].name, f"{one.address or one.account} still holds it")
            failed[_named(rows[one.licence], one)] = failure
            book.set_holding(one, HoldingState.FAILED, failure.code)
    return failed


def _finish(book: LicenceLedger, rows: Collection[LicenceRow], failed: dict[str, Failure]) -> Reclaimed:
    """A licence that nobody is left to give back is reclaimed; what was one before stays what it is."""
    ours = {one.licence for one in rows}
    held = [one for one in book.holdings() if one.licence in ours]
    left = {one.licence for one in held if one.state in OPEN}
    for row in rows:
        if row.licence not in left and row.stage is Stage.MEASURED:
            with book.ledger.writing() as connection:
                book.set_stage_in(connection, row, Stage.RECLAIMED)
                data = {"held_before": row.held_before, "trial": row.trial}
                book.tell_in(connection, "licence-reclaimed", row.name, data)
    return Reclaimed(sum(1 for one in held if one.state is HoldingState.RECLAIMED), failed)


def _may_be_reclaimed(book: LicenceLedger, only: Collection[str]) -> list[LicenceRow]:
    rows = book.licences()
    if not rows:
        raise LicenceOutOfOrder(book.directory, "its licences were not measured; that comes before all else")
    if not only:
        return [one for one in rows if one.stage in (Stage.MEASURED, Stage.RECLAIMED)]
    chosen = [book.licence(key) for key in dict.fromkeys(only)]
    for one in chosen:
        one.must_be_before(Stage.RECLAIMED)
    return chosen


def _held(directory: Directory) -> set[tuple[str, str]]:
    return {(licence, account.key) for account in directory.accounts() for licence in account.licences}


def _settle(book: LicenceLedger, row: LicenceRow, one: Holding, code: str | None = None) -> None:
    with book.ledger.writing() as connection:
        number = book.next_number_in(connection)
        if book.set_holding_in(connection, one, HoldingState.RECLAIMED, number=number, code=code):
            data = {"number": number, "found_back": code is not None}
            book.tell_in(connection, "licence-unit-reclaimed", row.name, data)


def _order(row: LicenceRow, one: Holding) -> tuple[str, ...]:
    return row.name, row.licence, one.address, one.account


def _named(row: LicenceRow, one: Holding) -> str:
    return f"{row.name} of {one.address or one.account}"
