"""A drop's life: filled, opened, perhaps extended, received, closed, proved closed. Each act is a file of its own."""

from __future__ import annotations

from skyflytt.drop.closing import close_drop, prove_closed
from skyflytt.drop.extending import extend, later_end
from skyflytt.drop.filling import fill
from skyflytt.drop.opening import Opened, open_drop, renew_secret
from skyflytt.drop.receipt import confirm_receipt, waive_receipt
from skyflytt.drop.rows import DropRow, DropState, drop_row, drop_rows, due_to_close
from skyflytt.drop.work import DropWork

__all__ = [
    "DropRow",
    "DropState",
    "DropWork",
    "Opened",
    "close_drop",
    "confirm_receipt",
    "drop_row",
    "drop_rows",
    "due_to_close",
    "extend",
    "fill",
    "later_end",
    "open_drop",
    "prove_closed",
    "renew_secret",
    "waive_receipt",
]
