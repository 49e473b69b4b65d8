"""A subscription was cancelled. That comes after its licences are given back and counted, and before anything is reinstated."""

from __future__ import annotations

from skyflytt.directory.licences import LicenceLedger, LicenceRow, Stage
from skyflytt.errors.directory import LicenceOutOfOrder


def note_cancelled(book: LicenceLedger, subscription: str) -> list[LicenceRow]:
    """All licences of `subscription` are cancelled; "" for those that name none. A subscription ends as a whole.

    Raises `LicenceOutOfOrder` unless each of them is confirmed; then none is noted.
    """
    rows = [one for one in book.licences() if one.subscription == (subscription or None)]
    if not rows:
        raise LicenceOutOfOrder(
            subscription or book.directory, "no licence of it was measured; that comes before all else"
        )
    for row in rows:
        row.must_be_before(Stage.CANCELLED)
    with book.ledger.writing() as connection:
        for row in rows:
            book.set_stage_in(connection, row, Stage.CANCELLED)
        data = {"licences": len(rows), "trials": sum(1 for one in rows if one.trial)}
        book.tell_in(connection, "subscription-cancelled", subscription or "no subscription", data)
    return rows
