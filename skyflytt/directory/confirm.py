"""Count a directory's licences again and hold the counts against those before: before = reclaimed + kept, after = what is there."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep

from skyflytt.directory.count import Counted, count
from skyflytt.directory.licences import Holding, HoldingState, LicenceLedger, LicenceRow, Stage, balance
from skyflytt.directory.port import Directory, Licence
from skyflytt.directory.settle import settled
from skyflytt.errors.directory import LicenceOutOfOrder, LicencesUnreconciled

STILL_THEIRS = (HoldingState.KEPT, HoldingState.REINSTATED)


def confirm(book: LicenceLedger, directory: Directory, *, wait: Callable[[float], None] = sleep) -> Counted:
    """The counts after, as the provider tells them now, kept for every licence that is reclaimed or reinstated.

    Raises `LicencesUnreconciled` when anything does not add up, with every difference; then nothing is confirmed, and how many
    there were is in the journal. Raises `LicenceOutOfOrder` while a licence still has holdings to give back.
    """
    rows = book.licences()
    if not rows:
        raise LicenceOutOfOrder(book.directory, "its licences were not measured; that comes before all else")
    due = [one for one in rows if one.stage is not Stage.CANCELLED]
    for row in due:
        if row.stage is not Stage.REINSTATED:
            row.must_be_before(Stage.CONFIRMED)
    found: list[Counted] = []

    def adds_up() -> bool:
        found.append(count(directory))
        return not differences(rows, book.holdings(), found[-1])

    if not settled(adds_up, directory.capabilities.settles_within_s, wait):
        why = differences(rows, book.holdings(), found[-1])
        with book.ledger.writing() as connection:
            book.tell_in(connection, "licences-unreconciled", "", {"differences": len(why)})
        raise LicencesUnreconciled(book.directory, "; ".join(why))
    for row in due:
        _keep(book, row, found[-1])
    return found[-1]


def differences(rows: list[LicenceRow], held: list[Holding], after: Counted) -> list[str]:
    """Everything that does not add up, a sentence each; a licence that is gone altogether holds nothing and uses nothing."""
    now = {one.key: one for one in after.licences}
    found = []
    for row in rows:
        found += _of_one(row, held, after, now.get(row.licence))
    measured = {row.licence for row in rows}
    for one in after.licences:
        if one.key not in measured:
            found.append(f"{one.name} was not there before, and counts {after.units_of(one)} units")
    return found


def _of_one(row: LicenceRow, held: list[Holding], after: Counted, now: Licence | None) -> list[str]:
    sums = balance(row, held)
    found = []
    if not sums.holds:
        parts = f"{sums.reclaimed} reclaimed, {sums.kept} kept, {sums.reinstated} reinstated, {sums.left} left"
        found.append(f"{row.name}: {sums.before} were held before, and {parts} do not come to that")
    if sums.left:
        found.append(f"{row.name}: {sums.left} are still to be given back")
    theirs = {one.account for one in held if one.licence == row.licence and one.state in STILL_THEIRS}
    holders = {one.key: one.address for one in after.holders.get(row.licence, ())}
    if more := sorted(holders[key] or key for key in holders.keys() - theirs):
        found.append(f"{row.name}: held again by {', '.join(more)}")
    if theirs - holders.keys():
        found.append(f"{row.name}: {len(theirs - holders.keys())} who should have it do not hold it")
    if now is not None and now.metered and now.used is not None and now.used != len(holders) + now.used_elsewhere:
        known = f"{len(holders)} are held and {now.used_elsewhere} are used elsewhere"
        found.append(f"{row.name}: the provider counts {now.used} in use, {known}")
    return found


def _keep(book: LicenceLedger, row: LicenceRow, after: Counted) -> None:
    now = next((one for one in after.licences if one.key == row.licence), None)
    figures = {
        "total_after": now.total if now else 0,
        "used_after": now.used if now else 0,
        "elsewhere_after": now.used_elsewhere if now else 0,
        "held_after": len(after.holders.get(row.licence, ())),
    }
    stage = Stage.REINSTATED if row.stage is Stage.REINSTATED else Stage.CONFIRMED
    with book.ledger.writing() as connection:
        book.set_stage_in(connection, row, stage, confirmed_at=book.ledger.clock.now(), **figures)
        data = {"held_before": row.held_before, "used_before": row.used_before, **figures}
        book.tell_in(connection, "licence-confirmed", row.name, data)
