"""The licence ledger as rows for a person."""

from __future__ import annotations

from typing import Any

from skyflytt.directory.licences import Balance, LicenceLedger, LicenceRow, balance


def rows_of(book: LicenceLedger) -> list[dict[str, Any]]:
    """A row for each licence; None where the provider tells no figure, or nothing was counted yet."""
    held = book.holdings()
    return [_row(one, balance(one, held)) for one in book.licences()]


def _row(one: LicenceRow, sums: Balance) -> dict[str, Any]:
    return {
        "licence": one.name,
        "key": one.licence,
        "stage": one.stage.value,
        "subscription": one.subscription,
        "trial": {True: "yes", False: "no", None: None}[one.trial],
        "reported": one.reported,
        "total before": one.total_before,
        "used before": one.used_before,
        "held before": one.held_before,
        "reclaimed": sums.reclaimed,
        "kept": sums.kept,
        "reinstated": sums.reinstated,
        "left": sums.left,
        "held after": one.held_after,
        "used after": one.used_after,
        "total after": one.total_after,
    }
