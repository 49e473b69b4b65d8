"""A drop's life: filled, opened, perhaps extended, received, closed, proved closed, erased. Each act is a file of its own."""

from __future__ import annotations

from skyflytt.drop.closing import close_drop, prove_closed
from skyflytt.drop.erasing import erase_contents
from skyflytt.drop.extending import extend, later_end
from skyflytt.drop.filling import fill
from skyflytt.drop.opening import Opened, open_drop, renew_secret
from skyflytt.drop.receipt import confirm_any, confirm_receipt, waive_receipt
from skyflytt.drop.restoring import lost_files, put_back
from skyflytt.drop.rows import DropRow, DropState, drop_row, drop_rows, due_to_close
from skyflytt.drop.status import DropStatus, drop_status
from skyflytt.drop.work import DropWork

__all__ = [
    "DropRow",
    "DropState",
    "DropStatus",
    "DropWork",
    "Opened",
    "close_drop",
    "confirm_any",
    "confirm_receipt",
    "drop_row",
    "drop_rows",
    "drop_status",
    "due_to_close",
    "erase_contents",
    "extend",
    "fill",
    "later_end",
    "lost_files",
    "open_drop",
    "prove_closed",
    "put_back",
    "renew_secret",
    "waive_receipt",
]
