"""Count a directory's licences before anything is given back, and keep the counts: what comes later is held against them."""

from __future__ import annotations

from collections.abc import Collection

from skyflytt.directory.count import Counted, count
from skyflytt.directory.licences import HoldingState, LicenceLedger, LicenceRow, Stage
from skyflytt.directory.port import Account, Directory, Licence
from skyflytt.errors.directory import LicenceOutOfOrder


def measure(book: LicenceLedger, directory: Directory, *, keep: Collection[str] = ()) -> Counted:
    """The counts before. May be made again as long as nothing was given back. `keep` are addresses whose licences stay theirs.

    Raises `LicenceOutOfOrder` once anything was asked of the provider, `DirectoryAnswerWrong` for counts that contradict each other.
    """
    if is_touched(book):
        raise LicenceOutOfOrder(book.directory, "the counts before are fixed, since licences were given back")
    found = count(directory)
    kept = {address.casefold() for address in keep}
    held = [_holding(one.key, who, kept) for one in found.licences for who in found.holders.get(one.key, ())]
    with book.ledger.writing() as connection:
        book.begin_anew_in(connection, [_row(one, found) for one in found.licences], held)
        data = {
            "licences": len(found.licences),
            "held": len(held),
            "kept": sum(one["state"] == HoldingState.KEPT for one in held),
            "units": found.units_left,
            "reported_twice": len(found.twice),
            "unlisted": len(found.unlisted),
        }
        book.tell_in(connection, "licences-measured", "", data)
    return found


def is_touched(book: LicenceLedger) -> bool:
    """Whether anything was asked of the provider since the counts before were made."""
    moved = any(one.state not in (HoldingState.HELD, HoldingState.KEPT) for one in book.holdings())
    return moved or any(one.stage is not Stage.MEASURED for one in book.licences())


def twice(rows: Collection[LicenceRow]) -> list[str]:
    """A sentence for each licence that the provider reported more than once."""
    return [f"{one.name} was reported {one.reported} times, and counted once" for one in rows if one.reported > 1]


def unlisted(rows: Collection[LicenceRow]) -> list[str]:
    """A sentence for each licence that accounts hold and the provider does not list."""
    return [
        f"{one.name} is held by {one.held_before}, but the provider does not list it"
        for one in rows
        if not one.reported
    ]


def unexplained(rows: Collection[LicenceRow]) -> list[str]:
    """A sentence for each licence of which the provider counts other units in use than are held."""
    found = []
    for one in rows:
        known = one.held_before + one.elsewhere_before
        if one.metered and one.used_before is not None and one.used_before != known:
            found.append(f"{one.name}: the provider counts {one.used_before} in use, {known} are held")
    return found


def _row(one: Licence, found: Counted) -> dict[str, object]:
    return {
        "licence": one.key,
        "name": one.name,
        "subscription": one.subscription,
        "trial": None if one.trial is None else int(one.trial),
        "metered": int(one.metered),
        "reported": found.reported.get(one.key, 0),
        "stage": Stage.MEASURED.value,
        "total_before": one.total,
        "used_before": one.used,
        "elsewhere_before": one.used_elsewhere,
        "held_before": len(found.holders.get(one.key, ())),
    }


def _holding(licence: str, who: Account, kept: Collection[str]) -> dict[str, str]:
    state = HoldingState.KEPT if who.address.casefold() in kept else HoldingState.HELD
    return {"licence": licence, "account": who.key, "address": who.address, "state": state.value}
