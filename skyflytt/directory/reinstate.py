"""Give reclaimed licences back to who held them, in the order in which they were taken; the first that is refused stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection
from time import sleep

from skyflytt.directory.licences import Holding, HoldingState, LicenceLedger, LicenceRow, Stage
from skyflytt.directory.port import Directory
from skyflytt.directory.settle import settled
from skyflytt.errors.directory import ChangeNotSeen, LicenceOutOfOrder

OUT = (HoldingState.RECLAIMED, HoldingState.REINSTATING)


def to_reinstate(book: LicenceLedger, key: str) -> list[Holding]:
    """Who gets the licence back, first taken first. Raises `LicenceOutOfOrder` before it is confirmed."""
    book.licence(key).must_be_before(Stage.REINSTATED)
    return [one for one in book.holdings(key) if one.state in OUT]


def reinstate(
    book: LicenceLedger,
    directory: Directory,
    key: str,
    *,
    only: Collection[str] = (),
    wait: Callable[[float], None] = sleep,
) -> list[Holding]:
    """Give one licence back to all its former holders, or to the first ones: `only` are addresses; who was reinstated.

    Each is seen at the provider before the next is asked for. Raises `LicenceOutOfOrder` when `only` passes somebody over who
    comes first, `LicenceRefused` and `ChangeNotSeen` for the first that does not work; those after it are not begun.
    """
    row = book.licence(key)
    waiting = to_reinstate(book, key)
    chosen = _in_order(row, waiting, only)
    for one in chosen:
        _give(book, directory, row, one, wait)
    if len(chosen) == len(waiting) and row.stage is not Stage.REINSTATED:
        with book.ledger.writing() as connection:
            book.set_stage_in(connection, row, Stage.REINSTATED)
            book.tell_in(connection, "licence-reinstated", row.name, {"units": len(waiting)})
    return chosen


def _in_order(row: LicenceRow, waiting: list[Holding], only: Collection[str]) -> list[Holding]:
    if not only:
        return waiting
    wanted = {address.casefold() for address in only}
    for passed_over, one in enumerate(waiting):
        if one.address not in wanted:
            later = [each.address for each in waiting[passed_over:] if each.address in wanted]
            if later:
                raise LicenceOutOfOrder(f"{row.name} of {later[0]}", f"{one.address} comes before it")
            return waiting[:passed_over]
    return waiting


def _give(
    book: LicenceLedger, directory: Directory, row: LicenceRow, one: Holding, wait: Callable[[float], None]
) -> None:
    asked = book.set_holding(one, HoldingState.REINSTATING)
    directory.assign(one.licence, one.account)

    def held() -> bool:
        return any(who.key == one.account and one.licence in who.licences for who in directory.accounts())

    if not settled(held, directory.capabilities.settles_within_s, wait):
        raise ChangeNotSeen(row.name, f"{one.address or one.account} does not hold it")
    with book.ledger.writing() as connection:
        if book.set_holding_in(connection, asked, HoldingState.REINSTATED):
            book.tell_in(connection, "licence-unit-reinstated", row.name, {"number": one.number})
