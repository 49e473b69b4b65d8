"""Two lanes: big files go one by one and never occupy every worker; small ones go in groups beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from skyflytt.files.work import Work

BIG_BYTES = 1 << 20
GROUP_ITEMS = 64
"""For a target that writes many files in one round trip."""
FEW_ITEMS = 16
"""For one that writes them one after another: so that all workers have some, and are done at about the same time."""
GROUP_BYTES = 4 << 20


class Lane(Enum):
    SMALL = "small"
    BIG = "big"


def lane_for(workers: int, *, small: bool, big: bool, big_running: int) -> Lane | None:
    """The lane to serve next, when there is `small` and `big` work waiting; None when nothing may start now.

    While small files wait, big ones have at most half of the workers, and none of a single one.
    """
    share = workers // 2 if small else workers
    if big and big_running < share:
        return Lane.BIG
    return Lane.SMALL if small else None


def groups(works: Iterable[Work], most: int = GROUP_ITEMS) -> Iterator[list[Work]]:
    """The works in their order, in groups of at most `most` items and `GROUP_BYTES` together; one that is larger stands alone."""
    group: list[Work] = []
    size = 0
    for work in works:
        bytes_here = work.entry.size_bytes
        if group and (len(group) >= most or size + bytes_here > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(work)
        size += bytes_here
    if group:
        yield group


def alone(works: Iterable[Work]) -> Iterator[list[Work]]:
    """Each by itself."""
    return ([work] for work in works)
