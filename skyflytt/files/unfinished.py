"""What a write that was cut off leaves behind and no scan shows: at S3 the parts of an upload that nobody finished, which are paid for."""

from __future__ import annotations

from typing import Protocol, cast

from skyflytt.errors.base import Permanent
from skyflytt.files.port import FileStore


class KeepsUnfinished(Protocol):
    """What a store offers whose capabilities say `keeps_unfinished`."""

    def give_up_unfinished(self, below: str = "") -> int: ...


def give_up_unfinished(store: FileStore, below: str = "") -> int:
    """Give up all writes to temporary names of ours (`is_partial`) below a folder that were not finished; how many.

    Nobody else's are touched. Nothing may be written there meanwhile: it could not be told from what was cut off. An account that
    may write, and not list what is under way, leaves it to the store's own rules.
    """
    if not store.capabilities.keeps_unfinished:
        return 0
    try:
        return cast(KeepsUnfinished, store).give_up_unfinished(below)
    except Permanent:
        return 0
